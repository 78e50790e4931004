"""The bus tells those who listen, never waits for them, and says when they missed something."""

from memory.bus import LocalBus
from memory.model.record import Event, Gap, Topic
from tests.fakes.time import MIDNIGHT


def event(number: int = 0, tenant: str = "acme", topic: Topic = Topic.RUN, thread: str = "t1") -> Event:
    return Event(topic=topic, tenant=tenant, thread=thread, correlation="c", at=MIDNIGHT, body={"number": number})


async def test_events_arrive_in_order() -> None:
    bus = LocalBus()
    async with bus.subscribe("acme") as heard:
        for number in range(3):
            bus.publish(event(number))
        assert [await anext(heard) for _ in range(3)] == [event(number) for number in range(3)]


async def test_only_the_tenant_the_topics_and_the_thread_asked_for_are_heard() -> None:
    bus = LocalBus()
    async with bus.subscribe("acme", topics=[Topic.RUN], thread="t1") as heard:
        bus.publish(event(1, tenant="evil"))
        bus.publish(event(2, topic=Topic.REPLY))
        bus.publish(event(3, thread="t2"))
        bus.publish(event(4))
        assert await anext(heard) == event(4)


async def test_every_listener_hears_everything() -> None:
    bus = LocalBus()
    async with bus.subscribe("acme") as first, bus.subscribe("acme") as second:
        bus.publish(event())
        assert await anext(first) == await anext(second) == event()


async def test_a_slow_listener_loses_the_oldest_and_is_told_how_many() -> None:
    bus = LocalBus(backlog=3)
    async with bus.subscribe("acme") as heard:
        for number in range(5):
            bus.publish(event(number))
        assert [await anext(heard) for _ in range(4)] == [Gap(missed=2), event(2), event(3), event(4)]
        bus.publish(event(9))
        assert await anext(heard) == event(9)


async def test_what_nobody_listens_to_is_lost_and_listening_ends_with_its_block() -> None:
    bus = LocalBus()
    bus.publish(event(1))
    async with bus.subscribe("acme") as heard:
        bus.publish(event(2))
        assert await anext(heard) == event(2)
    bus.publish(event(3))
    assert not bus._ears
