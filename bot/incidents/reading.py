"""Incidents and the timeline, looked up: by id or number, by conversation, by alert, by service and time."""

import re
from collections.abc import AsyncIterator, Collection
from datetime import datetime

from memory.errors import InvalidInput, NotFound
from memory.model.incident import Incident, IncidentStatus, TimelineEntry, TimelineWindow
from memory.page import Page
from memory.store import Store
from memory.store.incidents import Tie
from memory.store.timeline import Written

MOST_ENTRIES = 50_000  # that are read at once, as values
_NUMBER = re.compile(r"(?:(?:incident|inc)[\s#-]*|#)?([1-9][0-9]{0,8})", re.IGNORECASE)
_UNDER_WAY = frozenset({IncidentStatus.OPEN, IncidentStatus.MITIGATED})


class Reading:
    """Every tenant's."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def get(self, tenant: str, incident: str) -> Incident:
        """Return one by its id; raises `NotFound`."""
        return await self._store.incidents.get(tenant, incident)

    async def named(self, tenant: str, which: str) -> Incident:
        """Return one by its id or number ("12", "#12", "incident 12"); raises `NotFound`."""
        number = _NUMBER.fullmatch(which.strip())
        if number is not None:
            return await self._store.incidents.numbered(tenant, int(number[1]))
        return await self.get(tenant, which.strip())

    async def of_thread(self, tenant: str, thread: str) -> Incident | None:
        """Return the newest incident that a conversation belongs to."""
        return await self._of(tenant, Tie.THREAD, thread)

    async def of_alert(self, tenant: str, alert: str) -> Incident | None:
        """Return the newest incident that an alert (its id) belongs to."""
        return await self._of(tenant, Tie.ALERT, alert)

    async def concerned(self, tenant: str, services: Collection[str], at: datetime) -> Incident | None:
        """Return the newest incident of one of these services that was under way at that moment."""
        if not services:
            return None
        for incident in await self._store.incidents.under_way(tenant):
            if incident.started_at <= at and set(services) & set(incident.services):
                return incident
        return None

    async def page(
        self, tenant: str, statuses: tuple[IncidentStatus, ...] = (), cursor: str | None = None, limit: int = 50
    ) -> Page[Incident]:
        """Return those that stand so, the newest first."""
        return await self._store.incidents.page(tenant, statuses=statuses, cursor=cursor, limit=limit)

    async def under_way(self, tenant: str) -> tuple[Incident, ...]:
        """Return those that are open or mitigated, the newest first."""
        return await self._store.incidents.under_way(tenant)

    async def entry(self, tenant: str, entry: str) -> TimelineEntry:
        """Return one entry of the timeline; raises `NotFound`."""
        return await self._store.timeline.get(tenant, entry)

    async def timeline(
        self,
        tenant: str,
        incident: str | None,
        window: TimelineWindow,
        cursor: str | None = None,
        limit: int = 200,
    ) -> Page[TimelineEntry]:
        """Return what happened, in order, of one incident or (None) of all."""
        return await self._store.timeline.page(tenant, incident, window, cursor=cursor, limit=limit)

    async def documents(
        self, tenant: str, incident: str | None, window: TimelineWindow, at_once: int = 5000
    ) -> AsyncIterator[list[Written]]:
        """Give a whole window in order, so many entries at a time, as they are kept."""
        after: Written | None = None
        while True:
            found = await self._store.timeline.documents(tenant, incident, window, after, at_once)
            if found:
                yield found
            if len(found) < at_once:
                return
            after = found[-1]

    async def entries(
        self, tenant: str, incident: str, since: datetime | None = None
    ) -> tuple[TimelineEntry, ...]:
        """Return everything of one incident, in order; raises `InvalidInput` for more than 50,000 entries."""
        found: list[TimelineEntry] = []
        async for some in self.documents(tenant, incident, TimelineWindow(since=since)):
            found += (TimelineEntry.model_validate_json(each.document) for each in some)
            if len(found) > MOST_ENTRIES:
                raise InvalidInput(
                    f"expected at most {MOST_ENTRIES} entries, found more", hint="Ask for a part of the timeline."
                )
        return tuple(found)

    async def mark(self, tenant: str, incident: str | None, window: TimelineWindow) -> str:
        """Return a text that is another one after every change of what this window shows."""
        return await self._store.timeline.mark(tenant, incident, window)

    async def last_by(self, tenant: str, incident: str, author: str) -> datetime | None:
        """Return when this person last did something in an incident."""
        return await self._store.timeline.last_by(tenant, incident, author)

    async def _entry_of(self, tenant: str, incident: str, entry: str) -> TimelineEntry:
        found = await self.entry(tenant, entry)
        if found.incident != incident:
            raise NotFound(f"expected an entry of that incident, found {entry[:60]!r}, which is none of its")
        return found

    async def _of(self, tenant: str, kind: Tie, reference: str) -> Incident | None:
        owner = (await self._store.incidents.of(tenant, kind, [reference])).get(reference)
        return None if owner is None else await self._store.incidents.get(tenant, owner)


def under_way(incident: Incident) -> bool:
    """Return whether it is open or mitigated."""
    return incident.status in _UNDER_WAY
