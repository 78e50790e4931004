"""An approved plan runs once: verified, taken back when it fails, found again when its executor dies."""

import asyncio

import pytest
import structlog

from memory.errors import PolicyDenied
from memory.model.plan import Call
from memory.model.record import SYSTEM
from memory.model.run import RunStatus, StepStatus
from tests.fakes.estate import Fault
from tests.fakes.people import ALICE, BOB, TENANT, default_text
from tests.runbooks.conftest import ROLLBACK, Bench, ballot

FREEZE = '@id("freeze") @reason("production is frozen") forbid (principal, action in Action::"execute", resource);'

SCALE = Call(tool="service.scale", arguments={"service": "checkout", "environment": "production", "replicas": 4})
WORSE = Call(
    tool="deploy.release", arguments={"service": "checkout", "environment": "production", "version": "1.4.2"}
)


async def test_success_is_measured_and_not_assumed(bench: Bench) -> None:
    run = await bench.approve(await bench.propose(), BOB)
    step = run.steps[0]
    assert step.status is StepStatus.VERIFIED
    assert step.checks[0].ok
    assert step.checks[0].value == pytest.approx(0.002)
    assert "Verified" in run.summary


async def test_a_step_that_does_not_help_is_taken_back_in_reverse(bench: Bench) -> None:
    bench.estate.versions["checkout"] = "1.4.1"
    run = await bench.approve(await bench.propose(SCALE, WORSE), BOB)
    assert run.status is RunStatus.UNDONE
    assert bench.estate.versions["checkout"] == "1.4.1"
    assert bench.estate.replicas["checkout"] == 2
    undone = [entry.body["step"] for entry in await bench.entries(run) if entry.kind == "undo"]
    assert undone == [1, 0]


async def test_taking_back_what_may_no_longer_be_is_recorded_without_a_grant(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.estate.versions["checkout"] = "1.4.1"
    counting = bench.runner._executing._counting
    monkeypatch.setattr(counting, "approvals_to_undo", lambda _: 0)
    run = await bench.approve(await bench.propose(SCALE, WORSE), BOB)
    assert run.status is RunStatus.FAILED
    undone = [entry.body for entry in await bench.entries(run) if entry.kind == "undo"]
    assert [(body["ok"], body["code"], body["grant"]) for body in undone] == [(False, "policy.denied", None)] * 2


async def test_a_refusal_changes_nothing_and_says_so(bench: Bench) -> None:
    bench.estate.faults = [Fault.REFUSED]
    run = await bench.approve(await bench.propose(), BOB)
    assert run.status is RunStatus.FAILED
    assert "refuses" in run.summary
    assert "Nothing was changed" in run.summary
    assert not bench.estate.effects


@pytest.mark.parametrize("fault", [Fault.AWAY, Fault.LOST_ANSWER])
async def test_a_lost_answer_is_looked_up_before_anything_is_repeated(bench: Bench, fault: Fault) -> None:
    bench.estate.faults = [fault]
    run = await bench.approve(await bench.propose(), BOB)
    assert run.status is RunStatus.SUCCEEDED
    assert bench.estate.effects == {f"{run.id}:0": 1}


async def test_a_target_that_stays_away_leaves_the_outcome_unknown_and_is_asked_again_later(bench: Bench) -> None:
    run = await bench.propose()
    bench.estate.away = True
    paused = await bench.approve(run, BOB)
    assert paused.status is RunStatus.RUNNING
    assert paused.steps[0].status is StepStatus.UNKNOWN
    assert paused.lease is None
    assert "Unknown" in paused.summary
    bench.estate.away = False
    await bench.runner.tend()
    assert (await bench.runner.finished(TENANT, run.id)).status is RunStatus.SUCCEEDED
    assert bench.estate.effects == {f"{run.id}:0": 1}


async def test_an_executor_that_was_frozen_and_overtaken_writes_no_more(bench: Bench) -> None:
    run = await bench.propose()
    bench.estate.hold = asyncio.Event()
    await bench.runner.decide(TENANT, run.id, ballot(BOB, run))
    await bench.estate.held.wait()
    bench.clock.move(60)
    other = bench.another()
    bench.estate.hold.set()
    await other.tend()
    await other.finished(TENANT, run.id)
    ended = await bench.runner.finished(TENANT, run.id)
    assert ended.status is RunStatus.SUCCEEDED
    assert bench.estate.effects == {f"{run.id}:0": 1}
    await other.close()


async def test_a_policy_that_changed_before_the_last_yes_stops_the_plan(bench: Bench) -> None:
    run = await bench.propose()
    stricter = bench.another(default_text() + FREEZE)
    with pytest.raises(PolicyDenied, match="frozen"):
        await stricter.decide(TENANT, run.id, ballot(BOB, run))
    assert not bench.estate.effects


async def test_a_policy_that_changed_between_approval_and_execution_stops_the_step(bench: Bench) -> None:
    run = await bench.propose()
    bench.estate.away = True
    await bench.approve(run, BOB)
    await bench.runner.close()
    bench.estate.away = False
    bench.runner = bench.another(default_text() + FREEZE)
    await bench.runner.tend()
    ended = await bench.runner.finished(TENANT, run.id)
    assert ended.status is RunStatus.FAILED
    assert "frozen" in ended.summary
    assert not bench.estate.effects


async def test_listeners_hear_every_change_of_a_run(bench: Bench) -> None:
    await bench.approve(await bench.propose(), BOB)
    states = [event.body["status"] for event in bench.heard.events]
    assert states[0] == "waiting"
    assert states[-1] == "succeeded"


async def test_the_requester_is_named_in_every_entry_of_the_chain(bench: Bench) -> None:
    run = await bench.approve(await bench.propose(ROLLBACK), BOB)
    entries = await bench.entries(run)
    assert {entry.correlation for entry in entries} == {run.correlation}
    assert (await bench.people(run))[:3] == [ALICE.id, SYSTEM, BOB.id]


async def test_one_correlation_id_leads_through_the_log_from_the_proposal_to_the_effect(bench: Bench) -> None:
    with structlog.testing.capture_logs() as lines:
        run = await bench.approve(await bench.propose(), BOB)
    told = [line["event"] for line in lines if line.get("correlation") == run.correlation]
    assert told == ["run.proposed", "run.decided", "run.acted", "run.ended"]
