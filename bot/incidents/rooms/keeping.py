"""Keeping rooms: every incident that wants one gets it, and every room is brought to what it has to be.

Nothing here remembers what was done; the records do. What is heard on the bus says only when to look, so any node
takes over where another stopped, and a lost event costs one interval.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Protocol

import structlog

from bot.incidents.events import SAID
from bot.incidents.rooms.furnishing import Furnisher
from bot.incidents.rooms.here import NAME as CONSOLE
from bot.incidents.rooms.rounds import Rounds
from bot.incidents.rooms.scene import Book, RoomRecords, Scene
from bot.incidents.rooms.telling import Lately, Teller
from bot.incidents.rooms.terms import RoomTerms, over
from bot.surfaces.venues import Venue
from memory.bus import Bus
from memory.clock import Clock
from memory.errors import QuarterdeckError
from memory.model.incident import Incident, IncidentStatus
from memory.model.record import Event, Topic
from memory.model.war_room import RoomRecord
from memory.page import Page

EVERY_S: Final = 1.0
OFFICE: Final = "rooms"
LASTS_S: Final = 6.0  # after which another node takes over, where this one is gone
AT_ONCE: Final = 24  # incidents that are seen to at a time
UNDER_WAY: Final = (IncidentStatus.OPEN, IncidentStatus.MITIGATED)

_log = structlog.get_logger(__name__)


class Records(RoomRecords, Protocol):
    """Keeps what is known of rooms, and says which there are."""

    async def begin(self, record: RoomRecord) -> RoomRecord:
        """Keep a new record, or return the one there is."""

    async def live(self, tenant: str) -> tuple[RoomRecord, ...]:
        """Return those that are not closed for good."""


class Known(Protocol):
    """Knows which incidents there are."""

    async def get(self, tenant: str, incident: str) -> Incident:
        """Return one."""

    async def page(
        self, tenant: str, statuses: tuple[IncidentStatus, ...] = (), cursor: str | None = None, limit: int = 50
    ) -> Page[Incident]:
        """Return those that stand so."""


class RoomKeeper:
    """Keeps the rooms of one tenant. Among the `venues` is the console, for houses without a chat."""

    def __init__(
        self,
        tenant: str,
        incidents: Known,
        records: Records,
        venues: Mapping[str, Venue],
        *,
        teller: Teller,
        furnisher: Furnisher,
        terms: RoomTerms,
        clock: Clock,
    ) -> None:
        self._tenant = tenant
        self._incidents = incidents
        self._records = records
        self._venues = venues
        self._teller = teller
        self._lately = Lately(teller, clock)
        self._furnisher = furnisher
        self._rounds = Rounds(terms)
        self._terms = terms
        self._clock = clock
        self._busy: set[str] = set()
        self._turnstile = asyncio.Semaphore(AT_ONCE)
        self._heard = asyncio.Event()

    async def keep(
        self, bus: Bus, leads: Callable[[str, float], Awaitable[bool]], *, every_s: float = EVERY_S
    ) -> None:
        """Keep rooms for as long as this runs, where this node is the one that does."""
        listening = asyncio.create_task(self._listen(bus))
        tasks: set[asyncio.Task[None]] = set()
        loop, ours_until = asyncio.get_running_loop(), 0.0
        try:
            while True:
                try:
                    if loop.time() >= ours_until:
                        ours_until = loop.time() + LASTS_S / 3 if await leads(OFFICE, LASTS_S) else 0.0
                    if ours_until:
                        for each in await self._waiting():
                            task = asyncio.create_task(self._tended(each))
                            tasks.add(task)
                            task.add_done_callback(tasks.discard)
                except QuarterdeckError as error:
                    _log.warning("rooms.unseen", code=error.code, why=error.message)
                await self._rest(every_s)
        finally:
            for task in (listening, *tasks):
                task.cancel()
            await asyncio.gather(listening, *tasks, return_exceptions=True)
            await self._furnisher.close()

    async def look(self) -> None:
        """Look once at every incident that has a room or wants one, and see to it."""
        await asyncio.gather(*(self._tended(each) for each in await self._waiting()))

    def stale(self, incident: str) -> None:
        """Say that something happened in an incident, so that what was told of it before is out of date."""
        self._lately.stale(incident)
        self._heard.set()

    async def _listen(self, bus: Bus) -> None:
        async with bus.subscribe(self._tenant, topics=(Topic.INCIDENT,)) as happenings:
            async for happened in happenings:
                if isinstance(happened, Event) and happened.body.get("change") != SAID:
                    self.stale(happened.thread)  # what we said ourselves is no news

    async def _rest(self, every_s: float) -> None:
        try:
            async with asyncio.timeout(every_s):
                await self._heard.wait()
        except TimeoutError:
            return
        self._heard.clear()

    async def _waiting(self) -> tuple[Incident, ...]:
        """Return the incidents to see to that nobody sees to just now."""
        found = {each.id: each for each in await self._under_way() if self._terms.wants(each)}
        for record in await self._records.live(self._tenant):
            if record.incident not in found:
                found[record.incident] = await self._incidents.get(self._tenant, record.incident)
        self._lately.keep_only(found)
        return tuple(each for each in found.values() if each.id not in self._busy)

    async def _under_way(self) -> list[Incident]:
        found: list[Incident] = []
        cursor: str | None = None
        while True:
            page = await self._incidents.page(self._tenant, UNDER_WAY, cursor, 200)
            found += page.items
            cursor = page.next_cursor
            if cursor is None:
                return found

    async def _tended(self, incident: Incident) -> None:
        if incident.id in self._busy:
            return
        self._busy.add(incident.id)
        try:
            async with self._turnstile:
                await self._tend(incident)
        except QuarterdeckError as error:
            _log.warning("room.unseen", incident=incident.id, code=error.code, why=error.message)
        finally:
            self._busy.discard(incident.id)

    async def _tend(self, incident: Incident) -> None:
        book = Book(self._records, await self._record(incident))
        venue = self._venues.get(book.record.venue)
        if venue is None:
            return  # it was made where this house no longer is
        scene = Scene(incident, book, venue, None, self._teller.names(incident), self._clock.now())
        if over(incident) and book.record.room is None:
            await book.change(lambda record: record.model_copy(update={"over_at": scene.now}))
            return
        if not await self._furnisher.open(scene):
            return
        incident = await self._incidents.get(incident.tenant, incident.id)  # duties were handed out
        told, names = await self._lately.living(incident), self._teller.names(incident)
        scene = Scene(incident, book, venue, told, names, self._clock.now())
        await self._furnisher.furnish(scene)
        await self._rounds.make(scene)

    async def _record(self, incident: Incident) -> RoomRecord:
        """Return the record of the room that is lived in; a new one where the last was closed for good."""
        found = await self._records.of(incident.tenant, incident.id)
        if found and (found[-1].over_at is None or over(incident)):
            return found[-1]
        new = RoomRecord(
            tenant=incident.tenant,
            incident=incident.id,
            turn=len(found) + 1,
            venue=self._venue(incident, found),
            created_at=self._clock.now(),
        )
        return await self._records.begin(new)

    def _venue(self, incident: Incident, before: tuple[RoomRecord, ...]) -> str:
        """Return where to make the room: where the settings say, where it was, where the incident was declared.

        Else in a chat, if there is one.
        """
        said = (self._terms.venue, *(each.venue for each in before[-1:]))
        declared = (name for name, venue in self._venues.items() if any(map(venue.fits, incident.threads[:1])))
        chats = (name for name in self._venues if name != CONSOLE)
        return next(each for each in (*said, *declared, *chats, CONSOLE) if each in self._venues)
