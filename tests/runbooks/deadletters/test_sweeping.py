"""What would go on for ever is ended, and what waits too long moves up: once, and while nobody works on it."""

import pytest

from memory.model.people import PrincipalKind
from memory.model.queue import RunClass
from memory.model.record import Topic
from memory.model.run import Lease, RunStatus
from tests.fakes.people import BOB, TENANT
from tests.runbooks.conftest import ballot
from tests.runbooks.deadletters.conftest import Morgue


async def test_a_run_that_waits_too_long_goes_into_a_more_urgent_class_once(
    morgue: Morgue, monkeypatch: pytest.MonkeyPatch
) -> None:
    morgue.lanes.kind = lambda _tenant, _person: PrincipalKind.SERVICE
    run = await morgue.propose()
    with monkeypatch.context() as patch:
        patch.setattr(morgue.engine, "_fits", lambda *_: False)
        await morgue.runner.decide(TENANT, run.id, ballot(BOB, run))
        assert morgue.runner.work(run).lane.queue == RunClass.ROUTINE
        morgue.clock.move(601)
        assert await morgue.sweeping.sweep() == 0
        assert await morgue.sweeping.sweep() == 0
        moved = await morgue.store.runs.get(TENANT, run.id)
        assert moved.attempt == 1
        await morgue.runner.tend()
        (waiting,) = await morgue.engine.backlog()
        assert (waiting.queue, waiting.queued) == (RunClass.INTERACTIVE, 1)
    morgue.engine._fill()
    assert (await morgue.runner.finished(TENANT, run.id)).status is RunStatus.SUCCEEDED


async def test_whoever_asked_is_told_that_it_was_too_late(morgue: Morgue, monkeypatch: pytest.MonkeyPatch) -> None:
    run = await morgue.propose()
    monkeypatch.setattr(morgue.engine, "_fits", lambda *_: False)
    await morgue.runner.decide(TENANT, run.id, ballot(BOB, run))
    morgue.clock.move(1801)
    await morgue.sweeping.sweep()
    ended = await morgue.store.runs.get(TENANT, run.id)
    assert ended.status is RunStatus.EXPIRED
    assert "Nothing was changed" in ended.summary
    told = morgue.heard.events[-1]
    assert (told.topic, told.body["status"]) == (Topic.RUN, "expired")


async def test_what_waits_for_people_or_goes_on_is_left_alone(morgue: Morgue) -> None:
    await morgue.propose()
    morgue.clock.move(10)
    assert await morgue.sweeping.sweep() == 0


async def test_a_run_whose_outcome_was_found_out_in_time_goes_on(morgue: Morgue) -> None:
    run = await morgue.propose()
    morgue.estate.away = True
    await morgue.approve(run, BOB)
    assert await morgue.sweeping.sweep() == 0
    morgue.clock.move(14 * 60)
    morgue.estate.away = False
    await morgue.runner.tend()
    assert (await morgue.runner.finished(TENANT, run.id)).status is RunStatus.SUCCEEDED
    morgue.clock.move(60 * 60)
    assert await morgue.sweeping.sweep() == 0


async def test_a_step_that_is_being_looked_for_is_not_given_up_however_long_ago_it_began(morgue: Morgue) -> None:
    run = await morgue.propose()
    morgue.estate.away = True
    held = await morgue.approve(run, BOB)
    lease = Lease(holder="node_2", until=morgue.clock.now())
    await morgue.store.runs.replace(held.model_copy(update={"lease": lease}), expected_version=held.version)
    morgue.clock.move(60 * 60)
    assert await morgue.sweeping.sweep() == 0
