"""One turn at a time in a thread, and no lock kept for a thread nobody speaks in."""

import asyncio

import pytest

from agents.locks import ThreadLocks


async def test_a_thread_is_held_by_one_at_a_time() -> None:
    locks, inside, most = ThreadLocks(), 0, 0

    async def turn() -> None:
        nonlocal inside, most
        async with locks.hold("a"):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(turn() for _ in range(20)))
    assert most == 1
    assert len(locks) == 0


async def test_other_threads_do_not_wait() -> None:
    locks = ThreadLocks()
    async with locks.hold("a"), asyncio.timeout(1), locks.hold("b"):
        assert len(locks) == 2


async def test_one_who_gives_up_waiting_leaves_nothing_behind() -> None:
    locks = ThreadLocks()
    async with locks.hold("a"):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01), locks.hold("a"):
                pytest.fail("two held one thread")
        assert len(locks) == 1
    assert len(locks) == 0


async def test_a_turn_that_fails_lets_the_next_one_in() -> None:
    locks = ThreadLocks()
    with pytest.raises(ValueError, match="broken"):
        async with locks.hold("a"):
            raise ValueError("broken")
    async with asyncio.timeout(1), locks.hold("a"):
        assert len(locks) == 1
