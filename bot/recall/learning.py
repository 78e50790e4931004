"""Remembers what ends: plans, and incidents with their corrections.

Told by the bus, and by the store what was missed.

Remembering the same again changes nothing, so it begins anew wherever it stopped. What was forgotten stays so.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog

from bot.recall.experience import of_correction, of_incident, of_review, of_run
from memory.bus import Bus
from memory.errors import NotFound, QuarterdeckError
from memory.model.incident import Happening, Incident, IncidentStatus, TimelineWindow
from memory.model.memory import Memory
from memory.model.record import Event, Topic
from memory.model.run import RunStatus
from memory.recall.recalling import Recalling
from memory.store import Store
from memory.tasks import stopped

NEWEST = 200  # of each kind that are looked at when it begins
MOST_ENTRIES = 1000  # of a timeline
_PAGE = 200
_OVER = (IncidentStatus.RESOLVED, IncidentStatus.MITIGATED)

_log = structlog.get_logger(__name__)


class Learning:
    """What one tenant's house learns by itself."""

    def __init__(self, recall: Recalling, store: Store, tenant: str, keep: timedelta) -> None:
        self._recall = recall
        self._store = store
        self._tenant = tenant
        self._keep = keep

    @asynccontextmanager
    async def following(self, bus: Bus) -> AsyncIterator[None]:
        """Learn until the block ends, first what ended before."""
        task = asyncio.create_task(self._follow(bus))
        try:
            yield
        finally:
            await stopped(task)

    async def catch_up(self) -> int:
        """Remember the newest of what ended; return how many memories are new or told better."""
        runs = (await self._store.runs.page(self._tenant, limit=NEWEST)).items
        over = (await self._store.incidents.page(self._tenant, statuses=_OVER, limit=NEWEST)).items
        made = [memory for run in runs if (memory := of_run(run, self._keep)) is not None]
        for incident in over:
            made += await self._of_incident(incident)
        return await self._keep_new(made)

    async def heard(self, event: Event) -> int:
        """Remember what an event tells the end of; return how many memories are new or told better."""
        if event.topic is Topic.RUN and RunStatus(str(event.body["status"])).final():
            memory = of_run(await self._store.runs.get(self._tenant, str(event.body["run"])), self._keep)
            return await self._keep_new([memory] if memory is not None else [])
        if event.topic is Topic.INCIDENT:
            incident = await self._store.incidents.find(self._tenant, str(event.body["incident"]))
            if incident is not None and incident.status in _OVER:
                return await self._keep_new(await self._of_incident(incident))
        return 0

    async def _follow(self, bus: Bus) -> None:
        async with bus.subscribe(self._tenant, topics=(Topic.RUN, Topic.INCIDENT)) as events:
            await self._told(None)
            async for event in events:
                await self._told(event if isinstance(event, Event) else None)

    async def _told(self, event: Event | None) -> None:
        try:
            await (self.catch_up() if event is None else self.heard(event))
        except NotFound:
            return  # it was erased meanwhile
        except QuarterdeckError as error:
            _log.warning("recall.not_learned", code=error.code, why=error.message)

    async def _of_incident(self, incident: Incident) -> list[Memory]:
        if incident.withdrawn:
            return []
        page = await self._store.timeline.page(self._tenant, incident.id, TimelineWindow(), limit=MOST_ENTRIES)
        corrections = [entry for entry in page.items if entry.kind is Happening.CORRECTION]
        over = incident.status is IncidentStatus.RESOLVED
        taught = of_review(incident, page.items, self._keep) if over else None
        return [
            of_incident(incident, page.items, self._keep),
            *([taught] if taught is not None else []),
            *(of_correction(entry, incident, self._keep) for entry in corrections),
        ]

    async def _keep_new(self, made: Sequence[Memory]) -> int:
        kept = 0
        for some in _pages(made):
            known = await self._store.memories.get(self._tenant, [memory.id for memory in some])
            for memory in some:
                if known.get(memory.id) != memory:
                    kept += await self._recall.remember(memory)
        return kept


def _pages(made: Sequence[Memory]) -> Iterable[Sequence[Memory]]:
    return (made[start : start + _PAGE] for start in range(0, len(made), _PAGE))
