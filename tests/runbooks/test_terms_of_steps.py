"""A step has a condition, a time and attempts; a plan stops at its own budget and takes itself back."""

import asyncio

import pytest

from memory.model.plan import Budget, Call, Check, Comparison
from memory.model.run import Run, RunStatus, StepStatus
from runbooks.proposal import Caller, Proposal, Terms
from tests.fakes.estate import BAD, GOOD, Fault
from tests.fakes.people import ALICE, BOB
from tests.runbooks.conftest import ROLLBACK, Bench

SCALE = Call(tool="service.scale", arguments={"service": "checkout", "environment": "production", "replicas": 4})
SIGNAL = Call(tool="metrics.signal", arguments={"service": "checkout", "signal": "error_rate", "window": "1m"})
FAILING = Check(call=SIGNAL, comparison=Comparison.ABOVE, bound=0.1, within_s=0, says="checkout fails")
FINE = Check(call=SIGNAL, comparison=Comparison.BELOW, bound=0.1, within_s=0, says="checkout is fine")


async def carried_out(bench: Bench, *steps: tuple[Call, Terms], budget: Budget | None = None) -> Run:
    """Propose these calls on these terms, approve them, and return the run as it is left."""
    turn = await bench.heard_from(ALICE, "m1")
    caller = Caller(principal=ALICE, thread="t1", message="m1", correlation=turn.correlation)
    proposal = Proposal(
        goal="as asked",
        calls=tuple(call for call, _ in steps),
        terms=tuple(terms for _, terms in steps),
        budget=budget,
    )
    submission = await bench.runner.propose(proposal, caller)
    assert submission.run is not None, submission
    return await bench.approve(submission.run, BOB)


async def test_a_step_whose_condition_does_not_hold_is_skipped_and_the_next_one_is_done(bench: Bench) -> None:
    run = await carried_out(bench, (SCALE, Terms(when=FINE)), (ROLLBACK, Terms(when=FAILING)))
    assert run.status is RunStatus.SUCCEEDED
    assert [step.status for step in run.steps] == [StepStatus.SKIPPED, StepStatus.VERIFIED]
    assert bench.estate.effects == {f"{run.id}:1": 1}
    assert "Skipped" in run.summary
    checks = [entry.body for entry in await bench.entries(run) if entry.kind == "check"]
    assert [(body["step"], body["number"], body["ok"]) for body in checks] == [
        (0, 0, False),
        (1, 0, True),
        (1, 1, True),
    ]


async def test_a_condition_is_measured_once_and_not_again_after_the_step(bench: Bench) -> None:
    run = await carried_out(bench, (ROLLBACK, Terms(when=FAILING, checks=())))
    assert run.status is RunStatus.SUCCEEDED
    assert bench.estate.reads == 1
    assert bench.estate.versions["checkout"] == GOOD


async def test_a_condition_that_cannot_be_measured_does_nothing_and_fails(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench.estate, "away", False)
    turn = await bench.heard_from(ALICE, "m1")
    caller = Caller(principal=ALICE, thread="t1", message="m1", correlation=turn.correlation)
    proposal = Proposal(goal="as asked", calls=(ROLLBACK,), terms=(Terms(when=FAILING),))
    submission = await bench.runner.propose(proposal, caller)
    assert submission.run is not None
    bench.estate.away = True
    run = await bench.approve(submission.run, BOB)
    assert run.status is RunStatus.FAILED
    assert "Nothing was changed" in run.summary
    assert not bench.estate.effects


async def test_a_call_that_takes_too_long_is_looked_up_and_not_repeated(bench: Bench) -> None:
    bench.estate.hold = asyncio.Event()
    run = await carried_out(bench, (ROLLBACK, Terms(timeout_s=0.05, attempts=2)))
    assert run.status is RunStatus.FAILED
    assert "within 0.05 s" in run.summary
    assert not bench.estate.effects
    assert bench.estate.versions["checkout"] == BAD


@pytest.mark.parametrize(("attempts", "status"), [(2, RunStatus.FAILED), (3, RunStatus.SUCCEEDED)])
async def test_a_step_is_tried_as_often_as_it_says(bench: Bench, attempts: int, status: RunStatus) -> None:
    bench.estate.faults = [Fault.AWAY, Fault.AWAY]
    run = await carried_out(bench, (ROLLBACK, Terms(attempts=attempts)))
    assert run.status is status
    assert sum(bench.estate.effects.values()) == int(status is RunStatus.SUCCEEDED)


async def test_an_answer_lost_at_the_last_attempt_is_asked_for_once_more(bench: Bench) -> None:
    bench.estate.faults = [Fault.LOST_ANSWER]
    run = await carried_out(bench, (ROLLBACK, Terms(attempts=1)))
    assert run.status is RunStatus.SUCCEEDED
    assert bench.estate.effects == {f"{run.id}:0": 1}


@pytest.mark.parametrize(
    ("budget", "what"),
    [(Budget(calls=1), "calls"), (Budget(seconds=0.5), "seconds")],
)
async def test_a_plan_that_uses_up_its_budget_stops_and_takes_back_what_it_did(
    bench: Bench, budget: Budget, what: str
) -> None:
    slow = FAILING.model_copy(update={"settle_s": 1.0, "bound": 0.5, "within_s": 5.0})
    run = await carried_out(bench, (SCALE, Terms(checks=(slow,))), (ROLLBACK, Terms()), budget=budget)
    assert run.status is RunStatus.UNDONE
    assert what in run.summary
    assert bench.estate.replicas["checkout"] == 2
    assert f"{run.id}:1" not in bench.estate.effects


async def test_a_budget_counts_attempts_looks_and_measurements(bench: Bench) -> None:
    bench.estate.faults = [Fault.LOST_ANSWER]
    run = await carried_out(bench, (ROLLBACK, Terms()), budget=Budget(calls=3))
    assert run.status is RunStatus.SUCCEEDED
    assert run.steps[0].calls == 3  # the call, the look after its lost answer, and one measurement
