"""Measures how long it takes from an incident that is declared to a room with everything in it.

The chat answers each call after 200 ms and the first look takes 500 ms, as they do on a slow evening; the floor is
the longest chain of calls that wait for one another, without anything of ours between them.
"""

import asyncio
import tempfile
import time
from pathlib import Path

from rich.console import Console

from bot.identity.directory import Directory
from bot.incidents import Incidents
from bot.incidents.rooms import Fixtures, Furnisher, RoomKeeper, RoomTerms, Teller
from bot.incidents.rooms.facts import KeptFacts
from bot.surfaces.incidents import Act, Declaration
from bot.surfaces.venues import Notice, Opening
from bot.telemetry import configure_logging
from memory.bus import LocalBus
from memory.clock import SystemClock
from memory.ids import RandomIds
from memory.model.incident import Incident
from memory.model.people import Principal
from memory.model.war_room import Fixture, WarRoom
from memory.store import Store
from tests.bench import report
from tests.bench.report import Figure
from tests.bench.timing import timing
from tests.bot.incidents.rooms.conftest import OneRunbook
from tests.fakes.people import EVERYBODY, TENANT
from tests.fakes.venue import FakeVenue
from tests.keys import LOG_KEY

NAME = "part7_rooms"
CALL_S, LOOK_S = 0.2, 0.5
INCIDENTS = 30
STORM = 50
CHAIN = 4  # calls after one another: open, say the summary, pin it, put it up
FLOORS = """
An incident is declared by a person over SQLite; the chat takes 200 ms a call and the first look 500 ms. Furnished
is a room with topic, pinned summary, people, links, first look and runbook. The floor is four calls of the chat
after one another, which nobody can be without. A storm is fifty incidents declared at once.
"""
FURNITURE = frozenset(Fixture) - {Fixture.FAREWELL, Fixture.CLOSED}


class SlowVenue(FakeVenue):
    """A chat across the sea."""

    async def open(self, opening: Opening) -> WarRoom:
        await asyncio.sleep(CALL_S)
        return await super().open(opening)

    async def say(self, room: WarRoom, notice: Notice, *, key: str) -> str:
        await asyncio.sleep(CALL_S)
        return await super().say(room, notice, key=key)

    async def pin(self, room: WarRoom, post: str) -> None:
        await asyncio.sleep(CALL_S)
        await super().pin(room, post)

    async def summarise(self, room: WarRoom, notice: Notice, *, post: str) -> None:
        await asyncio.sleep(CALL_S)
        await super().summarise(room, notice, post=post)

    async def invite(self, room: WarRoom, people: tuple[str, ...]) -> tuple[str, ...]:
        await asyncio.sleep(CALL_S)
        return await super().invite(room, people)


class SlowEyes:
    """Looks for half a second."""

    async def look(self, incident: Incident, person: Principal) -> Notice | None:
        await asyncio.sleep(LOOK_S)
        return Notice(title="First look", text=f"{person.id} sees {incident.title}.")


async def furnished(store: Store, incident: str) -> None:
    """Return once everything stands in its room."""
    while True:
        records = await store.war_rooms.of(TENANT, incident)
        if records and {each.fixture for each in records[-1].fittings if each.stands} >= FURNITURE:
            return
        await asyncio.sleep(0.05)


async def measured(folder: Path) -> list[Figure]:
    """Return how long rooms take, one by one and in a storm."""
    clock, bus = SystemClock(), LocalBus()
    store = await Store.open(f"sqlite:///{folder / 'q.db'}", clock, LOG_KEY)
    incidents = Incidents(store, bus.publish, clock, RandomIds())
    people, terms, facts = Directory(EVERYBODY), RoomTerms(public_url="https://qd.test"), KeptFacts(store)
    keeper = RoomKeeper(
        TENANT,
        incidents,
        store.war_rooms,
        {"chat": SlowVenue()},
        teller=Teller(incidents, facts, people, terms, clock),
        furnisher=Furnisher(Fixtures(incidents, people, facts, terms, looker=SlowEyes(), shelf=OneRunbook())),
        terms=terms,
        clock=clock,
    )

    async def leads(office: str, lasts_s: float) -> bool:
        return bool(office and lasts_s)

    async def one(number: int) -> float:
        began = time.perf_counter()
        wanted = Declaration(title=f"checkout is failing, {number}", severity=2, services=("checkout",))
        declared = await incidents.declare(Act(tenant=TENANT, by="alice", key=f"bench-{number}"), wanted)
        await furnished(store, declared.id)
        return (time.perf_counter() - began) * 1000

    keeping = asyncio.create_task(keeper.keep(bus, leads))
    try:
        alone = timing([await one(number) for number in range(INCIDENTS)])
        storm = timing(await asyncio.gather(*(one(INCIDENTS + number) for number in range(STORM))))
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        await store.close()
    floor = CHAIN * CALL_S * 1000
    return [
        Figure(
            name="declared to a room with everything in it",
            unit="ms",
            value=alone.p50_ms,
            p99=alone.p99_ms,
            floor=floor,
            aim="<= 5000",
        ),
        Figure(name=f"the same, {STORM} at once", unit="ms", value=storm.p50_ms, p99=storm.p99_ms, floor=floor),
    ]


def main() -> None:
    """Measure, print and write docs/bench."""
    configure_logging("error")
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(measured(Path(folder)))
    Console().print(report.table(figures))
    report.write(figures, Path(__file__).parents[2] / "docs" / "bench", NAME, FLOORS)
