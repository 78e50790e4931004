"""Runs on every engine: approved at one moment they start once, and they wait for hours, across restarts."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from memory.errors import AlreadyDecided
from memory.model.approval import Approval
from memory.model.run import Run, RunStatus
from memory.store import Store
from runbooks.engine import DurableEngine
from runbooks.runner import Drive, Runner, Terms
from tests.fakes.people import BOB, CARA, TENANT, policy
from tests.fakes.time import FakeClock
from tests.keys import LOG_KEY
from tests.runbooks.conftest import Bench, ballot
from tests.runbooks.engine.conftest import fresh, on_dbos
from tools.approvals.signing import Attester
from tools.capabilities import EVERY
from tools.gate import Gate
from tools.registry import Registry


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    store = await Store.open(f"sqlite:///{tmp_path / 'q.db'}", FakeClock(), LOG_KEY)
    yield Bench(store)
    await store.close()


def runner(bench: Bench, engine: DurableEngine) -> Runner:
    """Return a process whose runs this engine carries out, and in which plans wait for a day."""
    gate = Gate(Registry(bench.estate.hands()), policy(), clock=bench.clock, ids=bench.ids)
    return Runner(
        bench.store,
        gate,
        bench.heard.publish,
        EVERY,
        clock=bench.clock,
        ids=bench.ids,
        terms=Terms(Attester(LOG_KEY), lifetime=timedelta(hours=24)),
        drive=Drive(engine=engine, pause=bench.clock.pause),
    )


async def test_two_approvals_at_the_same_moment_start_one_run(bench: Bench, engine: DurableEngine) -> None:
    bench.runner = runner(bench, engine)
    await engine.launch(bench.runner)
    run = await bench.propose(message=fresh("m"))
    said = [bench.runner.decide(TENANT, run.id, ballot(person, run)) for person in (BOB, CARA)]
    answers = await asyncio.gather(*said, return_exceptions=True)
    assert all(isinstance(answer, Run | AlreadyDecided) for answer in answers), answers
    ended = await bench.runner.finished(TENANT, run.id)
    assert ended.status is RunStatus.SUCCEEDED
    assert bench.estate.effects == {f"{run.id}:0": 1}
    assert (await bench.kinds(run)).count("decided") == 1
    assert all(isinstance(approval, Approval) for approval in ended.approvals)
    await bench.runner.close()


async def test_a_plan_waits_for_hours_across_restarts_and_then_runs_once(
    bench: Bench, engine: DurableEngine
) -> None:
    bench.runner = runner(bench, engine)
    await engine.launch(bench.runner)
    run = await bench.propose(message=fresh("m"))
    await bench.runner.close()
    bench.clock.move(11 * 3600)
    bench.runner = runner(bench, engine)
    await engine.launch(bench.runner)
    await bench.runner.tend()
    assert (await bench.store.runs.get(TENANT, run.id)).status is RunStatus.WAITING
    await bench.runner.decide(TENANT, run.id, ballot(BOB, run))
    assert (await bench.runner.finished(TENANT, run.id)).status is RunStatus.SUCCEEDED
    assert bench.estate.effects == {f"{run.id}:0": 1}
    await bench.runner.close()


async def test_a_run_whose_approval_was_kept_and_whose_start_was_not_is_begun_by_whoever_tends(
    bench: Bench, address: str
) -> None:
    engine = on_dbos(address)  # which is not there yet
    bench.runner = runner(bench, engine)
    run = await bench.propose(message=fresh("m"))
    approved = await bench.runner.decide(TENANT, run.id, ballot(BOB, run))
    assert approved.status is RunStatus.RUNNING
    await engine.launch(bench.runner)
    await bench.runner.tend()
    assert (await bench.runner.finished(TENANT, run.id)).status is RunStatus.SUCCEEDED
    await bench.runner.close()
