"""Incidents with their rooms over a real store, for a console around a desk in memory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from bot.identity.directory import Directory
from bot.incidents import Incidents
from bot.incidents.room import IncidentRoom
from bot.incidents.rooms import ConsoleVenue, Fixtures, Furnisher, RoomCounter, RoomKeeper, RoomTerms, Teller
from bot.incidents.rooms.facts import KeptFacts
from bot.incidents.transcribing import TranscriptRoom
from bot.surfaces.incidents import Act
from bot.surfaces.ports import Ports
from bot.surfaces.venues import Notice, Source, Venue
from memory.ids import RandomIds
from memory.model.alert import Alert
from memory.model.incident import Incident
from memory.model.people import Principal
from memory.model.triage import AlertRecord
from memory.store import Store
from tests.bot.surfaces.conftest import ORIGIN
from tests.fakes.desk import FakeDesk
from tests.fakes.people import EVERYBODY, TENANT, policy
from tests.fakes.time import FakeClock
from tests.memory.opening import opened
from tools.in_force import PolicyInForce


class Glance:
    """A first look that sees what an attacker wrote."""

    async def look(self, incident: Incident, person: Principal) -> Notice | None:
        del person
        text = "The error rate of checkout is 31 % [1]. <script>alert(1)</script>"
        page = f"{ORIGIN}/console/incidents/{incident.number}"
        return Notice(title="First look at checkout", text=text, sources=(Source(label="31 %", link=page),))


@dataclass(frozen=True)
class Wing:
    """The ports of a console with incidents, and what stands behind them."""

    ports: Ports
    store: Store
    incidents: Incidents
    keeper: RoomKeeper

    async def fires(self, incident: str, alert: Alert) -> None:
        """Have an alert fire that belongs to an incident."""
        await self.store.alerts.put([AlertRecord(alert=alert, changed_at=alert.received_at)])
        await self.incidents.attach(Act(tenant=TENANT), incident, alert)


@asynccontextmanager
async def wing(address: str, ports: Ports, desk: FakeDesk, clock: FakeClock) -> AsyncIterator[Wing]:
    """Open a store, with nothing in it, and add incidents and rooms to the ports."""
    people = Directory(EVERYBODY)
    terms = RoomTerms(public_url=ORIGIN)
    async with opened(address, clock) as store:
        incidents = Incidents(store, desk.publish, clock, RandomIds())
        room = IncidentRoom(incidents, PolicyInForce(policy()), clock)
        facts = KeptFacts(store)
        teller = Teller(incidents, facts, people, terms, clock)
        venues: dict[str, Venue] = {"console": ConsoleVenue(store.war_rooms, ORIGIN, clock)}
        fixtures = Fixtures(incidents, people, facts, terms, looker=Glance())
        keeper = RoomKeeper(
            TENANT,
            incidents,
            store.war_rooms,
            venues,
            teller=teller,
            furnisher=Furnisher(fixtures, turn_s=60.0),  # whoever looks waits until all of it stands
            terms=terms,
            clock=clock,
        )
        rooms = RoomCounter(
            room,
            incidents,
            store.war_rooms,
            venues,
            teller=teller,
            facts=facts,
            terms=terms,
            clock=clock,
            permitted=lambda person: frozenset({"incident.note"} if "operator" in person.roles else ()),
        )
        said = TranscriptRoom(room, store.transcripts)
        yield Wing(replace(ports, incidents=room, rooms=rooms, transcripts=said), store, incidents, keeper)
