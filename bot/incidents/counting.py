"""Counts a tenant's incidents for whoever may look: reads the store, and leaves the arithmetic to `numbers`."""

import asyncio
from datetime import datetime, timedelta

from bot.audit.access import reader
from bot.incidents.number_charts import charts
from bot.incidents.numbers import Counted, grouped, numbers
from bot.surfaces.incident_numbers import By, NumbersView
from memory.clock import Clock
from memory.errors import InvalidWindow
from memory.model.catalogue import Catalogue
from memory.model.incident import Incident
from memory.model.people import Principal
from memory.model.war_room import Fixture
from memory.page import LARGEST
from memory.store import Store

USUAL = timedelta(days=90)
LONGEST = timedelta(days=3660)


class IncidentCounter:
    """Serves `bot.surfaces.incident_numbers.NumbersDesk`."""

    def __init__(self, store: Store, catalogue: Catalogue, clock: Clock) -> None:
        self._store = store
        self._catalogue = catalogue
        self._clock = clock

    async def numbers(
        self, principal: Principal, since: datetime | None, until: datetime | None, by: By
    ) -> NumbersView:
        """Return the numbers of a window, by default the last 90 days; raises `InvalidWindow`."""
        tenant = reader(principal)
        start, end = self._window(since, until)
        incidents = [each for each in await self._incidents(tenant) if start <= each.started_at < end]
        counted = Counted(
            incidents=tuple(incidents),
            summarised=await self._summarised(tenant, incidents),
            outcomes=await self._store.outcomes.within(tenant, start, end),
        ).within(start, end)
        return await asyncio.to_thread(self._view, counted, start, end, by)

    def _view(self, counted: Counted, start: datetime, end: datetime, by: By) -> NumbersView:
        groups = grouped(counted, by, self._catalogue)
        return NumbersView(
            since=start,
            until=end,
            by=by,
            all=numbers("", counted),
            groups=groups,
            charts=charts(counted.incidents, groups),
        )

    def _window(self, since: datetime | None, until: datetime | None) -> tuple[datetime, datetime]:
        end = until or self._clock.now()
        start = since or end - USUAL
        if not start < end or end - start > LONGEST:
            raise InvalidWindow(f"expected a window that ends after it begins, found {start} to {end}")
        return start, end

    async def _incidents(self, tenant: str) -> list[Incident]:
        found: list[Incident] = []
        cursor: str | None = None
        while True:
            page = await self._store.incidents.page(tenant, cursor=cursor, limit=LARGEST)
            found += page.items
            cursor = page.next_cursor
            if cursor is None:
                return found

    async def _summarised(self, tenant: str, incidents: list[Incident]) -> frozenset[str]:
        """Return those whose room got a summary by itself: it was posted, and kept."""
        found = set()
        for each in incidents:
            rooms = await self._store.war_rooms.of(tenant, each.id)
            if any(
                fitting.fixture is Fixture.SUMMARY and fitting.stands
                for room in rooms
                for fitting in room.fittings
            ):
                found.add(each.id)
        return frozenset(found)
