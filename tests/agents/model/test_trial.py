"""Experiments: who falls to which arm, and what may be concluded."""

from hypothesis import given
from hypothesis import strategies as st

from agents.model.fleet import Experiment, Need
from agents.model.trial import assigned, evaluated, wilson
from memory.model.model_call import Assignment, CallOutcome, ModelCall
from tests.fakes.observer import NOW

TRIAL = Experiment(name="smaller", need=Need.CLASSIFY, arms={"a": "one", "b": "two"})


def called(arm: str, number: int, *, answered: bool = True, cached: bool = False) -> ModelCall:
    return ModelCall(
        id=f"call_{arm}_{number}",
        tenant="acme",
        correlation="cor",
        purpose="interpretation",
        provider="p",
        model=TRIAL.arms[arm],
        prompt="interpret/1",
        prompt_sha256="0" * 64,
        began=NOW,
        seconds=0.1 * number,
        outcome=CallOutcome.ANSWERED if answered else CallOutcome.TIMED_OUT,
        cached=cached,
        assignment=Assignment(experiment="smaller", arm=arm),
    )


@given(st.text(min_size=1), st.text(min_size=1))
def test_the_same_person_falls_to_the_same_arm_every_time(tenant: str, person: str) -> None:
    assert assigned(TRIAL, tenant, person) == assigned(TRIAL, tenant, person)


def test_people_fall_to_arms_evenly_and_as_many_take_part_as_the_share_says() -> None:
    arms = [assigned(TRIAL, "acme", f"p{n}") for n in range(4000)]
    assert 1850 < sum(each is not None and each.arm == "a" for each in arms) < 2150
    tenth = TRIAL.model_copy(update={"share": 10})
    assert 320 < sum(assigned(tenth, "acme", f"p{n}") is not None for n in range(4000)) < 480
    assert all(assigned(TRIAL.model_copy(update={"share": 0}), "acme", f"p{n}") is None for n in range(50))


def test_another_experiment_or_salt_deals_anew() -> None:
    other = TRIAL.model_copy(update={"salt": "again"})
    dealt = [(assigned(TRIAL, "acme", f"p{n}"), assigned(other, "acme", f"p{n}")) for n in range(200)]
    assert any(one != two for one, two in dealt)


def test_an_arm_that_answers_more_often_is_named_once_there_are_calls_enough() -> None:
    calls = [called("a", n) for n in range(60)] + [called("b", n, answered=n % 2 == 0) for n in range(60)]
    verdict = evaluated(TRIAL, calls)
    assert verdict.says == "a (one) answers more often than every other arm."
    assert [(arm.calls, arm.answered) for arm in verdict.arms] == [(60, 1.0), (60, 0.5)]
    few = evaluated(TRIAL, calls[:20])
    assert few.says.startswith("Too few calls to tell")
    assert few.arms[1].p50_s is None


def test_no_difference_is_said_where_none_is_shown_and_cached_answers_do_not_count() -> None:
    calls = [called(arm, n) for arm in "ab" for n in range(40)]
    verdict = evaluated(TRIAL, [*calls, called("a", 99, cached=True)])
    assert verdict.says.startswith("No difference")
    assert verdict.arms[0].calls == 40


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_bounds_of_a_share_hold_the_share(good: int, bad: int) -> None:
    low, high = wilson(good, good + bad)
    assert 0 <= low <= high <= 1
    if good + bad:
        assert low - 1e-9 <= good / (good + bad) <= high + 1e-9
