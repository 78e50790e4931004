"""Intervals of few cases: right where the books give the answer, and holding what they promise."""

import random
from math import inf
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.incidents.intervals import mean_interval, median_interval, share_interval


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [  # R: binom.test(hits, of)$conf.int
        (0, 10, 0.0, 0.3084971),
        (1, 10, 0.002528579, 0.4450161),
        (5, 10, 0.1870860, 0.8129140),
        (10, 10, 0.6915029, 1.0),
        (3, 4, 0.1941204, 0.9936905),
    ],
)
def test_a_share_has_the_interval_of_clopper_and_pearson(hits: int, of: int, low: float, high: float) -> None:
    found = share_interval(hits, of)
    assert found is not None
    assert found.low == pytest.approx(low, abs=1e-6)
    assert found.high == pytest.approx(high, abs=1e-6)


def test_of_nothing_there_is_no_share_and_of_few_no_median_and_no_mean() -> None:
    assert share_interval(0, 0) is None
    assert median_interval([1.0] * 5) is None
    assert mean_interval([1.0] * 9) is None


def test_six_cases_are_the_fewest_whose_median_can_be_bounded() -> None:
    found = median_interval([5, 1, 9, 3, 7, 11])
    assert found is not None
    assert (found.low, found.high) == (1, 11)


def test_the_interval_of_a_median_leaves_out_as_many_on_each_side_as_it_may() -> None:
    found = median_interval(list(range(1, 21)))
    assert found is not None
    assert (found.low, found.high) == (6, 15)  # of twenty, the sixth and the fifteenth (Conover, table A3)


@given(st.lists(st.floats(min_value=0, max_value=10**6), max_size=60))
def test_an_interval_holds_what_it_is_the_interval_of(values: list[float]) -> None:
    median, mean = median_interval(values), mean_interval(values)
    middle = sorted(values)[len(values) // 2] if values else inf
    assert median is None or median.low <= middle <= median.high
    assert mean is None or mean.low - 1e-6 <= fmean(values) <= mean.high + 1e-6


def test_the_same_cases_always_have_the_same_interval() -> None:
    values = [float(each) for each in range(12)]
    assert mean_interval(values) == mean_interval(values)


def test_medians_of_skewed_times_lie_in_their_intervals_as_often_as_is_said() -> None:
    drawn, held, tries = random.Random(7), 0, 600  # noqa: S311  # a simulation, nothing secret
    for _ in range(tries):
        found = median_interval([drawn.lognormvariate(0, 1.5) for _ in range(9)])
        assert found is not None
        held += found.low <= 1.0 <= found.high
    assert held / tries >= 0.93
