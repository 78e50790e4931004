"""The memory of a house: what is remembered, found again, compared, and forgotten with an entry in the log.

The index is opened when it is first needed, never at start. Where it cannot be had, brute force in memory takes
its place, from the same texts: slower to begin, and nothing is lost.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import structlog

from bot.audit.eraser import Eraser
from bot.audit.memories import forget_subject
from bot.recall.alerts import of_alerts
from bot.recall.following import Followed
from bot.recall.likeness import compared, warned
from bot.recall.shelf import RunbookShelf
from memory.clock import Clock
from memory.embedding import Embedder
from memory.errors import RecallUnavailable
from memory.ids import Ids
from memory.model.alert import Alert
from memory.model.memory import Memory, MemoryKind
from memory.recall.brute import BruteForce
from memory.recall.entry import Hit, Query
from memory.recall.port import VectorIndex
from memory.recall.recalling import Remembered, RunbookMatch
from memory.store import Store

MOST = 20  # memories of one answer
OF_PAST = (MemoryKind.INCIDENT, MemoryKind.REVIEW)

T = TypeVar("T")

_log = structlog.get_logger(__name__)


class Recall:
    """Serves `memory.recall.recalling.Recalling`.

    `open_index` blocks and is given the name of the embedding's model.
    """

    def __init__(
        self,
        store: Store,
        *,
        embedder: Callable[[], Awaitable[Embedder]],
        open_index: Callable[[str], VectorIndex],
        shelf: Callable[[Embedder], RunbookShelf],
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._open_index = open_index
        self._make_shelf = shelf
        self._clock = clock
        self._eraser = Eraser(store, clock, ids, _no_talk)
        self._vectors: VectorIndex | None = None
        self._followed: dict[str, Followed] = {}
        self._shelf: RunbookShelf | None = None
        self._opening = asyncio.Lock()
        self._shelving = asyncio.Lock()

    @property
    def backend(self) -> str:
        """Return what keeps the vectors; empty before it was needed."""
        return self._vectors.name if self._vectors is not None else ""

    async def likely_runbook(
        self,
        tenant: str,  # noqa: ARG002  # the runbooks are the house's, and the same for every tenant
        title: str,
        *,
        alerts: Sequence[Alert] = (),
        services: Sequence[str] = (),
        limit: int = 3,
    ) -> tuple[RunbookMatch, ...]:
        """Return the runbooks that fit an incident, the likeliest first; none where nothing fits."""
        return await self.runbooks(of_alerts(title, alerts, services), limit)

    async def runbooks(self, query: Query, limit: int = 3) -> tuple[RunbookMatch, ...]:
        """Return the runbooks that fit a question. They are the house's, and the same for every tenant."""
        shelf = await self.warm()
        return await asyncio.to_thread(shelf.find, query, min(limit, MOST))

    async def similar(
        self,
        tenant: str,
        text: str,
        *,
        services: Sequence[str] = (),
        environment: str | None = None,
        kinds: Sequence[MemoryKind] = OF_PAST,
        without: str = "",
        limit: int = 3,
    ) -> tuple[Remembered, ...]:
        """Return what was seen before, the most similar first; of several memories of one thing, the best."""
        query = Query(
            words=text,
            services=tuple(services),
            kinds=tuple(kind.value for kind in kinds),
            without=without,
            now=self._clock.now(),
        )
        limit = min(limit, MOST)
        hits = await self._search(tenant, query, 3 * limit)
        known = await self._store.memories.get(tenant, [hit.id for hit in hits]) if hits else {}
        found = self._compared(hits, known, query, environment)
        if not found:
            return ()
        embedder = await self._embedder()
        return await asyncio.to_thread(warned, found[:limit], embedder)

    async def remember(self, memory: Memory) -> bool:
        """Remember, or remember better; False where it says the same, or was forgotten and stays so."""
        return await self._store.memories.put(memory)

    async def forget(self, tenant: str, subject: str, actor: str) -> int:
        """Forget what is remembered of a subject, with an entry in the log; raises `UnderHold`."""
        number = await forget_subject(self._eraser, tenant, actor, subject)
        await self.settle(tenant)
        return number

    async def settle(self, tenant: str) -> None:
        """Have the index take in what changed in the store, where there ever was anything.

        A search does so, too; this is so that nothing waits for one.
        """
        if tenant in self._followed or await self._store.memories.changes(tenant, 0, 1):
            await self._again(lambda: self._read_on(tenant))

    async def rebuild(self, tenant: str) -> int:
        """Make a tenant's index anew from the texts; return how many memories it has."""

        async def anew() -> int:
            return await (await self._of(tenant)).rebuild()

        return await self._again(anew)

    async def warm(self) -> RunbookShelf:
        """Make the runbooks findable, if they are not yet. Takes seconds the first time, in a thread."""
        async with self._shelving:
            if self._shelf is None:
                self._shelf = await asyncio.to_thread(self._make_shelf, await self._embedder())
            return self._shelf

    async def close(self) -> None:
        """Let go of the index."""
        if self._vectors is not None:
            await asyncio.to_thread(self._vectors.close)
        self._vectors, self._followed = None, {}

    async def _search(self, tenant: str, query: Query, limit: int) -> list[Hit]:
        async def asked() -> list[Hit]:
            return await (await self._of(tenant)).search(query, limit)

        return await self._again(asked) if query.said.strip() and limit > 0 else []

    async def _read_on(self, tenant: str) -> int:
        return await (await self._of(tenant)).read_on()

    async def _again(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do it, and once more by brute force where the index fails."""
        try:
            return await work()
        except RecallUnavailable as error:
            _log.warning("recall.fallen_back", code=error.code, why=error.message, to=BruteForce.name)
            async with self._opening:
                self._vectors, self._followed = BruteForce(), {}
            return await work()

    async def _of(self, tenant: str) -> Followed:
        async with self._opening:
            if self._vectors is None:
                model = (await self._embedder()).identity
                self._vectors = await asyncio.to_thread(self._open_index, model)
            if tenant not in self._followed:
                self._followed[tenant] = Followed(tenant, self._store, self._vectors, await self._embedder())
            return self._followed[tenant]

    def _compared(
        self, hits: Sequence[Hit], known: dict[str, Memory], query: Query, environment: str | None
    ) -> list[Remembered]:
        now, subjects, found = self._clock.now(), set[str](), []
        for hit in hits:
            memory = known.get(hit.id)
            if memory is None or memory.subject in subjects or (memory.until is not None and memory.until <= now):
                continue
            subjects.add(memory.subject)
            found.append(compared(hit, memory, query, environment, now))
        return found


async def _no_talk(tenant: str, thread: str, person: str) -> None:
    """Forget nothing: memories are of no conversation that goes on."""
