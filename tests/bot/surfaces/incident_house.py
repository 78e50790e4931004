"""Incidents with their rooms over a real store, for an application around a desk in memory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import cast

from bot.identity.directory import Directory
from bot.incidents import Incidents
from bot.incidents.counting import IncidentCounter
from bot.incidents.room import IncidentRoom
from bot.incidents.rooms import ConsoleVenue, Fixtures, Furnisher, RoomCounter, RoomKeeper, RoomTerms, Teller
from bot.incidents.rooms.facts import KeptFacts
from bot.incidents.transcribing import TranscriptRoom
from bot.surfaces.alerts import AlertDesk
from bot.surfaces.incidents import Act
from bot.surfaces.ports import Ports
from bot.surfaces.venues import Notice, Source, Venue
from memory.ids import RandomIds
from memory.model.alert import Alert
from memory.model.catalogue import Catalogue, Service
from memory.model.incident import Incident
from memory.model.people import Principal
from memory.model.triage import AlertGroup, AlertRecord
from memory.page import Page
from memory.store import Store
from tests.bot.surfaces.origin import ORIGIN
from tests.fakes.desk import FakeDesk
from tests.fakes.people import EVERYBODY, TENANT, policy
from tests.fakes.time import FakeClock
from tests.memory.opening import opened
from tools.in_force import PolicyInForce

SERVICES = (Service(name="checkout", owner="shop"), Service(name="payments", owner="money"))


class Glance:
    """A first look that sees what an attacker wrote."""

    async def look(self, incident: Incident, person: Principal) -> Notice | None:
        del person
        text = "The error rate of checkout is 31 % [1]. <script>alert(1)</script>"
        page = f"{ORIGIN}/console/incidents/{incident.number}"
        return Notice(title="First look at checkout", text=text, sources=(Source(label="31 %", link=page),))


class KeptGroups:
    """Shows the groups of alerts that are kept."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def groups(self, principal: Principal, cursor: str | None, limit: int) -> Page[AlertGroup]:
        return await self._store.alert_groups.page(principal.tenant, cursor=cursor, limit=limit)


@dataclass(frozen=True)
class Wing:
    """The ports of an application with incidents, and what stands behind them."""

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
        counter = IncidentCounter(store, Catalogue(services=SERVICES), clock)
        further = replace(
            ports,
            incidents=room,
            rooms=rooms,
            transcripts=said,
            numbers=counter,
            alerts=cast("AlertDesk", KeptGroups(store)),
        )
        yield Wing(further, store, incidents, keeper)
