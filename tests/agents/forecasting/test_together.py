"""What members say together: none leads astray, and bounds widen where they disagree."""

from datetime import date, timedelta

import numpy as np
import pytest

from agents.forecasting import ensemble
from agents.forecasting.ensemble import Trial, doubt, reach, together
from agents.forecasting.outlook import outlook
from agents.forecasting.series import Costs, Series
from tests.agents.forecasting.made import steady

KNOWN = steady(200)


def wild(series: Series, ahead: list[date]) -> Costs:
    return np.full(len(ahead), 1e12 if len(series.costs) else 0.0)


def trials(apart: float, off: float) -> list[Trial]:
    said = {"low": 100 - apart, "middle": 100.0, "high": 100 + apart}
    return [Trial(said, 100 + off * (-1) ** number, 100.0) for number in range(20)]


def test_nothing_is_said_far_outside_all_that_ever_was() -> None:
    ahead = [KNOWN.last + timedelta(1)]
    (said,) = ensemble.told(KNOWN, ahead, {"wild": wild}).values()
    assert said[0] <= 1.5 * KNOWN.costs.max()


def test_nine_tenths_of_what_is_said_are_the_median_and_half_where_members_are_torn() -> None:
    equal = dict.fromkeys(("a", "b", "c"), 1 / 3)
    assert together({"a": 10.0, "b": 11.0, "c": 18.0}, equal) == pytest.approx(0.9 * 11 + 0.1 * 13)
    assert together({"a": 1.0, "b": 2.0, "c": 9.0}, equal) == pytest.approx((2 + 4) / 2)
    assert together({"a": 5.0}, {"a": 1.0}) == 5.0


def test_the_bound_is_wider_where_members_disagree_and_none_is_promised_on_a_short_past() -> None:
    past = trials(apart=2, off=5)
    calm = reach(past, {"a": 99.0, "b": 100.0, "c": 101.0}, 0.8)
    torn = reach(past, {"a": 80.0, "b": 100.0, "c": 120.0}, 0.8)
    assert calm is not None
    assert torn is not None
    assert torn > 2 * calm
    assert reach(past[:3], {"a": 100.0}, 0.8) is None


def test_the_bound_holds_for_the_errors_it_was_taken_from() -> None:
    past = trials(apart=2, off=5)
    bound = reach(past, past[0].said, 0.9)
    assert bound is not None
    assert bound >= 5 - 1e-9
    assert past[0].doubt == doubt(past[0].said, 100.0) > 0


def test_the_days_of_each_month_add_up_to_what_is_expected_of_it() -> None:
    found = outlook(KNOWN)
    start = 0
    for month in found.months:
        last = (month.month.replace(day=28) + timedelta(4)).replace(day=1) - timedelta(1)
        count = (last - max(found.as_of, month.month - timedelta(1))).days
        assert sum(found.daily[start : start + count]) == pytest.approx(month.expected - month.so_far)
        start += count
