"""What creeps is told before it is usual; hours are judged by their own tails, and told once."""

from datetime import date, timedelta

import numpy as np

from agents.forecasting.series import Costs
from agents.radar.drift import Drift
from agents.radar.hours import watched_hours
from agents.radar.rhythm import daily
from agents.radar.watch import Episode, watched

FIRST = date(2025, 1, 1)
DAYS = [FIRST + timedelta(number) for number in range(330)]
BEGINS = 220


def bill(growth: float = 0.0) -> Costs:
    numbers = np.random.default_rng(3)
    week = np.array([80.0 if day.weekday() >= 5 else 100.0 for day in DAYS])
    found: Costs = week * np.exp(growth * np.arange(330)) * (1 + 0.02 * numbers.standard_normal(330))
    return found


def creeping(share: float) -> Costs:
    ramp = np.clip((np.arange(330) - BEGINS + 1) / 30, 0, 1)
    return np.asarray(bill() + share * 95 * ramp)


def told(costs: Costs) -> list[Episode]:
    return [each for each in watched(costs, daily(DAYS)) if each.seen >= BEGINS]


def test_a_rise_of_a_quarter_in_a_month_is_told_within_six_weeks_as_a_new_level() -> None:
    (rise,) = told(creeping(0.25))
    assert rise.up
    assert rise.lasts
    assert BEGINS < rise.seen <= BEGINS + 44
    assert rise.size > 0
    assert len(rise.values) == len(rise.expected) == rise.end - rise.start + 1


def test_a_slow_fall_is_told_as_less() -> None:
    falls = told(creeping(-0.3))
    assert falls
    assert not any(each.up for each in falls)


def test_steady_bills_and_bills_that_always_grew_like_this_creep_nowhere() -> None:
    assert told(bill()) == []
    assert told(bill(growth=0.002)) == []


def test_a_drift_that_was_told_is_not_told_again_while_it_stands() -> None:
    level = np.concatenate([np.zeros(100), np.full(150, 1.0)])
    drift, seen = Drift(250, 30), []
    for point in range(250):
        if drift.look(level[: point + 1], point) is not None:
            seen.append(point)
            drift.told(point)
    assert len(seen) == 1


def hours(count: int = 600) -> Costs:
    numbers = np.random.default_rng(4)
    day = 30 * np.sin(2 * np.pi * np.arange(count) / 24)
    found: Costs = 100 + day + 3 * numbers.standard_normal(count)
    return found


def late(values: Costs) -> list[Episode]:
    """Return what is told once two weeks are known."""
    return [each for each in watched_hours(values) if each.seen > 336]


def test_a_day_of_hours_is_no_news_and_a_surge_is_told_once_with_its_size() -> None:
    assert late(hours()) == []
    values = hours()
    values[400:406] += 80
    (surge,) = late(values)
    assert (surge.seen, surge.up) == (400, True)
    assert surge.end >= 405
    assert 400 < surge.size < 560


def test_bursts_that_keep_coming_are_usual_and_what_follows_within_two_days_is_the_same() -> None:
    values = hours()
    values[50::37] += 60
    assert len(late(values)) <= 1  # of eight bursts
    again = hours()
    again[[400, 420, 440]] += 80
    assert len(late(again)) == 1
    again[430] += 400
    assert [each.seen for each in late(again)] == [400, 430]


def test_hours_are_judged_by_those_before_them_and_in_any_unit() -> None:
    values = hours()
    values[400] += 80
    whole = [(each.start, each.seen, each.up) for each in watched_hours(values)]
    assert [(each.start, each.seen, each.up) for each in watched_hours(values[:401])] == whole
    assert [(each.start, each.seen, each.up) for each in watched_hours(values * 1e6)] == whole


def test_what_never_moved_and_moves_stands_out_and_too_few_hours_say_nothing() -> None:
    flat = np.full(300, 5.0)
    assert watched_hours(flat) == []
    assert watched_hours(np.zeros(40)) == []
    flat[200] = 9.0
    assert [each.seen for each in watched_hours(flat)] == [200]
