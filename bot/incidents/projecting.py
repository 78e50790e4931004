"""What stands in the ledger, told in the timeline: followed on any node, each entry once.

A batch is written together with how far it reaches. A process that dies in between leaves nothing behind, and two
nodes that follow at once write each batch once.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from bot.incidents.belonging import Belonging
from bot.incidents.events import grew
from bot.incidents.ledger_causes import Causes, entry_name
from bot.incidents.ledger_words import KINDS, Words
from memory.clock import Clock
from memory.errors import QuarterdeckError
from memory.model.incident import TimelineEntry
from memory.model.record import SYSTEM, Event, LogFilter, Recorded
from memory.store import Store
from tools.contract import Capability

BATCH = 400  # ledger entries
FOLLOW_EVERY_S = 2.0

_log = structlog.get_logger(__name__)


class Projection:
    """Follows the ledgers of the tenants it is asked about."""

    def __init__(
        self,
        store: Store,
        publish: Callable[[Event], None],
        clock: Clock,
        capabilities: Sequence[Capability],
    ) -> None:
        self._store = store
        self._publish = publish
        self._clock = clock
        self._titles = {each.name: each.title for each in capabilities}

    async def catch_up(self, tenant: str) -> int:
        """Tell everything that stands in the ledger now; return how many entries are new."""
        new = 0
        while (told := await self._batch(tenant)) is not None:
            new += told
        return new

    async def keep(self, tenant: str, every_s: float = FOLLOW_EVERY_S) -> None:
        """Follow until this is cancelled. A store that is away now may be back the next time."""
        while True:
            try:
                await self.catch_up(tenant)
            except QuarterdeckError as error:
                _log.warning("timeline.behind", code=error.code, why=error.message)
            await asyncio.sleep(every_s)

    async def _batch(self, tenant: str) -> int | None:
        """Tell the next entries; return how many are new, None where the timeline is where the ledger is."""
        before = await self._store.timeline.told(tenant)
        end = (await self._store.ledger.head(tenant)).size
        if before >= end:
            return None
        asked = LogFilter(kinds=KINDS, end=end)
        found = await self._store.ledger.matching(tenant, asked, before, BATCH)
        following = found[-1].receipt.index + 1 if len(found) == BATCH else end
        entries = await self._entries(tenant, found)
        async with self._store.transaction() as unit:
            if not await unit.timeline.tell(tenant, before, following):
                return 0  # another node told them
            new = await unit.timeline.add(entries)
        self._tell([entry for entry in entries if entry.id in new])
        return len(new)

    async def _entries(self, tenant: str, found: Sequence[Recorded]) -> list[TimelineEntry]:
        words = Words(self._store, tenant, self._titles)
        said = [(each, told) for each in found if (told := await words.of(each)) is not None]
        belonging = await Belonging.of(self._store, tenant, [each for each, _ in said], words)
        causes = Causes(self._store, tenant, [each for each, _ in said])
        people = await self._store.pseudonyms.people(tenant, {each.entry.actor for each, _ in said})
        now = self._clock.now()
        entries: list[TimelineEntry] = []
        for each, told in said:
            entry, led = each.entry, await causes.of(each)
            entries.append(
                TimelineEntry(
                    id=entry_name(tenant, each.receipt.index),
                    tenant=tenant,
                    incident=belonging.incident(each, told),
                    at=entry.at,
                    recorded_at=max(now, entry.logged),
                    kind=told.kind,
                    text=told.text,
                    author=people.get(entry.actor, entry.actor if entry.actor != SYSTEM else SYSTEM),
                    source=told.source,
                    subject=entry.subject,
                    cause=led[0] if led else None,
                    further_causes=tuple(led[1:]),
                    correlation=entry.correlation,
                    services=told.services,
                    evidence=told.evidence,
                    trusted=told.trusted,
                )
            )
        return entries

    def _tell(self, new: Sequence[TimelineEntry]) -> None:
        grown: dict[str, list[TimelineEntry]] = {}
        for entry in new:
            if entry.incident is not None:
                grown.setdefault(entry.incident, []).append(entry)
        at: datetime = self._clock.now()
        for incident, entries in grown.items():
            self._publish(grew(entries[0].tenant, incident, entries[-1], len(entries), at))
