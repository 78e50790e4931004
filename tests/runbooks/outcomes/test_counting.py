"""A run is counted once, for each service it was about, and only where it is evidence of anything."""

from memory.model.outcome_record import Tally
from memory.model.run import RunStatus
from runbooks.outcomes.counting import CHECK_FAILED, outcome_records, procedure
from runbooks.outcomes.odds import posterior
from runbooks.outcomes.wording import says
from tests.fakes.estate import Fault
from tests.fakes.people import ALICE, BOB, TENANT
from tests.runbooks.conftest import Bench, ballot
from tests.runbooks.test_executing import SCALE, WORSE


async def tallies(bench: Bench) -> dict[tuple[str, str], tuple[int, int]]:
    return {
        (each.procedure, each.service): (each.tried, each.worked)
        for each in await bench.store.outcomes.tallies(TENANT)
    }


async def test_a_run_that_succeeds_is_counted_once_however_often_it_is_resumed(bench: Bench) -> None:
    run = await bench.approve(await bench.propose(), BOB)
    again = bench.another()
    await again.tend()
    await again.close()
    assert await tallies(bench) == {("deploy.rollback", "checkout"): (1, 1)}
    assert not await bench.store.outcomes.count(outcome_records(run)[0])


async def test_what_did_not_help_is_counted_with_what_failed_and_how(bench: Bench) -> None:
    bench.estate.versions["checkout"] = "1.4.1"
    run = await bench.approve(await bench.propose(WORSE), BOB)
    assert run.status is RunStatus.UNDONE
    (counted,) = await bench.store.outcomes.of(TENANT, "deploy.release", service="checkout")
    assert (counted.worked, counted.tool, counted.why) == (False, "deploy.release", CHECK_FAILED)


async def test_a_refusal_of_the_target_is_counted_with_its_code(bench: Bench) -> None:
    bench.estate.faults = [Fault.REFUSED]
    run = await bench.approve(await bench.propose(), BOB)
    assert [(each.worked, each.why) for each in outcome_records(run)] == [(False, "connector.rejected")]


async def test_what_is_denied_withdrawn_or_cancelled_is_no_evidence(bench: Bench) -> None:
    denied = await bench.propose(message="m1")
    await bench.runner.withdraw(TENANT, denied.id, ALICE.id)
    waits = await bench.propose(message="m2")
    bench.estate.away = True
    unknown = await bench.approve(waits, BOB)
    assert unknown.status is RunStatus.RUNNING
    await bench.runner.cancel(TENANT, waits.id, BOB.id, "enough")
    bench.estate.away = False
    bench.clock.move(300)
    await bench.runner.tend()
    assert (await bench.runner.finished(TENANT, waits.id)).status is RunStatus.CANCELLED
    assert await tallies(bench) == {}


async def test_checks_that_nobody_could_measure_say_nothing_of_the_procedure(bench: Bench) -> None:
    run = await bench.approve(await bench.propose(), BOB)
    unmeasured = (
        run.steps[0]
        .checks[0]
        .model_copy(update={"ok": False, "value": None, "error_code": "connector.unreachable"})
    )
    step = run.steps[0].model_copy(update={"checks": (unmeasured,)})
    assert outcome_records(run.model_copy(update={"steps": (step,), "status": RunStatus.UNDONE})) == ()


async def test_a_runbook_is_counted_in_all_its_versions_and_tools_in_their_order(bench: Bench) -> None:
    bench.estate.versions["checkout"] = "1.4.1"
    run = await bench.propose(SCALE, WORSE)
    assert procedure(run.plan) == "service.scale + deploy.release"
    assert procedure(run.plan.model_copy(update={"runbook": "roll-back-release@3"})) == "roll-back-release"


async def test_the_next_card_tells_how_it_went(bench: Bench) -> None:
    for turn in range(6):
        bench.estate.versions["checkout"] = "1.4.2"
        bench.estate.faults = [Fault.REFUSED] if turn == 2 else []
        bench.clock.move(600)
        run = await bench.propose(message=f"m{turn}")
        await bench.runner.decide(TENANT, run.id, ballot(BOB, run))
        await bench.runner.finished(TENANT, run.id)
    bench.estate.versions["checkout"] = "1.4.2"
    (track,) = (await bench.propose(message="next")).track
    assert (track.worked, track.tried) == (5, 6)
    assert track.odds is not None
    assert track.odds.low < 5 / 6 < track.odds.high
    assert [each.why for each in track.failures] == ["connector.rejected"]
    told = says(track)
    assert "Worked 5 of 6 times on checkout, last on" in told
    assert "deploy.rollback failed with connector.rejected" in told
    assert "90 % interval" in told


async def test_without_enough_history_no_probability_is_given(bench: Bench) -> None:
    assert "No record yet on checkout" in says((await bench.propose()).track[0])
    run = await bench.propose(message="m2")
    await bench.approve(run, BOB)
    bench.estate.versions["checkout"] = "1.4.2"
    (track,) = (await bench.propose(message="m3")).track
    assert track.odds is None
    assert "Worked once on checkout" in says(track)
    assert "Too little history" in says(track)


def test_other_services_inform_the_odds_and_never_outweigh_the_services_own() -> None:
    here = Tally(procedure="p", service="a", tried=20, worked=2)
    others = [Tally(procedure="p", service=f"s{number}", tried=100, worked=100) for number in range(10)]
    assert posterior(here, others).expected < 0.3
    assert posterior(Tally(procedure="p", service="new"), others).expected > 0.95
