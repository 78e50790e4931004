"""The memory as surfaces ask for it: each person in their own tenant, and who may forget."""

from collections.abc import Sequence
from datetime import timedelta

from bot.audit.access import administrator, reader
from bot.recall.experience import of_words
from bot.recall.postmortems import of_postmortem
from bot.recall.service import Recall
from bot.surfaces.recall import Forgotten, MemoryReport, RecallQuery, Recollections, Taught, Wish, Written
from memory.clock import Clock
from memory.errors import InvalidInput
from memory.ids import Ids
from memory.model.memory import Memory, MemoryKind
from memory.model.people import Principal
from memory.recall.entry import Query
from memory.store import Store

GIVEN = (MemoryKind.PREFERENCE, MemoryKind.CORRECTION)
_STORED = tuple(kind for kind in MemoryKind if kind is not MemoryKind.RUNBOOK)
_RUNBOOKS = 3


class RecallRoom:
    """Serves `bot.surfaces.recall.RecallDesk`."""

    def __init__(self, recall: Recall, store: Store, clock: Clock, ids: Ids, keep: timedelta) -> None:
        self._recall = recall
        self._store = store
        self._clock = clock
        self._ids = ids
        self._keep = keep

    async def recall(self, principal: Principal, asked: RecallQuery) -> Recollections:
        """Return what is remembered of it, and the runbooks for it."""
        tenant = reader(principal)
        if not asked.query.strip():
            raise InvalidInput("expected something to recall, found an empty question")
        kinds = asked.kinds or _STORED
        memories = await self._recall.similar(
            tenant,
            asked.query,
            services=asked.services,
            environment=asked.environment,
            kinds=[kind for kind in kinds if kind is not MemoryKind.RUNBOOK],
            limit=asked.limit,
        )
        query = Query(words=asked.query, services=asked.services)
        wanted = not asked.kinds or MemoryKind.RUNBOOK in asked.kinds
        runbooks = await self._recall.runbooks(query, _RUNBOOKS) if wanted else ()
        return Recollections(query=asked.query[:500], memories=memories, runbooks=runbooks)

    async def keep(self, principal: Principal, wish: Wish) -> Memory:
        """Remember what a person wants remembered."""
        tenant = reader(principal)
        if wish.kind not in GIVEN:
            raise InvalidInput(f"expected a preference or a correction, found {wish.kind.value}")
        memory = of_words(
            self._ids.new("mem"),
            tenant,
            principal.id,
            wish.kind,
            wish.text,
            services=wish.services,
            at=self._clock.now(),
            keep=self._keep,
        )
        await self._recall.remember(memory)
        return memory

    async def teach(self, principal: Principal, files: Sequence[Written]) -> Taught:
        """Remember post-mortems that were written elsewhere."""
        tenant, now = administrator(principal), self._clock.now()
        made = [of_postmortem(each.name, each.text, tenant, read_at=now, keep=self._keep) for each in files]
        known = await self._store.memories.get(tenant, [memory.id for memory in made]) if made else {}
        new = [memory for memory in made if not _says_the_same(memory, known.get(memory.id))]
        return Taught(memories=sum([await self._recall.remember(memory) for memory in new]))

    async def forget(self, principal: Principal, subject: str) -> Forgotten:
        """Forget a subject: one's own words, or anything as an administrator."""
        tenant = reader(principal)
        own = {
            memory.subject
            for kind in GIVEN
            for memory in await self._store.memories.of(tenant, kind, principal.id)
        }
        if subject not in own:
            administrator(principal)
        return Forgotten(memories=await self._recall.forget(tenant, subject, principal.id))

    async def rebuild(self, principal: Principal) -> Forgotten:
        """Make the index anew from the texts."""
        return Forgotten(memories=await self._recall.rebuild(administrator(principal)))

    async def report(self, principal: Principal) -> MemoryReport:
        """Return how many memories of each kind there are."""
        counts = await self._store.memories.counts(reader(principal))
        return MemoryReport(memories=counts, index=self._recall.backend)


def _says_the_same(memory: Memory, known: Memory | None) -> bool:
    """Return whether a file was read before and has not changed since; it is then kept no longer than it was."""
    return known is not None and (known.title, known.text) == (memory.title, memory.text)
