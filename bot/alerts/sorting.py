"""What waits, taken up: alerts as they stand and their groups in one transaction, their incidents after it.

A crash between the two loses nothing: a group whose incident was not told says so, and is told by whoever comes
next, under the same keys, so that nothing is declared or attached twice.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from agents.triage import Sorted, Sorter, TriageRules
from bot.alerts.declaring import Declaring
from memory.clock import Clock
from memory.ids import Ids
from memory.model.catalogue import Catalogue
from memory.model.triage import AlertNews, AlertRecord, Quiet
from memory.store import Store
from memory.store.alerts import AT_ONCE

RECONSIDER = timedelta(seconds=10)

_log = structlog.get_logger(__name__)


class Sorting:
    """Sorts one tenant's alerts; one process at a time does so, and it does no harm where two do."""

    def __init__(  # noqa: PLR0917 -- what sorting takes, each a part of its own
        self,
        store: Store,
        tenant: str,
        catalogue: Catalogue,
        rules: TriageRules,
        windows: Sequence[Quiet],
        declaring: Declaring,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._store = store
        self._tenant = tenant
        self._catalogue = catalogue
        self._rules = rules
        self._windows = tuple(windows)
        self._declaring = declaring
        self._clock = clock
        self._ids = ids
        self._reconsidered = datetime.min.replace(tzinfo=clock.now().tzinfo)

    async def sort(self) -> int:
        """Take up one batch of what waits, and return how much that was.

        Raises `StoreUnavailable`, or `Conflict` where another process took it up meanwhile; then nothing happened.
        """
        news = await self._store.alerts.waiting(self._tenant, AT_ONCE)
        now = self._clock.now()
        if news:
            sorter, known = await self._sorter(news, now)
            found = sorter.sort(news, now)
            await self._declaring.changed([each for each in news if each.change and each.happening is not None])
            await self._write(found, news)
            _log.info("alerts.sorted", told=len(news), known=len(known), groups=len(found.groups))
        elif now - self._reconsidered >= RECONSIDER:
            self._reconsidered = now
            await self._reconsider(now)
        await self._declaring.catch_up()
        return len(news)

    async def _sorter(self, news: Sequence[AlertNews], now: datetime) -> tuple[Sorter, dict[str, AlertRecord]]:
        known = await self._store.alerts.many(self._tenant, {each.alert.id for each in news})
        since = now - timedelta(minutes=self._rules.window_minutes)
        groups = {each.id: each for each in await self._store.alert_groups.live(self._tenant, since)}
        further = {each.group for each in known.values() if each.group} - groups.keys()
        if further:
            groups |= {each.id: each for each in await self._store.alert_groups.many(self._tenant, further)}
        sorter = Sorter(
            self._catalogue,
            self._rules,
            known=known,
            groups=groups.values(),
            lessons=await self._store.alert_lessons.of(self._tenant),
            quiets=(*self._windows, *await self._store.quiets.of(self._tenant, now)),
            new_id=lambda: self._ids.new("grp"),
        )
        return sorter, known

    async def _write(self, found: Sorted, news: Sequence[AlertNews]) -> None:
        async with self._store.transaction() as unit:
            await unit.alerts.take(self._tenant, [each.id for each in news])
            await unit.alerts.put(found.records)
            for group in found.groups:
                await unit.alert_groups.put(group)

    async def _reconsider(self, now: datetime) -> None:
        """Look again at what was kept quiet."""
        quiet = await self._store.alerts.ungrouped(self._tenant)
        if not quiet:
            return
        sorter, _ = await self._sorter((), now)
        found = sorter.reconsider(quiet, now)
        if found.groups or any(each not in quiet for each in found.records):
            await self._write(found, ())
