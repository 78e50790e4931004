"""Restarts, replicas and idle services: only where it is needed, and back where it does not help."""

from memory.model.run import RunStatus, StepStatus
from tests.fakes.people import BOB
from tests.runbooks.library.cases import BY_NAME
from tests.runbooks.library.stage import Stage

IDLE = BY_NAME["stop-idle-services"]


async def test_of_the_services_thought_idle_only_those_that_are_idle_are_stopped(stage: Stage) -> None:
    IDLE.arrange(stage.world)
    stage.world.shop.query = lambda query: 4.0 if "previews" in query else 0.0
    run = await stage.carried_out(IDLE.runbook, IDLE.inputs, (BOB,))
    assert [step.status for step in run.steps] == [StepStatus.VERIFIED, StepStatus.SKIPPED]
    assert stage.world.shop.state["reports replicas"] == 0
    assert stage.world.shop.state["previews replicas"] == 3


async def test_a_service_that_counts_no_requests_is_not_taken_for_idle(stage: Stage) -> None:
    IDLE.arrange(stage.world)
    stage.world.shop.query = lambda _query: None
    run = await stage.carried_out(IDLE.runbook, IDLE.inputs, (BOB,))
    assert [step.status for step in run.steps] == [StepStatus.SKIPPED, StepStatus.SKIPPED]
    assert stage.world.effects() == {}


async def test_what_was_stopped_is_started_again_in_reverse_where_something_was_needed(stage: Stage) -> None:
    IDLE.arrange(stage.world)
    stage.world.hopeless = True
    run = await stage.carried_out(IDLE.runbook, IDLE.inputs, (BOB,))
    assert run.status is RunStatus.UNDONE
    back = [key.partition(":")[2] for key in stage.world.shop.effects]
    assert back[:2] == ["0", "1"]
    assert [each[0] for each in back[2:]] == ["1", "0"]
    assert stage.world.shop.state["reports replicas"] == 1
    assert stage.world.shop.state["previews replicas"] == 3


async def test_a_service_that_is_quick_again_gets_no_more_replicas(stage: Stage) -> None:
    case = BY_NAME["latency-regression"]
    stage.world.shop.signal = lambda *_: 0.1
    run = await stage.carried_out(case.runbook, case.inputs, (BOB,))
    assert [step.status for step in run.steps] == [StepStatus.SKIPPED]
    assert stage.world.shop.state["checkout replicas"] == 2


async def test_more_replicas_than_policy_allows_are_refused_before_anything_begins(stage: Stage) -> None:
    proposal = stage.compiled("scale-service", {"service": "checkout", "replicas": 50}).proposal
    call = proposal.calls[0].model_copy(update={"arguments": {**proposal.calls[0].arguments, "replicas": 51}})
    refused = proposal.model_copy(update={"calls": (call,)})
    submission = await stage.bench.runner.propose(refused, await stage.caller("m1"))
    assert submission.run is None
    assert stage.world.effects() == {}
