"""Retries are decided on the newest calls there: never too many, never of what may have acted, no avalanche."""

from hypothesis import given, settings
from hypothesis import strategies as st

from runbooks.pacing.outcomes import LASTS_S, MOST, Recent, Seen, noted
from runbooks.pacing.retrying import LONGEST_S, Again, Stop, again, attempts, earned, paid

SEEN = st.lists(st.tuples(st.floats(0, 5), st.booleans(), st.floats(0.001, 10)), max_size=150)


def window(seen: list[tuple[float, bool, float]]) -> tuple[Recent, float]:
    """Return the window after these calls, and the time of the last."""
    now, recent = 0.0, Recent()
    for gap, ok, seconds in seen:
        now += gap
        recent = noted(recent, Seen(at=now, ok=ok, seconds=seconds))
    return recent, now


def calls(ok: int, failed: int) -> Recent:
    return window([(0.01, True, 0.1)] * ok + [(0.01, False, 0.1)] * failed)[0]


def asked(recent: Recent, attempt: int = 1, **changed: object) -> Again | Stop:
    given_: dict[str, object] = {"most": 3, "now": 1.0, "jitter": 0.5, "safe": True, **changed}
    return again(recent, attempt=attempt, **given_)  # type: ignore[arg-type]  # names are checked as it runs


@settings(deadline=None)
@given(SEEN, st.integers(1, 10))
def test_there_is_always_one_attempt_and_never_more_than_the_step_allows(
    seen: list[tuple[float, bool, float]], most: int
) -> None:
    recent, now = window(seen)
    assert 1 <= attempts(recent, most, now) <= most


@settings(deadline=None)
@given(SEEN, st.integers(1, 12), st.floats(0, 1))
def test_a_pause_is_never_longer_than_the_longest_unless_the_target_asked(
    seen: list[tuple[float, bool, float]], attempt: int, jitter: float
) -> None:
    recent, now = window(seen)
    verdict = again(recent, attempt=attempt, most=20, now=now, jitter=jitter, safe=True)
    if isinstance(verdict, Again):
        assert 0 < verdict.after_s <= LONGEST_S


@settings(deadline=None)
@given(SEEN)
def test_a_window_keeps_what_is_new_and_not_too_much(seen: list[tuple[float, bool, float]]) -> None:
    recent, now = window(seen)
    assert len(recent.calls) <= MOST
    assert all(now - each.at < LASTS_S for each in recent.calls)
    assert 0 <= recent.failing(now) <= 1


@settings(deadline=None)
@given(st.integers(1, 2000), st.floats(0, 1))
def test_in_an_outage_retries_are_at_most_the_budget_and_a_tenth_of_what_was_answered(
    made: int, share: float
) -> None:
    recent, retries, answered = Recent(), 0, 0
    for number in range(made):
        now = number * 0.001
        ok = (number * 7919 % 1000) / 1000 < share
        recent = noted(recent, Seen(at=now, ok=ok, seconds=0.01))
        if ok:
            answered += 1
            recent = earned(recent)
        elif isinstance(again(recent, attempt=1, most=5, now=now, jitter=0.5, safe=True), Again):
            retries += 1
            recent = paid(recent)
    assert retries <= 10 + answered / 10 + 1


def test_what_may_have_taken_effect_is_not_repeated_unless_somebody_looked() -> None:
    assert isinstance(asked(Recent(), safe=False), Stop)
    assert isinstance(asked(Recent()), Again)


def test_a_target_that_fails_nearly_always_gets_one_probe() -> None:
    assert attempts(calls(0, 20), 5, 1.0) == 1
    assert attempts(calls(20, 0), 5, 1.0) == 5
    assert 1 < attempts(calls(10, 10), 5, 1.0) < 5


def test_few_calls_say_nothing_yet() -> None:
    assert attempts(calls(0, 3), 3, 1.0) == 3


def test_failures_are_forgotten_after_a_minute() -> None:
    assert attempts(calls(0, 50), 3, 1.0 + LASTS_S) == 3


def test_a_target_is_asked_again_when_it_said_and_not_before() -> None:
    verdict = asked(Recent(), retry_after_s=7.0)
    assert verdict == Again(after_s=7.0)


def test_a_pause_that_the_run_has_no_time_for_is_not_begun() -> None:
    verdict = asked(Recent(), retry_after_s=7.0, left_s=5.0)
    assert isinstance(verdict, Stop)
    assert "5 s left" in verdict.because


def test_pauses_grow_with_failures_in_a_row() -> None:
    few, many = asked(calls(20, 1), most=9), asked(calls(20, 5), most=9)
    assert isinstance(few, Again)
    assert isinstance(many, Again)
    assert many.after_s > few.after_s
    assert calls(3, 2).run_of_failures() == 2
    assert calls(3, 2).latency_s(0.99, 1.0) == 0.1
