"""A house with incidents, people on call, a chat and the console, and one keeper of rooms."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.identity.directory import Directory
from bot.incidents.rooms import ConsoleVenue, Fixtures, Furnisher, RoomKeeper, RoomTerms, Teller
from bot.surfaces.venues import Notice, Venue
from memory.model.alert import Alert
from memory.model.incident import Duty, Incident, IncidentStatus
from memory.model.people import Principal
from memory.model.war_room import Fixture, RoomRecord
from memory.store import Store
from tests.fakes.incidents import FakeIncidents
from tests.fakes.people import EVERYBODY, TENANT
from tests.fakes.time import MIDNIGHT, FakeClock
from tests.fakes.venue import FakeVenue
from tests.memory.opening import opened

TERMS = RoomTerms(
    public_url="https://qd.test", links={"Grafana": "https://graphs.test/{service}?env={environment}"}
)


class BobOnCall:
    async def people(self, tenant: str, services: tuple[str, ...], at: datetime) -> tuple[str, ...]:
        assert tenant == TENANT
        assert at.tzinfo is not None
        return ("bob",) if "checkout" in services else ()


@dataclass
class Eyes:
    """Looks, and remembers on whose behalf."""

    readers: list[str] = field(default_factory=list)

    async def look(self, incident: Incident, person: Principal) -> Notice | None:
        self.readers.append(person.id)
        return Notice(title="First look", text=f"The error rate of {incident.services[0]} is 31 %.")


class OneRunbook:
    async def likely(self, incident: Incident, alerts: tuple[Alert, ...]) -> Notice | None:
        return Notice(title="Likely runbook", text="Roll back a release.")


@dataclass
class Bench:
    store: Store
    clock: FakeClock
    incidents: FakeIncidents
    chat: FakeVenue
    eyes: Eyes = field(default_factory=Eyes)
    terms: RoomTerms = TERMS

    def keeper(
        self, *, on_call: BobOnCall | None = None, patience_s: float = 10.0, turn_s: float = 60.0
    ) -> RoomKeeper:
        """Return a keeper as a node that has just started has it; a look of it ends when everything stands."""
        people = Directory(EVERYBODY)
        teller = Teller(self.incidents, self.incidents, people, self.terms, self.clock)
        fixtures = Fixtures(
            self.incidents,
            people,
            self.incidents,
            self.terms,
            on_call=on_call or BobOnCall(),
            looker=self.eyes,
            shelf=OneRunbook(),
            safe=lambda link: link if link.startswith("https://graphs.test/") else "",
        )
        venues: dict[str, Venue] = {
            "chat": self.chat,
            "console": ConsoleVenue(self.store.war_rooms, "https://qd.test", self.clock),
        }
        return RoomKeeper(
            TENANT,
            self.incidents,
            self.store.war_rooms,
            venues,
            teller=teller,
            furnisher=Furnisher(fixtures, patience_s=patience_s, turn_s=turn_s),
            terms=self.terms,
            clock=self.clock,
        )

    def declare(self, **changes: object) -> Incident:
        """Declare that checkout is failing."""
        made = Incident(
            id="inc_1",
            tenant=TENANT,
            number=12,
            title="Checkout is failing",
            severity=2,
            services=("checkout",),
            environment="production",
            declared_by="alice",
            started_at=MIDNIGHT - timedelta(minutes=4),
            detected_at=MIDNIGHT,
            threads=("chat:hall",),
        )
        return self.incidents.declare(made.model_copy(update=changes))

    async def record(self, incident: str = "inc_1") -> RoomRecord:
        return (await self.store.war_rooms.of(TENANT, incident))[-1]

    async def stands(self, fixture: Fixture) -> bool:
        return bool((await self.record()).fitting(fixture).stands)

    def resolve(self) -> Incident:
        return self.incidents.change("inc_1", status=IncidentStatus.RESOLVED, resolved_at=self.clock.now())

    def commands(self, person: str) -> Incident:
        return self.incidents.change("inc_1", duties={Duty.COMMANDER: person})


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    clock = FakeClock()
    async with opened(f"sqlite:///{tmp_path / 'q.db'}", clock) as store:
        yield Bench(store, clock, FakeIncidents(clock), FakeVenue())


@pytest.fixture
async def each_bench(address: str) -> AsyncIterator[Bench]:
    """The same on SQLite and on PostgreSQL, for what two nodes do at once."""
    clock = FakeClock()
    async with opened(address, clock) as store:
        yield Bench(store, clock, FakeIncidents(clock), FakeVenue())
