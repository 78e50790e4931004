"""Rooms are kept by the node that leads, soon after something is heard, and nothing slow keeps others waiting."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from bot.incidents.rooms import RoomKeeper
from bot.surfaces.venues import Notice
from memory.bus import LocalBus
from memory.model.incident import Incident
from memory.model.people import Principal
from memory.model.record import Event, Topic
from memory.model.war_room import Fixture
from tests.bot.incidents.rooms.conftest import Bench
from tests.fakes.people import TENANT
from tests.fakes.time import MIDNIGHT
from tests.patience import until


async def leads(office: str, lasts_s: float) -> bool:
    return office == "rooms" and lasts_s > 0


async def follows(office: str, lasts_s: float) -> bool:
    return not await leads(office, lasts_s)


@asynccontextmanager
async def kept(
    keeper: RoomKeeper, bus: LocalBus, asked: Callable[[str, float], Awaitable[bool]], every_s: float = 0.02
) -> AsyncIterator[None]:
    keeping = asyncio.create_task(keeper.keep(bus, asked, every_s=every_s))
    try:
        yield
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)


async def test_the_node_that_leads_opens_rooms_and_another_does_not(bench: Bench) -> None:
    bench.declare()
    async with kept(bench.keeper(), LocalBus(), follows):
        await asyncio.sleep(0.1)  # nothing to wait for: it is to do nothing
        assert not bench.chat.calls
    async with kept(bench.keeper(), LocalBus(), leads):
        await until(lambda: bench.chat.summaries)


async def test_what_is_heard_is_seen_to_before_the_next_round(bench: Bench) -> None:
    bus = LocalBus()
    async with kept(bench.keeper(), bus, leads, every_s=60.0):
        await until(lambda: bus._ears)
        bench.declare()
        heard = Event(
            topic=Topic.INCIDENT, tenant=TENANT, thread="inc_1", correlation="cor_1", at=MIDNIGHT, body={}
        )
        bus.publish(heard)
        await until(lambda: bench.chat.summaries)


async def test_a_slow_look_keeps_nothing_else_waiting(bench: Bench) -> None:
    looking = asyncio.Event()

    async def look(incident: Incident, person: Principal) -> Notice | None:
        del incident, person
        looking.set()
        await asyncio.sleep(60)
        return None

    bench.eyes.look = look  # type: ignore[method-assign]  # this one takes its time
    bench.declare()
    async with kept(bench.keeper(turn_s=0.5), LocalBus(), leads):
        await looking.wait()
        await until(lambda: bench.chat.summaries)
        bench.commands("cara")
        await until(lambda: bench.chat.topics["room-1"].endswith("Cara commands"))
        assert not await bench.stands(Fixture.EVIDENCE)
