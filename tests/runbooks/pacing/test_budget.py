"""A budget is never overdrawn: what does not fit is said before it is spent."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from memory.model.plan import Budget
from memory.model.run import StepRecord
from runbooks.pacing.budget import Over, Spent, Within, elapsed, judged, used
from tests.fakes.time import MIDNIGHT
from tests.memory.samples import run

BUDGETS = st.builds(
    Budget,
    seconds=st.none() | st.floats(0.1, 1000),
    calls=st.none() | st.integers(1, 50),
    cents=st.none() | st.integers(0, 500),
)


@settings(deadline=None)
@given(BUDGETS, st.lists(st.tuples(st.integers(1, 3), st.integers(0, 100), st.floats(0, 30)), max_size=60))
def test_whoever_asks_before_each_call_never_spends_more_calls_or_money_than_there_are(
    budget: Budget, wanted: list[tuple[int, int, float]]
) -> None:
    spent = Spent()
    for calls, cents, seconds in wanted:
        if isinstance(judged(budget, spent, calls=calls, cents=cents), Within):
            assert budget.seconds is None or spent.seconds < budget.seconds
            spent = spent.plus(calls=calls, cents=cents)
        spent = spent.model_copy(update={"seconds": spent.seconds + seconds})
    assert budget.calls is None or spent.calls <= budget.calls
    assert budget.cents is None or spent.cents <= budget.cents


def test_without_a_budget_everything_fits() -> None:
    assert judged(None, Spent(seconds=1e9, calls=10**6, cents=10**6)) == Within()


def test_what_is_over_says_what_was_expected_and_found() -> None:
    said = judged(Budget(calls=2), Spent(calls=2))
    assert isinstance(said, Over)
    assert said.says() == "expected a run of at most 2 calls, found 3"


def test_what_a_run_used_is_read_from_its_document() -> None:
    began = MIDNIGHT + timedelta(seconds=30)
    steps = (StepRecord(index=0, started_at=began, calls=3, cents=5), StepRecord(index=1, calls=1))
    now = began + timedelta(seconds=12)
    assert used(run(steps=steps), now) == Spent(seconds=12, calls=4, cents=5)
    assert elapsed(run(), now) == 0
