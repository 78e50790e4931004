"""The radar: what stands out is found with its size and day; weeks, month-ends and holidays are not."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.forecasting.series import Costs
from agents.radar.expected import covers, expectation, silenced
from agents.radar.findings import explained, found, says
from agents.radar.merging import merged
from agents.radar.rhythm import daily, western
from agents.radar.watch import watched
from memory.model.cost import CostSeries, DailyCost, Driver
from memory.model.watching import Again, CostFinding, CostGroup, FindingKind, LikelyDriver, Related
from tests.fakes.time import MIDNIGHT

FIRST = date(2025, 1, 1)
DAYS = [FIRST + timedelta(number) for number in range(330)]
EC2 = CostGroup(currency="USD", dimension="ServiceName", key="EC2")


def usual(*, noise: float = 0.03) -> Costs:
    """Return a hundred a day, 70 at weekends, a fee of 400 on the first of a month."""
    numbers = np.random.default_rng(5)
    week = np.array([70.0 if day.weekday() >= 5 else 100.0 for day in DAYS])
    fees = np.array([400.0 if day.day == 1 else 0.0 for day in DAYS])
    found: Costs = week * (1 + noise * numbers.standard_normal(len(DAYS))) + fees
    return found


def billed(costs: Costs) -> CostSeries:
    days = tuple(
        DailyCost(day=day, cost=Decimal(str(round(cost, 6)))) for day, cost in zip(DAYS, costs, strict=True)
    )
    return CostSeries(currency="USD", keys=("EC2",), days=days)


def told(costs: Costs, since: date = date(2025, 6, 1)) -> tuple[CostFinding, ...]:
    return found("acme", EC2, billed(costs), since=since, least=Decimal(5))


def place(day: date) -> int:
    return (day - FIRST).days


def test_weeks_and_fees_of_the_first_are_no_news() -> None:
    assert told(usual()) == ()


def test_a_spike_is_told_on_its_day_with_what_it_cost() -> None:
    costs = usual()
    costs[place(date(2025, 8, 13))] += 90
    (spike,) = told(costs)
    assert spike.since == spike.until == spike.noticed == date(2025, 8, 13)
    assert spike.kind is FindingKind.MORE
    assert float(spike.size) == pytest.approx(90, abs=15)
    assert "90" in says(spike) or "8" in says(spike)


def test_a_new_level_is_told_within_two_days_and_is_usual_in_the_end() -> None:
    costs = usual()
    costs[place(date(2025, 8, 13)) :] *= 1.4
    (higher,) = told(costs)
    assert higher.kind is FindingKind.HIGHER
    assert higher.noticed - date(2025, 8, 13) <= timedelta(2)
    assert not higher.open


def test_a_small_difference_that_lasts_adds_up() -> None:
    costs = usual(noise=0.05)
    costs[place(date(2025, 8, 13)) :] += 22
    found_, *_ = [each for each in told(costs) if each.since >= date(2025, 8, 10)]
    assert found_.up
    assert found_.noticed <= date(2025, 8, 27)


def test_less_on_the_last_day_may_only_not_be_billed_yet() -> None:
    costs = usual()
    costs[-1] = 5
    assert told(costs) == ()
    costs[-2:] = 5
    assert [each.kind for each in told(costs)] == [FindingKind.LESS]


def test_holidays_may_pass_as_sundays() -> None:
    assert date(2026, 4, 3) in western([date(2026, 1, 1)])  # Good Friday
    costs = usual()
    for holiday in (date(2025, 4, 18), date(2025, 4, 21)):
        costs[place(holiday)] = 70
    assert told(costs, since=date(2025, 3, 1)) == ()


def test_what_came_on_the_same_day_of_the_month_before_is_no_news_again() -> None:
    costs = usual()
    for month in (7, 8, 9):
        costs[place(date(2025, month, 20))] += 150
    assert [each.since for each in told(costs)] == [date(2025, 7, 20)]


def test_no_more_than_42_days_are_watched_and_a_constant_says_nothing() -> None:
    short = CostSeries(currency="USD", days=billed(usual()).days[:41])
    assert found("acme", EC2, short, since=FIRST, least=Decimal(0)) == ()
    assert watched(np.full(200, 7.0), daily(DAYS[:200])) == []


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=60, max_size=140), st.floats(1e-3, 1e3))
def test_any_series_is_watched_and_its_unit_does_not_matter(values: list[float], unit: float) -> None:
    rhythm = daily(DAYS[: len(values)])
    plain = watched(np.array(values), rhythm)
    scaled = watched(np.array(values) * unit, rhythm)
    assert [(each.start, each.end) for each in plain] == [(each.start, each.end) for each in scaled] or any(
        0 < abs(value) < 1e-6 for value in values
    )


def test_a_point_is_judged_by_what_came_before_it_alone() -> None:
    costs = usual(noise=0.1)
    costs[250] *= 3
    changed = np.where(np.arange(len(costs)) > 260, 9e6, costs)
    first = [each for each in watched(costs, daily(DAYS)) if each.end < 259]
    assert first == [each for each in watched(changed, daily(DAYS)) if each.end < 259]


def finding(**changes: object) -> CostFinding:
    made = CostFinding(
        tenant="acme",
        id="finding_1",
        group=EC2,
        kind=FindingKind.MORE,
        since=date(2025, 8, 13),
        until=date(2025, 8, 14),
        noticed=date(2025, 8, 13),
        open=False,
        size=Decimal(200),
        spent=Decimal(400),
        strength=9.0,
    )
    return made.model_copy(update=changes)


def test_the_same_money_by_service_and_by_region_is_one_finding() -> None:
    region = CostGroup(currency="USD", dimension="RegionId", key="eu")
    other = CostGroup(currency="USD", dimension="ServiceName", key="S3")
    one, two = merged(
        [
            finding(),
            finding(group=region, id="finding_2", size=Decimal(180), strength=5.0),
            finding(group=other, id="finding_3", size=Decimal(30)),
        ]
    )
    assert (one.group, one.also) == (EC2, (region,))
    assert two.group == other


def test_what_is_expected_covers_what_is_alike_and_no_more() -> None:
    taught = expectation(finding(), Again.MONTHLY, "load test", "alice", MIDNIGHT)
    later = finding(since=date(2025, 9, 12), until=date(2025, 9, 13))
    assert covers(taught, later)
    assert not covers(taught, later.model_copy(update={"size": Decimal(320)}))
    assert not covers(taught, later.model_copy(update={"since": date(2025, 9, 25), "until": date(2025, 9, 26)}))
    assert not covers(taught, later.model_copy(update={"kind": FindingKind.LESS}))
    once = taught.model_copy(update={"again": Again.ONCE})
    assert silenced(finding(), [once]).silenced == once.id
    assert silenced(later, [once]).silenced is None
    assert covers(taught.model_copy(update={"again": Again.ALWAYS}), later)


def test_a_finding_names_its_driver_what_happened_then_and_what_to_do() -> None:
    drivers = [
        LikelyDriver(key="i-1", driver=Driver.GONE, amount=Decimal(-50)),
        LikelyDriver(key="i-2", driver=Driver.USAGE, amount=Decimal(180)),
    ]
    deploy = Related(entry="tl_1", at=MIDNIGHT, words="checkout 4.2 was deployed")
    full = explained(finding(), drivers, [deploy])
    assert [each.key for each in full.drivers] == ["i-2"]
    assert "i-2" in full.proposal
    assert "checkout 4.2 was deployed" in full.proposal
