"""What other rooms ask of memory: the likely runbook, what was seen before, and that something be remembered.

Nothing here raises for want of memories: who knows nothing answers with nothing.
"""

from collections.abc import Sequence
from typing import Protocol

from pydantic import Field

from memory.model.alert import Alert
from memory.model.memory import Memory, MemoryKind
from memory.model.value import Moment, Value


class RunbookMatch(Value):
    """A runbook that may help.

    `score` is 0 to 1, comparable within one answer; `why` says what matched, in words. `alerts` are those of
    several that this is the likeliest for; empty where one was asked about.
    """

    runbook: str  # "id@version", or the file's name where it is a plain Markdown file
    title: str
    file: str = ""
    section: str = ""  # the heading of the part that fits best
    excerpt: str = ""
    score: float = Field(ge=0, le=1)
    why: tuple[str, ...] = ()
    runnable: bool = False  # a runbook of the catalogue, which `quarterdeck runbook run` knows
    alerts: tuple[str, ...] = ()


class Remembered(Value):
    """A memory that was found, and how it compares with what was asked about.

    `alike` and `differs` are short phrases. `warning` is said where acting alike may be wrong: above all where
    things that look the same had another cause.
    """

    memory: str  # its id
    kind: MemoryKind
    subject: str  # "incident:inc_4"
    title: str
    at: Moment
    score: float = Field(ge=0, le=1)
    excerpt: str = ""
    alike: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()
    cause: str = ""
    fixed_by: str = ""
    warning: str = ""


class Recalling(Protocol):
    """The memory of a house, as the other rooms see it."""

    async def likely_runbook(
        self,
        tenant: str,
        title: str,
        *,
        alerts: Sequence[Alert] = (),
        services: Sequence[str] = (),
        limit: int = 3,
    ) -> tuple[RunbookMatch, ...]:
        """Return the runbooks that fit an incident, the likeliest first; none where nothing fits."""

    async def similar(
        self,
        tenant: str,
        text: str,
        *,
        services: Sequence[str] = (),
        environment: str | None = None,
        kinds: Sequence[MemoryKind] = (MemoryKind.INCIDENT, MemoryKind.REVIEW),
        without: str = "",
        limit: int = 3,
    ) -> tuple[Remembered, ...]:
        """Return what was seen before, the most similar first.

        `without` is a subject to leave out: the asker's own.
        """

    async def remember(self, memory: Memory) -> bool:
        """Remember, or remember better; False where it was erased before, and stays so."""

    async def forget(self, tenant: str, subject: str, actor: str) -> int:
        """Forget what is remembered of a subject, with an entry in the log; return how many memories that was."""
