"""Places at a target: as many as its window, in the order of coming, and none is lost when somebody gives up."""

import asyncio

import pytest

from runbooks.pacing.adaptive import Sign, Window
from runbooks.pacing.targets import Target, Targets
from tests.fakes.time import FakeClock


def target(size: float, cap: int = 8) -> Target:
    clock = FakeClock()
    return Target(Window(cap=cap, size=size), lambda: clock.now().timestamp())


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_no_more_than_the_window_are_let_in_and_the_others_come_in_turn() -> None:
    there, order = target(2.0, cap=2), []
    release = asyncio.Event()

    async def call(number: int) -> None:
        async with there.place():
            order.append(number)
            await release.wait()

    tasks = [asyncio.create_task(call(number)) for number in range(5)]
    await settled()
    assert order == [0, 1]
    release.set()
    await asyncio.gather(*tasks)
    assert order == [0, 1, 2, 3, 4]
    assert there.idle()


async def test_whoever_gives_up_leaves_no_hole() -> None:
    there = target(1.0, cap=1)
    release = asyncio.Event()

    async def call() -> None:
        async with there.place():
            await release.wait()

    first, second, third = (asyncio.create_task(call()) for _ in range(3))
    await settled()
    second.cancel()
    await settled()
    release.set()
    await asyncio.gather(first, third)
    assert second.cancelled()
    assert there.idle()


async def test_a_place_that_is_given_and_refused_in_the_same_moment_is_given_on() -> None:
    there = target(1.0, cap=1)

    async def call() -> None:
        async with there.place():
            await asyncio.sleep(0)

    async with there.place():
        given_up, patient = asyncio.create_task(call()), asyncio.create_task(call())
        await settled()
    given_up.cancel()
    await patient
    assert there.idle()


async def test_signs_of_too_much_make_room_for_fewer() -> None:
    there = target(8.0)
    async with there.place() as place:
        place.sign = Sign.OVERLOADED
    assert there.window.limit() == 5


async def test_an_error_inside_gives_the_place_back() -> None:
    there = target(1.0)
    with pytest.raises(ValueError, match="oh"):
        async with there.place():
            raise ValueError("oh")
    assert there.idle()


async def test_each_tenant_has_windows_of_its_own() -> None:
    clock = FakeClock()
    targets = Targets(4, lambda: clock.now().timestamp())
    assert targets.at("acme", "checkout") is targets.at("acme", "checkout")
    assert targets.at("acme", "checkout") is not targets.at("evil", "checkout")
