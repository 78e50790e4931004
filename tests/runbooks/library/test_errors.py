"""The alert that nobody knows the reason of: what may tell is looked at, and the release goes only if it must."""

from memory.model.run import StepStatus
from tests.fakes.people import BOB
from tests.runbooks.library.cases import BY_NAME
from tests.runbooks.library.stage import Stage

CASE = BY_NAME["high-error-rate"]


def test_it_looks_at_the_service_and_all_it_leans_on_before_there_is_a_plan(stage: Stage) -> None:
    looks = stage.compiled(CASE.runbook, CASE.inputs).looks
    assert [(look.step, look.call.tool) for look in looks] == [
        (1, "metrics.signal"),
        (2, "metrics.signal"),
        (3, "deploys.list"),
        (4, "logs.search"),
    ]
    assert looks[1].call.arguments["service"] == "payments"


async def test_errors_that_went_away_by_themselves_leave_the_release_alone(stage: Stage) -> None:
    CASE.arrange(stage.world)
    waiting = await stage.proposed(CASE.runbook, CASE.inputs)
    stage.world.shop.signal = lambda *_: 0.001
    run = await stage.bench.approve(waiting, BOB)
    assert [step.status for step in run.steps] == [StepStatus.SKIPPED]
    assert stage.world.shop.state["checkout version"] == "1.4.2"
