"""Regions, floods and neighbours: cut over only into what is well, back where it is worse, limits set back."""

from memory.model.run import RunStatus, StepStatus
from tests.fakes.people import BOB, CARA
from tests.runbooks.library.cases import BY_NAME
from tests.runbooks.library.stage import Stage

REGION = BY_NAME["fail-over-region"]
FLOOD = BY_NAME["limit-attack-traffic"]
NEIGHBOUR = BY_NAME["limit-noisy-neighbour"]


async def test_a_region_takes_a_part_of_the_traffic_first_and_then_all(stage: Stage) -> None:
    REGION.arrange(stage.world)
    run = await stage.carried_out(REGION.runbook, REGION.inputs, (BOB,))
    assert [step.call.arguments["percent"] for step in run.plan.steps] == [10, 100]
    assert stage.world.operations.share("checkout", "production-us") == 100


async def test_nothing_moves_into_a_region_that_is_not_well(stage: Stage) -> None:
    REGION.arrange(stage.world)
    stage.world.shop.signal = lambda _service, name, _where: 0.2 if name == "availability" else 0.001
    run = await stage.carried_out(REGION.runbook, REGION.inputs, (BOB,))
    assert [step.status for step in run.steps] == [StepStatus.SKIPPED, StepStatus.SKIPPED]
    assert "Skipped" in run.summary
    assert stage.world.effects() == {}


async def test_a_region_that_fades_after_the_first_part_does_not_get_the_rest(stage: Stage) -> None:
    REGION.arrange(stage.world)

    def signal(service: str, name: str, where: str | None) -> float:
        fading = stage.world.operations.share(service, where or "") >= 10
        return (0.2 if fading else 1.0) if name == "availability" else 0.001

    stage.world.shop.signal = signal
    run = await stage.carried_out(REGION.runbook, REGION.inputs, (BOB,))
    assert [step.status for step in run.steps] == [StepStatus.VERIFIED, StepStatus.SKIPPED]
    assert stage.world.operations.share("checkout", "production-us") == 10


async def test_a_region_that_is_worse_under_the_whole_load_gives_all_the_traffic_back(stage: Stage) -> None:
    REGION.arrange(stage.world)
    stage.world.hopeless = True
    run = await stage.carried_out(REGION.runbook, REGION.inputs, (BOB,))
    assert run.status is RunStatus.UNDONE
    assert "the error rate in production-us is below 0.02 under the whole load (measured 0.4)" in run.summary
    assert [step.status for step in run.steps] == [StepStatus.UNDONE, StepStatus.UNDONE]
    assert stage.world.operations.share("checkout", "production-us") == 0
    assert sum(stage.world.effects().values()) == 4


async def test_a_region_whose_answers_are_slow_gives_the_traffic_back_too(stage: Stage) -> None:
    REGION.arrange(stage.world)

    def signal(service: str, name: str, where: str | None) -> float:
        whole = stage.world.operations.share(service, where or "") == 100
        return {"availability": 1.0, "latency_p95": 9.0 if whole else 0.1}.get(name, 0.001)

    stage.world.shop.signal = signal
    run = await stage.carried_out(REGION.runbook, REGION.inputs, (BOB,))
    assert run.status is RunStatus.UNDONE
    assert stage.world.operations.share("checkout", "production-us") == 0


async def test_a_service_of_criticality_1_in_production_is_limited_only_when_two_people_agree(
    stage: Stage,
) -> None:
    stage.world.shop.signal = lambda *_: 3.0 if not stage.world.operations.effects else 0.1
    inputs = {**NEIGHBOUR.inputs, "service": "payments"}
    waiting = await stage.proposed(NEIGHBOUR.runbook, inputs)
    assert (await stage.bench.approve(waiting, BOB)).status is RunStatus.WAITING
    assert (await stage.bench.approve(waiting, CARA)).status is RunStatus.SUCCEEDED
    assert stage.world.operations.state["/services/payments/customers/initech/quota"] == 50


async def test_a_limit_goes_back_to_the_one_before_where_it_does_not_help(stage: Stage) -> None:
    FLOOD.arrange(stage.world)
    stage.world.hopeless = True
    limit = "/zones/shop.example.com/limit"
    stage.world.operations.state[limit] = 300
    run = await stage.carried_out(FLOOD.runbook, {**FLOOD.inputs, "before": 300}, (BOB,))
    assert run.status is RunStatus.UNDONE
    assert stage.world.operations.state[limit] == 300


async def test_no_limit_is_set_while_there_is_no_flood(stage: Stage) -> None:
    stage.world.shop.signal = lambda *_: 80.0
    run = await stage.carried_out(FLOOD.runbook, FLOOD.inputs, (BOB,))
    assert [step.status for step in run.steps] == [StepStatus.SKIPPED]
    assert stage.world.effects() == {}
