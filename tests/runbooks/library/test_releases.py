"""Bringing versions and features out by share, and taking them back: where each halts, and what is left then."""

from memory.model.run import RunStatus, StepStatus
from tests.fakes.people import BOB
from tests.runbooks.library.cases import BY_NAME, shifted
from tests.runbooks.library.stage import Stage

CANARY = BY_NAME["canary-release"]
FLAG = BY_NAME["roll-out-flag"]
GREEN = BY_NAME["switch-blue-green"]


async def test_a_canary_that_does_well_ends_with_all_the_traffic_after_waiting_at_each_share(stage: Stage) -> None:
    CANARY.arrange(stage.world)
    began = stage.bench.clock.now()
    run = await stage.carried_out(CANARY.runbook, CANARY.inputs, (BOB,))
    assert [step.call.arguments["percent"] for step in run.plan.steps] == [5, 25, 100]
    assert stage.world.operations.share("checkout", "canary") == 100
    assert (stage.bench.clock.now() - began).total_seconds() >= 25 * 60


async def test_a_canary_that_misses_its_objective_at_25_percent_halts_there_and_goes_back_to_0(
    stage: Stage,
) -> None:
    CANARY.arrange(stage.world)
    stage.world.hopeless = True
    run = await stage.carried_out(CANARY.runbook, CANARY.inputs, (BOB,))
    assert run.status is RunStatus.UNDONE
    assert [step.status for step in run.steps] == [StepStatus.UNDONE, StepStatus.UNDONE, StepStatus.PENDING]
    assert "at 25 %, the canary's error rate is below 0.01 (measured 0.4)" in run.summary
    assert stage.world.operations.share("checkout", "canary") == 0
    first_back = run.plan.steps[1].undo
    assert first_back is not None
    assert first_back.arguments["percent"] == 0, "not back to 5 %: to 0 at once"
    assert sum(stage.world.effects().values()) == 4


async def test_a_canary_that_is_slow_is_halted_as_well(stage: Stage) -> None:
    shifted(101)(stage.world)
    well = stage.world.shop.signal
    stage.world.shop.signal = lambda *asked: 2.0 if asked[1] == "latency_p95" else well(*asked)
    run = await stage.carried_out(CANARY.runbook, CANARY.inputs, (BOB,))
    assert run.status is RunStatus.UNDONE
    assert "at 5 %, the canary's 95th percentile is below 0.5 s" in run.summary
    assert stage.world.operations.share("checkout", "canary") == 0


async def test_a_canary_that_nobody_asks_anything_does_not_pass(stage: Stage) -> None:
    CANARY.arrange(stage.world)
    stage.world.shop.query = lambda _query: None
    run = await stage.carried_out(CANARY.runbook, CANARY.inputs, (BOB,))
    assert run.status is RunStatus.UNDONE
    assert stage.world.operations.share("checkout", "canary") == 0


async def test_a_flag_goes_out_by_5_25_and_100_percent_with_one_change_each(stage: Stage) -> None:
    FLAG.arrange(stage.world)
    run = await stage.carried_out(FLAG.runbook, FLAG.inputs, (BOB,))
    assert run.status is RunStatus.SUCCEEDED
    pricing = stage.world.unleash.features["pricing"]["production"]
    assert pricing["enabled"]
    assert [each["parameters"]["rollout"] for each in pricing["strategies"]] == ["100"]
    rollouts = [each for each in stage.world.unleash.effects if each not in {"POST on", "POST off"}]
    assert len(rollouts) == 3


async def test_a_flag_that_does_harm_at_25_percent_is_exactly_what_it_was(stage: Stage) -> None:
    FLAG.arrange(stage.world)
    stage.world.hopeless = True
    before = stage.world.state()
    run = await stage.carried_out(FLAG.runbook, FLAG.inputs, (BOB,))
    assert [step.status for step in run.steps] == [StepStatus.UNDONE, StepStatus.UNDONE, StepStatus.PENDING]
    assert "at 25 %" in run.summary
    assert stage.world.state() == before


async def test_the_switch_to_a_colour_that_is_not_all_there_is_not_made(stage: Stage) -> None:
    GREEN.arrange(stage.world)
    stage.world.shop.signal = lambda *_: 0.5
    run = await stage.carried_out(GREEN.runbook, GREEN.inputs, (BOB,))
    assert [step.status for step in run.steps] == [StepStatus.SKIPPED]
    assert stage.world.effects() == {}


async def test_a_release_goes_back_to_the_version_that_is_asked_for(stage: Stage) -> None:
    case = BY_NAME["roll-back-release"]
    stage.world.shop.signal = lambda *_: 0.001
    run = await stage.carried_out(case.runbook, {**case.inputs, "version": "1.3.0"}, (BOB,))
    assert run.status is RunStatus.SUCCEEDED
    assert stage.world.shop.state["checkout version"] == "1.3.0"


async def test_a_flag_is_switched_off_and_nothing_else_is_touched(stage: Stage) -> None:
    case = BY_NAME["switch-flag-off"]
    case.arrange(stage.world)
    before = dict(stage.world.shop.state)
    await stage.carried_out(case.runbook, case.inputs, (BOB,))
    assert stage.world.shop.state == {**before, "flag new-pricing": False}
