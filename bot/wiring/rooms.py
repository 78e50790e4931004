"""The rooms of incidents, put together: who looks, who is told, and where rooms are made."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from agents.ports import Observer, Plans
from bot.identity import Directory
from bot.incidents import Incidents
from bot.incidents.rooms import ConsoleVenue, Fixtures, Furnisher, RoomCounter, RoomKeeper, RoomTerms, Teller
from bot.incidents.rooms.facts import KeptFacts
from bot.incidents.rooms.looking import FirstLook
from bot.incidents.rooms.on_call import OnCallOfSchedules, Schedules
from bot.incidents.rooms.shelf import RunbookShelf
from bot.recall import Recalling
from bot.settings import Settings
from bot.surfaces.incidents import IncidentDesk
from bot.surfaces.links import linker, origins
from bot.surfaces.venues import Venue
from memory.bus import Bus
from memory.clock import Clock
from memory.model.catalogue import Catalogue
from memory.model.people import Principal
from memory.model.record import Event
from memory.store import Store
from runbooks.catalogue import RunbookCatalogue
from tools.contract import Capability


@dataclass(frozen=True)
class Rooms:
    """What was built: the desk that surfaces ask, and the keeper of rooms. Chats add theirs to the `venues`."""

    desk: RoomCounter
    keeper: RoomKeeper
    venues: dict[str, Venue]

    async def keep(self, bus: Bus, leads: Callable[[str, float], Awaitable[bool]]) -> None:
        """Keep rooms for as long as this runs."""
        await self.keeper.keep(bus, leads)


@dataclass(frozen=True)
class Neighbours:
    """What rooms use of the rest of the house. Without memory and without schedules they do with less."""

    store: Store
    incidents: Incidents
    desk: IncidentDesk
    observer: Observer
    plans: Plans
    directory: Directory
    runbooks: RunbookCatalogue
    catalogue: Catalogue
    capabilities: tuple[Capability, ...]
    permitted: Callable[[Principal], frozenset[str]]
    recalling: Recalling | None = None
    schedules: Schedules | None = None
    publish: Callable[[Event], None] | None = None


def war_rooms(settings: Settings, near: Neighbours, clock: Clock) -> Rooms:
    """Return the rooms of a house; nothing is kept yet."""
    store, terms, facts = near.store, room_terms(settings), KeptFacts(near.store)
    teller = Teller(near.incidents, facts, near.directory, terms, clock)
    venues: dict[str, Venue] = {"console": ConsoleVenue(store.war_rooms, settings.url(), clock, near.publish)}
    known = {each.name: each for each in near.capabilities}
    fixtures = Fixtures(
        near.incidents,
        near.directory,
        facts,
        terms,
        on_call=OnCallOfSchedules(near.schedules) if near.schedules else None,
        looker=FirstLook(
            near.observer, near.plans, near.catalogue, known, near.incidents, terms=terms, clock=clock
        ),
        shelf=RunbookShelf(near.runbooks, terms, near.recalling),
        safe=linker(origins((settings.prometheus_url, settings.alertmanager_url, settings.estate_url))),
    )
    keeper = RoomKeeper(
        settings.tenant,
        near.incidents,
        store.war_rooms,
        venues,
        teller=teller,
        furnisher=Furnisher(fixtures),
        terms=terms,
        clock=clock,
    )
    desk = RoomCounter(
        near.desk,
        near.incidents,
        store.war_rooms,
        venues,
        teller=teller,
        facts=facts,
        terms=terms,
        clock=clock,
        permitted=near.permitted,
    )
    return Rooms(desk, keeper, venues)


def room_terms(settings: Settings) -> RoomTerms:
    """Return what the settings say of rooms."""
    return RoomTerms(
        public_url=settings.url(),
        venue=settings.room_venue,
        severity=settings.room_severity,
        private=settings.room_private,
        update_minutes=settings.room_update_minutes,
        linger=timedelta(minutes=settings.room_linger_minutes),
        links=settings.room_links,
        reader=settings.room_reader,
    )
