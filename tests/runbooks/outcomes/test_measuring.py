"""Every run is measured before its first step and at its end: as numbers, a chart, and entries of the ledger."""

from bot.cards import card
from bot.outcome_charts import outcome_charts
from bot.pictures import Format, Pictures
from memory.errors import ConnectorUnreachable
from memory.model.plan import Call, Check, Comparison
from memory.model.run import Outcome, RunStatus, StepStatus
from runbooks.outcomes.comparing import compared
from runbooks.proposal import Caller, Proposal, Terms
from tests.fakes.estate import FakeEstate, Fault
from tests.fakes.people import ALICE, BOB, TENANT
from tests.runbooks.conftest import ROLLBACK, Bench, ballot
from tests.runbooks.test_executing import SCALE, WORSE

ERRORS = Call(tool="metrics.signal", arguments={"service": "checkout", "signal": "error_rate", "window": "1m"})


def check(bound: float, comparison: Comparison = Comparison.BELOW) -> Check:
    return Check(call=ERRORS, comparison=comparison, bound=bound, within_s=5, says="checkout's error rate is fine")


class Slow(FakeEstate):
    """Takes its time, and refuses one order."""

    def __init__(self, bench: Bench, refused: str = "") -> None:
        super().__init__()
        self._bench = bench
        self._refused = refused

    async def apply(self, key: str, service: str, version: str) -> Outcome:
        self._bench.clock.move(3)
        if self._refused and key.endswith(self._refused):
            self.faults = [Fault.REFUSED]
        return await super().apply(key, service, version)


class Blind(FakeEstate):
    """Cannot be measured before something was done."""

    def error_rate(self, service: str) -> float:
        if not self.effects:
            raise ConnectorUnreachable("expected Prometheus to answer, found nobody")
        return super().error_rate(service)


def slow(bench: Bench, refused: str = "") -> None:
    bench.estate = Slow(bench, refused)
    bench.runner = bench.another()


async def test_the_numbers_before_and_after_stand_in_the_run_and_the_ledger(bench: Bench) -> None:
    run = await bench.approve(await bench.propose(), BOB)
    assert run.before is not None
    assert run.after is not None
    assert [(each.value, each.ok) for each in run.before] == [(0.31, False)]
    assert [(each.value, each.ok) for each in run.after] == [(0.002, True)]
    told = [entry.body for entry in await bench.entries(run) if entry.kind == "measurement"]
    assert [(body["moment"], body["value"]) for body in told] == [("before", 0.31), ("after", 0.002)]
    assert "0.31 before, 0.002 after, holds" in compared(run)[0]


async def test_what_was_measured_before_is_not_measured_anew_by_whoever_resumes(bench: Bench) -> None:
    run = await bench.propose()
    bench.estate.faults = [Fault.LOST_ANSWER]
    done = await bench.approve(run, BOB)
    measured = [entry for entry in await bench.entries(done) if entry.kind == "measurement"]
    assert [entry.body["moment"] for entry in measured] == ["before", "after"]
    assert done.before is not None
    assert done.before[0].value == 0.31


async def test_a_number_that_cannot_be_had_is_missing_and_holds_nothing_up(bench: Bench) -> None:
    bench.estate = Blind()
    bench.runner = bench.another()
    run = await bench.approve(await bench.propose(), BOB)
    assert run.status is RunStatus.SUCCEEDED
    assert run.before is not None
    assert [(each.value, each.code) for each in run.before] == [(None, "connector.unreachable")]
    assert "no number before" in compared(run)[0]


async def test_an_undone_run_is_measured_after_what_it_did_was_taken_back(bench: Bench) -> None:
    bench.estate.versions["checkout"] = "1.4.1"
    run = await bench.approve(await bench.propose(SCALE, WORSE), BOB)
    assert run.status is RunStatus.UNDONE
    assert run.after is not None
    assert {each.value for each in run.after} == {0.002}
    assert all(step.undone_at is not None for step in run.steps)


async def test_the_ended_card_has_a_chart_with_marks_where_steps_ran_and_its_words(bench: Bench) -> None:
    slow(bench)
    run = await bench.approve(await bench.propose(), BOB)
    shown = card(run, ALICE, bench.clock.now(), may_approve=False)
    (chart,) = shown.charts
    assert chart.alt.startswith(run.plan.steps[0].checks[0].says)
    assert "1. " in chart.alt
    assert shown.measured == compared(run)
    assert (await Pictures().draw(chart, Format.SVG)).startswith(b"<svg")
    assert outcome_charts(run.model_copy(update={"status": RunStatus.RUNNING})) == ()


async def test_a_skipped_step_is_left_out_of_what_is_taken_back(bench: Bench) -> None:
    turn = await bench.heard_from(ALICE, "m1")
    caller = Caller(principal=ALICE, thread="t1", message="m1", correlation=turn.correlation)
    never = Terms(when=check(0.5, Comparison.ABOVE), checks=())
    helpless = Terms(checks=(check(0.0001),))
    proposal = Proposal(
        goal="as asked", calls=(ROLLBACK, ROLLBACK), terms=(never, helpless), runbook="two-steps@1"
    )
    run = (await bench.runner.propose(proposal, caller)).run
    assert run is not None
    done = await bench.approve(run, BOB)
    assert done.status is RunStatus.UNDONE
    assert [step.status for step in done.steps] == [StepStatus.SKIPPED, StepStatus.UNDONE]
    undone = [entry.body["step"] for entry in await bench.entries(done) if entry.kind == "undo"]
    assert undone == [1]
    assert "Taken back" in done.summary


async def test_an_undo_that_fails_is_said_and_the_others_are_still_taken_back(bench: Bench) -> None:
    slow(bench, refused=":1:undo")
    bench.estate.versions["checkout"] = "1.4.1"
    run = await bench.propose(SCALE, WORSE)
    done = await bench.approve(run, BOB)
    assert done.status is RunStatus.FAILED
    assert [step.status for step in done.steps] == [StepStatus.UNDONE, StepStatus.FAILED]
    assert bench.estate.replicas["checkout"] == 2
    assert "Not taken back" in done.summary


async def test_cancelled_in_the_middle_a_run_takes_back_what_it_did_and_says_who_wanted_it(bench: Bench) -> None:
    run = await bench.propose()
    await bench.runner.decide(TENANT, run.id, ballot(BOB, run))
    await bench.runner.cancel(TENANT, run.id, BOB.id, "wrong one")
    done = await bench.runner.finished(TENANT, run.id)
    assert done.status is RunStatus.CANCELLED
    assert done.wish is not None
    assert done.wish.reason == "wrong one"
    assert bench.estate.versions["checkout"] == "1.4.2"
    shown = card(done, ALICE, bench.clock.now(), may_approve=False)
    assert shown.status == "called_off"
    assert shown.state.startswith("Cancelled by bob")
    assert shown.state.endswith(": wrong one")
