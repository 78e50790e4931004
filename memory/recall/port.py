"""Where vectors are kept and compared: the port, and what goes over it.

The vectors are derived, the texts are elsewhere.

Every call names its tenant and sees nothing of another's. Calls block: they belong in a thread.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]


@dataclass(frozen=True)
class Kept:
    """One memory as vectors: a row for each part of its text, the title's first. All are unit vectors."""

    memory: str
    subject: str
    vectors: "Vector"  # (parts, dimensions), float32
    version: int = 0  # of the text they are of
    until: datetime | None = None


class Near(NamedTuple):  # hundreds are made for each search, which values that check themselves make slow
    """A part of a memory, and its cosine to what was asked."""

    memory: str
    part: int
    cosine: float


class VectorIndex(Protocol):
    """Keeps vectors by tenant and memory, and finds the nearest.

    Raises `RecallUnavailable` where it cannot be reached or read; nothing is half remembered by one call.
    """

    name: str  # of the backend, for people: "numpy", "chroma", ...

    def remember(self, tenant: str, kept: Sequence[Kept]) -> None:
        """Keep these memories' vectors in place of what was kept of the same ones."""

    def forget(self, tenant: str, memories: Collection[str]) -> None:
        """Forget these memories, those there are."""

    def erase(self, tenant: str, subject: str) -> int:
        """Forget every memory of a subject and return how many there were."""

    def expire(self, tenant: str, now: datetime) -> int:
        """Forget what was to be kept until `now` at most and return how many memories that was."""

    def search(self, tenant: str, vector: "Vector", limit: int) -> list[Near]:
        """Return at most `limit` parts, the nearest first. Approximate where the backend is."""

    def compare(self, tenant: str, vector: "Vector", memories: Collection[str]) -> list[Near]:
        """Return every part of these memories with its exact cosine, in no order."""

    def known(self, tenant: str) -> dict[str, int]:
        """Return the ids of the memories that are kept, and of which version of each the vectors are."""

    def count(self, tenant: str) -> int:
        """Return how many parts are kept."""

    def clear(self, tenant: str) -> None:
        """Forget everything of a tenant, to build it anew."""

    def close(self) -> None:
        """Let go of files and connections."""
