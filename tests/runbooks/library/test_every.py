"""What holds for every runbook of the library: it reads well, plans the same, rehearses, and acts once."""

from datetime import date
from pathlib import Path

import pytest

from memory.model.decision import NeedsApproval
from memory.model.plan import Effect
from memory.model.run import RunStatus, StepStatus
from memory.model.window import parse_duration
from runbooks.catalogue import catalogue, packaged
from runbooks.format import Runbook
from runbooks.runner.verifying import INTERVAL_S
from tests.fakes.people import TENANT
from tests.runbooks.library.cases import BY_NAME, CASES, ELSEWHERE, Case
from tests.runbooks.library.shelf import EVERY, KNOWN, LIBRARY
from tests.runbooks.library.stage import Stage
from tools import capabilities

TODAY = date(2026, 11, 21)
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.runbook)
each_runbook = pytest.mark.parametrize("runbook", EVERY, ids=lambda runbook: runbook.head.id)


def test_the_library_reads_without_a_finding_where_every_tool_is_there() -> None:
    found = catalogue(packaged(), KNOWN, today=TODAY)
    assert [each.explained() for each in found.findings] == []
    assert found.lacking == ()


def test_every_runbook_is_carried_out_by_a_test() -> None:
    assert {each.head.id for each in EVERY} == {*BY_NAME, *ELSEWHERE}
    assert all((Path(__file__).parent / file).exists() for file in ELSEWHERE.values())


def test_where_a_tool_is_not_configured_its_runbooks_are_aside_and_say_what_they_need() -> None:
    found = catalogue(packaged(), capabilities.EVERY)
    assert found.findings == ()
    needed = {each.runbook: each.tools for each in found.lacking}
    assert needed["canary-release"] == ("http.traffic-share",)
    assert needed["clear-queue"] == ("http.queue-park", "http.queue-unpark")
    assert {each.head.id for each in found.newest()} | set(needed) == {each.head.id for each in EVERY}
    assert {"roll-back-release", "restart-service", "scale-service", "high-error-rate"}.isdisjoint(needed)


@each_runbook
def test_its_head_says_all_that_people_and_auditors_ask(runbook: Runbook) -> None:
    head = runbook.head
    assert runbook.file == f"library/{head.id}.md"
    assert len(head.intents) >= 4
    assert head.summary
    assert head.owner
    assert head.services
    assert head.telemetry
    assert head.budget is not None
    assert None not in {head.budget.seconds, head.budget.calls}
    assert all(each.min is not None for each in head.inputs.values() if each.type in {"integer", "number"})


@each_runbook
def test_it_looks_before_it_acts_and_measures_what_it_did(runbook: Runbook) -> None:
    tools = {each.name: each for each in KNOWN}
    acting = [each for each in runbook.actions if tools[each.tool].effect is not Effect.READ]
    assert tools[runbook.actions[0].tool].effect is Effect.READ
    assert runbook.actions[: len(runbook.actions) - len(acting)] + tuple(acting) == runbook.actions
    assert all(each.check for each in acting if each.tool != "node.drain"), "node.drain brings its own"
    assert all(step.text.strip() for step in runbook.steps if step.action is None)


@each_runbook
def test_its_budget_lasts_as_long_as_its_checks_may_take(runbook: Runbook) -> None:
    budget, seconds, calls = runbook.head.budget, 0.0, 0.0
    for action in runbook.actions:
        times = 10 if action.for_each else 1
        for check in action.check or ():
            within, settle = _seconds(check.within), _seconds(check.settle) if check.settle else 0.0
            seconds += times * within
            calls += times * (within - settle) / INTERVAL_S
    assert budget is not None
    assert (budget.seconds or 0) >= seconds
    assert (budget.calls or 0) >= calls


@each_case
async def test_it_makes_the_same_plan_again_and_rehearses_without_effect(stage: Stage, case: Case) -> None:
    case.arrange(stage.world)
    before = stage.world.state()
    first, again = [await stage.simulated(case.runbook, case.inputs) for _ in range(2)]
    assert first.plan is not None, first.refusal
    assert first.plan.runbook == LIBRARY.find(case.runbook).name
    assert first.plan_digest == again.plan_digest == first.plan.digest()
    assert isinstance(first.decision, NeedsApproval)
    assert all(step.preview.changes for step in first.steps)
    assert all(outcome.ok for outcome in await stage.looked(case.runbook, case.inputs))
    assert (stage.world.effects(), stage.world.state()) == ({}, before)
    assert not (await stage.bench.store.runs.page(TENANT)).items


@each_case
async def test_approved_it_acts_once_and_what_it_did_is_measured(stage: Stage, case: Case) -> None:
    case.arrange(stage.world)
    waiting = await stage.proposed(case.runbook, case.inputs)
    for person in case.approvers[:-1]:
        one_short = await stage.bench.approve(waiting, person)
        assert one_short.status is RunStatus.WAITING
    assert stage.world.effects() == {}
    run = await stage.bench.approve(waiting, case.approvers[-1])
    assert run.status is RunStatus.SUCCEEDED, run.summary
    assert [step.status for step in run.steps] == [StepStatus.VERIFIED] * case.steps
    assert all(check.ok and check.value is not None for step in run.steps for check in step.checks)
    keyed = {f"{run.id}:{index}": 1 for index in range(case.steps)} if case.runbook != "roll-out-flag" else {}
    assert stage.world.effects() == keyed


@each_case
async def test_where_it_does_not_help_it_is_taken_back_and_says_so(stage: Stage, case: Case) -> None:
    case.arrange(stage.world)
    stage.world.hopeless = True
    before = stage.world.state()
    run = await stage.carried_out(case.runbook, case.inputs, case.approvers)
    assert "Not verified" in run.summary
    assert set(stage.world.effects().values()) <= {1}
    if case.back:
        assert (run.status, stage.world.state()) == (RunStatus.UNDONE, before), run.summary
        assert "Taken back" in run.summary
    else:
        assert run.status is RunStatus.FAILED
        assert all(step.undo is None for step in run.steps)


def _seconds(duration: str) -> float:
    return parse_duration(duration).total_seconds()
