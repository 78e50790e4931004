"""A turn under way: listeners hear its answer grow; who asked may stop it from any process, nobody else may."""

import asyncio

from agents.ports import Turn
from agents.waiting import waiting
from bot.underway import UnderWay, says_stop
from memory.bus import LocalBus
from memory.model.people import Principal, Surface
from memory.model.record import Event, Topic
from memory.model.talk import Message
from memory.model.value import Moment
from tests.fakes.time import MIDNIGHT, FakeClock

ALICE = Principal(id="alice", tenant="acme", name="Alice")


class FakeStops:
    """Tells several processes who stopped what."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str, str], Moment] = {}

    async def ask(self, tenant: str, thread: str, person: str, at: Moment) -> None:
        self.rows[tenant, thread, person] = at

    async def asked(self, tenant: str, thread: str, person: str, since: Moment) -> bool:
        at = self.rows.get((tenant, thread, person))
        return at is not None and at >= since


def turn(surface: Surface = Surface.CONSOLE) -> Turn:
    message = Message(
        id="m1", tenant="acme", thread="t1", sender="alice", surface=surface, text="what?", at=MIDNIGHT
    )
    return Turn(message=message, principal=ALICE, correlation="cor_1")


async def stopped_within(subject: UnderWay, seconds: float) -> bool:
    """Take a turn, and return whether it was stopped."""
    with subject.taking(turn()):
        stop = waiting().stop
        try:
            async with asyncio.timeout(seconds):
                while not stop.pressed:  # noqa: ASYNC110  # it is pressed by another task, which has no event
                    await asyncio.sleep(0.01)
        except TimeoutError:
            return False
        return True


async def test_whoever_listens_to_the_thread_hears_all_that_stands_of_the_answer() -> None:
    bus = LocalBus()
    subject = UnderWay(FakeStops(), bus, FakeClock(MIDNIGHT))
    async with bus.subscribe("acme", thread="t1") as events:
        with subject.taking(turn()):
            assert waiting().listens
            waiting().tell("One.")
            waiting().tell("One. Two.")
        heard = [await anext(events), await anext(events)]
    assert all(isinstance(each, Event) and each.topic is Topic.GROWTH for each in heard)
    assert [each.body["text"] for each in heard if isinstance(each, Event)] == ["One.", "One. Two."]
    assert isinstance(heard[1], Event)
    assert (heard[1].body["message"], heard[1].body["number"], heard[1].thread) == ("m1", 2, "t1")


async def test_what_is_said_aloud_grows_for_nobody() -> None:
    with UnderWay(FakeStops(), LocalBus(), FakeClock(MIDNIGHT)).taking(turn(Surface.VOICE)):
        assert not waiting().listens


async def test_who_asked_stops_it_and_nobody_else() -> None:
    subject = UnderWay(FakeStops(), LocalBus(), FakeClock(MIDNIGHT))
    with subject.taking(turn()):
        await subject.stop("acme", "t1", "bob")
        await subject.stop("acme", "other", "alice")
        await subject.stop("globex", "t1", "alice")
        assert not waiting().stop.pressed
        await subject.stop("acme", "t1", "alice")
        assert waiting().stop.pressed
    assert not subject.takes("acme", "t1", "alice")


async def test_a_turn_is_stopped_by_way_of_another_process() -> None:
    stops, clock = FakeStops(), FakeClock(MIDNIGHT)
    here, elsewhere = (UnderWay(stops, LocalBus(), clock) for _ in range(2))
    taking = asyncio.create_task(stopped_within(here, 5))
    await asyncio.sleep(0)
    await elsewhere.stop("acme", "t1", "alice")
    assert await taking


async def test_what_was_stopped_before_it_began_is_not() -> None:
    stops, clock = FakeStops(), FakeClock(MIDNIGHT)
    await UnderWay(stops, LocalBus(), clock).stop("acme", "t1", "alice")
    clock.move(1)
    assert not await stopped_within(UnderWay(stops, LocalBus(), clock), 0.8)


def test_only_words_that_say_no_more_than_to_stop_do() -> None:
    assert all(map(says_stop, ("stop", " Stop! ", "STOP it.", "cancel", "please stop")))
    assert not any(map(says_stop, ("stop everything", "stop checkout", "why did it stop", "never mind", "")))
