"""A house's memory on a store of its own, with an embedding that knows words alone."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.recall.learning import Learning
from bot.recall.room import RecallRoom
from bot.recall.service import Recall
from bot.recall.shelf import RunbookShelf
from memory.embedding import Embedder
from memory.model.memory import Memory, MemoryKind
from memory.recall.brute import BruteForce
from memory.recall.cache import VectorCache
from memory.recall.port import VectorIndex
from memory.store import Store
from runbooks.catalogue import Source
from tests.fakes.embedding import WordEmbedder
from tests.fakes.people import TENANT
from tests.fakes.time import MIDNIGHT, CountingIds, FakeClock
from tests.memory.opening import opened

KEEP = timedelta(days=365)
LIBRARY = (
    Source("KubePodCrashLooping.md", b"# KubePodCrashLooping\n\n## Meaning\n\nA pod restarts again and again.\n"),
    Source("disk-full.md", b"# A disk is full\n\nNo space left on the device: find what grew, rotate logs.\n"),
)


class Remembering:
    """The memory and all that it is made of. `opens` counts how often an index was asked for."""

    def __init__(self, store: Store, clock: FakeClock) -> None:
        self.store, self.clock, self.ids = store, clock, CountingIds()
        self.embedder = WordEmbedder()
        self.index: VectorIndex | Exception = BruteForce()
        self.opens = 0
        self.recall = Recall(
            store,
            embedder=self._embedder,
            open_index=self._open,
            shelf=lambda embedder: RunbookShelf((), LIBRARY, VectorCache(embedder)),
            clock=clock,
            ids=self.ids,
        )
        self.room = RecallRoom(self.recall, store, clock, self.ids, KEEP)
        self.learning = Learning(self.recall, store, TENANT, KEEP)

    async def _embedder(self) -> Embedder:
        return self.embedder

    def _open(self, model: str) -> VectorIndex:
        assert model == self.embedder.identity
        self.opens += 1
        if isinstance(self.index, Exception):
            raise self.index
        return self.index


@pytest.fixture
async def memory(tmp_path: Path) -> AsyncIterator[Remembering]:
    clock = FakeClock()
    async with opened(f"sqlite:///{tmp_path / 'q.db'}", clock) as store:
        made = Remembering(store, clock)
        yield made
        await made.recall.close()


def incident(number: int, title: str, **given: object) -> Memory:
    filled: dict[str, object] = {
        "id": f"mem:inc_{number}",
        "tenant": TENANT,
        "kind": MemoryKind.INCIDENT,
        "subject": f"incident:inc_{number}",
        "title": title,
        "services": ("checkout",),
        "environment": "production",
        "at": MIDNIGHT - timedelta(days=number),
        "until": MIDNIGHT + KEEP,
    }
    return Memory.model_validate(filled | given)
