"""What a month will come to: right where the rule is plain, honest where little is known."""

import sys
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from agents.forecasting.calendars import by_calendar
from agents.forecasting.ensemble import Trial, errors, together, weights
from agents.forecasting.members import members, month_shape, run_rate
from agents.forecasting.months import Outlook
from agents.forecasting.outlook import outlook
from agents.forecasting.reading import read
from agents.forecasting.series import Series, Step, series
from memory.errors import InvalidInput
from tests.agents.forecasting.made import FIRST, bill, month_of, steady


def test_a_steady_week_is_forecast_exactly_and_surely() -> None:
    known = steady(300)
    found = outlook(known, date(2024, 8, 15))
    this = found.months[0]
    assert this.month == date(2024, 8, 1)
    assert this.so_far == pytest.approx(known.until(date(2024, 8, 15)).costs[-15:].sum())
    assert this.expected == pytest.approx(month_of(known, 2024, 8), rel=1e-3)
    assert this.intervals[0].high - this.intervals[0].low < 0.05 * this.expected
    assert [month.month.month for month in found.months] == [8, 9, 10, 11]
    assert found.months[1].expected == pytest.approx(30 * 100 - 9 * 20, rel=1e-2)


def test_what_comes_on_the_first_of_every_month_is_not_taken_for_every_day() -> None:
    known = steady(300, weekend=1.0)
    dates = known.dates()
    fee = Series(FIRST, known.costs + np.array([1500.0 if day.day == 1 else 0.0 for day in dates]))
    found = outlook(fee, date(2024, 9, 3))
    truth = month_of(fee, 2024, 9)
    assert abs(found.months[0].expected - truth) < 0.05 * truth
    assert abs(found.run_rate - truth) > truth


def test_prices_that_fall_within_a_month_are_seen_by_the_shape_of_past_months() -> None:
    dates = steady(300).dates()
    tiered = Series(FIRST, np.array([300.0 if day.day <= 10 else 100.0 for day in dates]))
    known = tiered.until(date(2024, 9, 10))
    assert month_shape(known, [date(2024, 9, 11)]) == pytest.approx([100.0])
    assert run_rate(known, [date(2024, 9, 11)]) == pytest.approx([300.0])


def test_a_level_that_shifts_for_good_is_followed_within_days() -> None:
    costs = np.concatenate([np.full(200, 100.0), np.full(10, 160.0)])
    said = by_calendar(Series(FIRST, costs), [FIRST])
    assert said[0] == pytest.approx(160, rel=0.02)


def test_a_spike_on_the_last_day_is_not_the_level_from_then_on() -> None:
    known = steady(200, noise=0.01)
    spiked = Series(known.first, np.append(known.costs[:-1], 3 * known.costs[-1]))
    for name, member in members(Step.DAY)[0].items():
        if name.endswith("level"):
            assert member(spiked, [FIRST])[0] == pytest.approx(member(known, [FIRST])[0], rel=0.05), name


def test_a_forecast_knows_nothing_of_what_came_after() -> None:
    known = bill(3)
    changed = Series(known.first, np.where(np.arange(len(known.costs)) > 500, 9e9, known.costs))
    day = known.dates()[500]
    assert outlook(known, day) == outlook(changed, day)


def test_little_that_is_known_promises_nothing() -> None:
    found = outlook(steady(20))
    assert found.months[0].intervals == ()
    assert "Only 20 days" in found.note
    assert outlook(steady(1)).months[0].expected == pytest.approx(31 * 100)


def test_at_the_end_of_a_month_nothing_is_left_to_forecast_of_it() -> None:
    found = outlook(steady(300), date(2024, 8, 31))
    assert found.months[0].expected == pytest.approx(month_of(steady(300), 2024, 8))


def test_credits_below_zero_and_days_without_cost_are_costs_too() -> None:
    costs = np.zeros(200)
    costs[::30] = -50.0
    found = outlook(Series(FIRST, costs))
    assert all(np.isfinite(month.expected) for month in found.months)


def test_missing_days_are_filled_from_days_like_them_and_told() -> None:
    known = steady(120)
    rows = [(day, Decimal(str(cost))) for day, cost in zip(known.dates(), known.costs, strict=True)]
    found = series([*rows[:60], *rows[63:]])
    assert found.missing == tuple(known.dates()[60:63])
    assert found.costs == pytest.approx(known.costs)
    assert "3 of 120 values were missing" in outlook(found).note


