"""Rates hold over every process that shares a database, on both databases."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from memory.store import Store
from runbooks.pacing.endpoint import Endpoint, endpoint
from runbooks.pacing.rate import RateLimit
from runbooks.pacing.rating import Rates
from tests.fakes.time import FakeClock
from tests.house.places import ROOT
from tests.keys import LOG_KEY
from tests.memory.samples import CALL
from tests.runbooks.pacing.node import LIMIT

CHECKOUT = Endpoint(tool="deploy.rollback", target="service=checkout")
OTHER = Endpoint(tool="deploy.rollback", target="service=payments")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(f"sqlite:///{tmp_path / 'q.db'}", FakeClock(), LOG_KEY)
    yield opened
    await opened.close()


def rates(store: Store, clock: FakeClock, *limits: RateLimit) -> Rates:
    return Rates(store, limits, clock, clock.pause)


async def test_a_call_waits_exactly_until_its_rate_lets_it_through(store: Store) -> None:
    clock = FakeClock()
    limited = rates(store, clock, RateLimit(calls=1, per_s=10, burst=2))
    began = clock.now()
    for _ in range(4):
        await limited.take("acme", CHECKOUT)
    assert (clock.now() - began).total_seconds() == pytest.approx(20, abs=0.001)


async def test_each_target_and_each_tenant_has_a_rate_of_its_own(store: Store) -> None:
    clock = FakeClock()
    limited = rates(store, clock, RateLimit(calls=1, per_s=10))
    began = clock.now()
    for tenant, where in (("acme", CHECKOUT), ("acme", OTHER), ("evil", CHECKOUT)):
        await limited.take(tenant, where)
    assert clock.now() == began


async def test_a_tool_with_a_rate_of_its_own_is_not_held_to_the_common_one(store: Store) -> None:
    clock = FakeClock()
    own = RateLimit(tool="deploy.rollback", calls=100, per_s=1, burst=100)
    limited = rates(store, clock, RateLimit(calls=1, per_s=1000), own)
    began = clock.now()
    for _ in range(50):
        await limited.take("acme", CHECKOUT)
    assert clock.now() == began


async def test_what_a_target_asked_for_holds_for_every_node(store: Store) -> None:
    clock = FakeClock()
    one, other = (rates(store, clock, RateLimit(calls=100, per_s=1, burst=10)) for _ in range(2))
    await one.push_back("acme", CHECKOUT, 30)
    began = clock.now()
    await other.take("acme", CHECKOUT)
    assert (clock.now() - began).total_seconds() == pytest.approx(30, abs=0.1)


async def test_nothing_is_limited_unless_it_is_set(store: Store) -> None:
    clock = FakeClock()
    began = clock.now()
    for _ in range(20):
        await rates(store, clock).take("acme", CHECKOUT)
    assert clock.now() == began
    assert await store.rates.prune(2**62) == 0


async def test_processes_together_are_no_faster_than_the_rate(address: str) -> None:
    await (await Store.open(address, FakeClock(), LOG_KEY)).close()
    command = (sys.executable, "-m", "tests.runbooks.pacing.node", address, "8")
    nodes = [await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE) for _ in range(3)]
    printed = [(await node.communicate())[0] for node in nodes]
    made = sorted(int(line) for lines in printed for line in lines.split())
    assert len(made) == 24
    for first, began in enumerate(made):
        for last in range(first, len(made)):
            assert last - first + 1 <= LIMIT.burst + (made[last] - began) / LIMIT.interval()


def test_a_target_is_named_by_the_arguments_that_name_things() -> None:
    assert endpoint(CALL) == Endpoint(tool="deploy.rollback", target="service=checkout")
    assert endpoint(CALL).key() != endpoint(CALL.model_copy(update={"tool": "deploy.release"})).key()
