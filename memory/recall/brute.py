"""Vectors in one matrix, compared with all of them: exact, in memory, and the reference for every other index."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from memory.embedding import DIMENSIONS
from memory.recall.port import Kept, Near

_FIRST_ROWS = 256


@dataclass(frozen=True)
class _About:
    """What is known of a kept memory, and the rows of its parts."""

    subject: str
    until: datetime | None
    version: int
    rows: tuple[int, ...]


class BruteForce:
    """Serves `VectorIndex` with nothing but numpy.

    Half a kilobyte and one dot product a part at 100,000 parts: ~10 ms.
    """

    name = "numpy"

    def __init__(self, dimensions: int = DIMENSIONS) -> None:
        self._dimensions = dimensions
        self._tenants: dict[str, _Matrix] = {}

    def remember(self, tenant: str, kept: Sequence[Kept]) -> None:
        """Keep these in place of what was kept of the same memories."""
        matrix = self._tenants.setdefault(tenant, _Matrix(self._dimensions))
        for each in kept:
            matrix.drop((each.memory,))
            matrix.add(each)

    def forget(self, tenant: str, memories: Collection[str]) -> None:
        """Forget these memories."""
        if tenant in self._tenants:
            self._tenants[tenant].drop(memories)

    def erase(self, tenant: str, subject: str) -> int:
        """Forget every memory of a subject."""
        return self._drop_where(tenant, lambda about: about.subject == subject)

    def expire(self, tenant: str, now: datetime) -> int:
        """Forget what is kept no longer."""
        return self._drop_where(tenant, lambda about: about.until is not None and about.until <= now)

    def search(self, tenant: str, vector: NDArray[np.float32], limit: int) -> list[Near]:
        """Return the nearest parts."""
        matrix = self._tenants.get(tenant)
        return matrix.nearest(vector, limit) if matrix is not None and limit > 0 else []

    def compare(self, tenant: str, vector: NDArray[np.float32], memories: Collection[str]) -> list[Near]:
        """Return every part of these memories with its cosine."""
        matrix = self._tenants.get(tenant)
        return matrix.of(vector, memories) if matrix is not None else []

    def known(self, tenant: str) -> dict[str, int]:
        """Return the memories that are kept, and of which version."""
        matrix = self._tenants.get(tenant)
        return {} if matrix is None else {memory: about.version for memory, about in matrix.memories.items()}

    def count(self, tenant: str) -> int:
        """Return how many parts are kept."""
        return self._tenants[tenant].parts if tenant in self._tenants else 0

    def clear(self, tenant: str) -> None:
        """Forget everything of a tenant."""
        self._tenants.pop(tenant, None)

    def close(self) -> None:
        """Forget everything."""
        self._tenants.clear()

    def _drop_where(self, tenant: str, which: Callable[[_About], bool]) -> int:
        matrix = self._tenants.get(tenant)
        if matrix is None:
            return 0
        found = [memory for memory, about in matrix.memories.items() if which(about)]
        matrix.drop(found)
        return len(found)


class _Matrix:
    """One tenant's vectors. A row that is given up is taken again; until then it is all zeros and nobody's."""

    def __init__(self, dimensions: int) -> None:
        self.memories: dict[str, _About] = {}
        self._rows = np.zeros((_FIRST_ROWS, dimensions), dtype=np.float32)
        self._of: list[tuple[str, int] | None] = []
        self._free: list[int] = []

    @property
    def parts(self) -> int:
        return len(self._of) - len(self._free)

    def add(self, kept: Kept) -> None:
        rows = tuple(self._row() for _ in kept.vectors)
        self._rows[list(rows)] = kept.vectors
        for part, row in enumerate(rows):
            self._of[row] = (kept.memory, part)
        self.memories[kept.memory] = _About(kept.subject, kept.until, kept.version, rows)

    def drop(self, memories: Collection[str]) -> None:
        for memory in memories:
            about = self.memories.pop(memory, None)
            for row in about.rows if about is not None else ():
                self._rows[row] = 0
                self._of[row] = None
                self._free.append(row)

    def nearest(self, vector: NDArray[np.float32], limit: int) -> list[Near]:
        cosines = self._rows[: len(self._of)] @ vector
        cosines[self._free] = -2
        limit = min(limit, self.parts)
        best = (
            np.argpartition(-cosines, limit - 1)[:limit] if 0 < limit < len(cosines) else np.arange(len(cosines))
        )
        ranked = best[np.argsort(-cosines[best], kind="stable")][:limit]
        return [self._near(int(row), float(cosines[row])) for row in ranked]

    def of(self, vector: NDArray[np.float32], memories: Collection[str]) -> list[Near]:
        rows = [row for memory in memories if memory in self.memories for row in self.memories[memory].rows]
        return [
            self._near(row, float(cosine)) for row, cosine in zip(rows, self._rows[rows] @ vector, strict=True)
        ]

    def _near(self, row: int, cosine: float) -> Near:
        owner = self._of[row]
        assert owner is not None  # noqa: S101  # the free rows were ranked last and cut off
        return Near(memory=owner[0], part=owner[1], cosine=cosine)

    def _row(self) -> int:
        if self._free:
            return self._free.pop()
        if len(self._of) == len(self._rows):
            self._rows = np.vstack((self._rows, np.zeros_like(self._rows)))
        self._of.append(None)
        return len(self._of) - 1