def test_costs_by_month_are_forecast_by_month() -> None:
    rows = [
        (date(2020 + number // 12, number % 12 + 1, 1), Decimal(100 + number % 12 * 10)) for number in range(48)
    ]
    found = series(rows)
    assert found.step is Step.MONTH
    told = outlook(found)
    assert [month.month for month in told.months] == [date(2024, month, 1) for month in (1, 2, 3, 4)]
    assert told.months[2].expected == pytest.approx(120, rel=0.02)


def test_without_the_library_there_is_a_forecast_and_a_word_about_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "statsforecast.models", None)
    found: Outlook = outlook(steady(200))
    levels = {"fast level", "slow level", "four weeks", "two months"}
    assert set(found.weights) == {"run-rate", "month-shape", "calendar", *levels}
    assert "quarterdeck[costs]" in found.note


def test_who_was_right_before_counts_for_more() -> None:
    trials = [Trial({"good": 101.0, "bad": 150.0}, truth=100.0, scale=100.0) for _ in range(5)]
    counts = weights(trials, ["good", "bad", "new"])
    assert counts["good"] > counts["new"] > counts["bad"]
    assert sum(counts.values()) == pytest.approx(1)
    assert together({"good": 100.0, "bad": 200.0}, counts) < 115
    assert abs(errors(trials)[-1]) < abs(errors(trials)[0])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "date and cost"),
        ("day,amount\n2026-01-01,3\n", "found day, amount"),
        ("date,cost\n01/02/2026,3\n", "line 2"),
        ("date,cost\n2026-01-01,NaN\n", "found none"),
        ("date,cost\n2026-01-01,12 apples\n", "line 2"),
        ("date,cost\n13/13/2026,3\n", "line 2"),
        ("date,cost\n2026-01-01,3\n2026-01-02\n", "line 3"),
        ("date,cost\n", "found none"),
        ("date,cost\n1900-01-02,3\n2026-01-02,3\n", "sixty years"),
    ],
)
def test_what_is_no_table_of_dated_costs_says_where(text: str, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        read(text)


def test_rows_of_one_date_are_added_and_order_does_not_matter() -> None:
    found = read("Date,Cost\n2026-01-02T08:00:00,1\n2026-01-01,2.5\n2026-01-02,4\n")
    assert list(found.costs) == [2.5, 5.0]


@pytest.mark.parametrize(
    "text",
    [
        "date;cost\n2026-01-31;1,5\n2026-02-01;1.250,25\n",
        'date,cost\n31.01.2026,1.5\n01.02.2026,"1,250.25"\n',
        "date,cost\n1/31/2026,$1.50\n2/1/2026,USD 1250.25\n",
        "\ufeffdate\tcost\r\n2026/01/31\t1.5\r\n2026/02/01\t1250.25\r\n",
    ],
)
def test_dates_and_costs_are_read_as_they_are_written_where_they_mean_one_thing(text: str) -> None:
    found = read(text)
    assert (found.first, list(found.costs)) == (date(2026, 1, 31), [1.5, 1250.25])


def test_a_value_a_month_is_one_whatever_its_day() -> None:
    ends = read("date,cost\n2026-01-31,10\n2026-02-28,20\n2026-03-31,30\n")
    names = read("date,cost\n2026-01,10\n2026-02,20\n2026-03,30\n")
    assert ends.step is names.step is Step.MONTH
    assert list(ends.costs) == list(names.costs) == [10.0, 20.0, 30.0]


def test_a_value_a_week_is_spread_over_its_days_and_told() -> None:
    found = read("date,cost\n" + "".join(f"2026-01-{day:02},70\n" for day in (5, 12, 19, 26)))
    assert (len(found.costs), set(found.costs)) == (28, {10.0})
    assert "one value a week" in outlook(found).note


def test_rows_delivered_twice_count_once_and_parts_of_each_day_all_count() -> None:
    days = [f"2026-01-{day:02},{day}" for day in range(1, 11)]
    again = read("\n".join(["date,cost", *days, *days[-3:]]))
    assert again.costs.sum() == 55
    assert "3 rows stand there twice" in again.note
    assert read("\n".join(["date,cost", *days, *days])).costs.sum() == 110


def test_a_bill_that_never_was_below_zero_has_no_bound_below_what_is_spent() -> None:
    costs = [100.0] * 100 + [400.0] * 20
    found = outlook(Series(FIRST, np.array(costs)))
    assert all(each.low >= month.so_far for month in found.months for each in month.intervals)


def test_before_the_first_day_nothing_is_known() -> None:
    with pytest.raises(InvalidInput, match="found the first on 2024-01-01"):
        outlook(steady(30), date(2023, 12, 31))
