"""One tenant's memories as they are searched: read on from the store, change by change, and never ahead of it.

What is shown is always read from the store again, so an index that is behind shows less, never what was forgotten.
"""

import asyncio
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from memory.embedding import Embedder
from memory.model.memory import Memory
from memory.recall.counting import kept
from memory.recall.entry import Entry, Hit, Query
from memory.recall.hybrid import HybridIndex
from memory.recall.port import Kept, VectorIndex
from memory.recall.vectors import Vectors
from memory.store import Store
from memory.store.memories import MOST, Change

_AT_ONCE = 100  # memories without vectors that are embedded before anything is written


class Followed:
    """A tenant's search. One thing at a time: whoever asks while it reads on waits for that."""

    def __init__(self, tenant: str, store: Store, vectors: VectorIndex, embedder: Embedder) -> None:
        self._tenant = tenant
        self._store = store
        self._vectors = vectors
        self._embedder = embedder
        self._index = HybridIndex(tenant, vectors, embedder.embed)
        self._read = 0  # the number of the last change that was taken in
        self._known: dict[str, int] | None = None  # what the vectors had of before
        self._one = asyncio.Lock()

    async def search(self, query: Query, limit: int) -> list[Hit]:
        """Return what fits, the best first; raises `RecallUnavailable` or `StoreUnavailable`."""
        async with self._one:
            await self._read_on()
            return await asyncio.to_thread(self._index.search, query, limit)

    async def read_on(self) -> int:
        """Take in what changed since, and return how many memories there are."""
        async with self._one:
            await self._read_on()
            return len(self._index)

    async def rebuild(self) -> int:
        """Make the vectors anew from the texts, and return how many memories there are."""
        async with self._one:
            await asyncio.to_thread(self._vectors.clear, self._tenant)
            self._index = HybridIndex(self._tenant, self._vectors, self._embedder.embed)
            self._read, self._known = 0, {}
            await self._read_on(afresh=True)
            return len(self._index)

    async def _read_on(self, *, afresh: bool = False) -> None:
        first = self._known is None
        if self._known is None:
            self._known = await asyncio.to_thread(self._vectors.known, self._tenant)
        while changes := await self._store.memories.changes(self._tenant, self._read, MOST):
            for start in range(0, len(changes), _AT_ONCE):
                made = await asyncio.to_thread(self._take, changes[start : start + _AT_ONCE], afresh)
                if made:
                    await self._store.memories.embed(self._tenant, made)
            self._read = changes[-1].number
        if first:
            orphans = [name for name in self._known if name not in self._index]
            await asyncio.to_thread(self._vectors.forget, self._tenant, orphans)
        self._known = {}

    def _take(self, changes: Sequence[Change], afresh: bool) -> list[tuple[str, int, Vectors]]:
        """Take changes in; return the vectors that had to be made."""
        assert self._known is not None  # noqa: S101  # it was read before
        gone = [each.id for each in changes if each.memory is None]
        if gone:
            self._index.remove(gone)
        living = [(each, entry_of(each.memory)) for each in changes if each.memory is not None]
        self._index.add_words([entry for _, entry in living])
        wanted = [(each, entry) for each, entry in living if self._known.get(each.id) != each.number]
        bare = [(each, entry) for each, entry in wanted if afresh or not self._usable(each)]
        made = dict(zip((each.id for each, _ in bare), self._embedded([entry for _, entry in bare]), strict=True))
        rows = {each.id: each.vectors.rows for each, _ in wanted if each.vectors is not None} | made
        self._vectors.remember(self._tenant, [_kept(each, entry, rows[each.id]) for each, entry in wanted])
        return [(each.id, each.number, Vectors(self._embedder.identity, made[each.id])) for each, _ in bare]

    def _usable(self, change: Change) -> bool:
        return change.vectors is not None and change.vectors.model == self._embedder.identity

    def _embedded(self, entries: Sequence[Entry]) -> list[NDArray[np.float32]]:
        return [each.vectors for each in kept(entries, self._embedder.embed)] if entries else []


def entry_of(memory: Memory) -> Entry:
    """Return a memory as it is searched: with what caused it and what mended it as sections of their own."""
    found = (("Cause", memory.cause), ("What fixed it", memory.fix))
    sections = [memory.text, *(f"## {heading}\n\n{text}" for heading, text in found if text)]
    return Entry(
        id=memory.id,
        title=memory.title,
        text="\n\n".join(filter(None, sections)),
        services=memory.services,
        kind=memory.kind.value,
        subject=memory.subject,
        at=memory.at,
        until=memory.until,
    )


def _kept(change: Change, entry: Entry, rows: NDArray[np.float32]) -> Kept:
    return Kept(memory=change.id, subject=entry.subject, vectors=rows, version=change.number, until=entry.until)
