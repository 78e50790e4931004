"""What is larger than a sum, new, or told apart by the hour: the same worked out row by row, to the last digit."""

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from statistics import median

import pytest

from agents.costs.answer import CostAnswer
from agents.costs.narrating import line_of
from bot.costs.answering import CostDesk
from tests.bot.costs.test_golden import (
    AUGUST,
    EC2,
    EVER,
    LAST_MONTH,
    LAST_WEEK,
    OCTOBER,
    ROWS,
    SEPTEMBER,
    STAGING,
    By,
    Span,
    Sums,
    Where,
    anything,
    both,
    but,
    by_day,
    by_month,
    by_tag,
    column,
    hourly,
    of,
    span,
    start,
    summed,
    tag,
)
from tests.memory.costs.bills import Row

USD, EUR = of(BillingCurrency="USD"), of(BillingCurrency="EUR")
SERVICE, TEAM, ACCOUNT = column("ServiceName"), by_tag("team"), column("SubAccountName")
JUNE = span("2026-06-01", "2026-07-01")
Test = Callable[[Decimal, Decimal], bool]


def by_weekday(each: Row) -> tuple[str, ...]:
    return (f"{start(each):%A}",)


def by_part_of_week(each: Row) -> tuple[str, ...]:
    return ("weekend" if start(each).isoweekday() > 5 else "weekday",)


def at_an_hour(says: Callable[[int], str]) -> By:
    return lambda each: (says(start(each).hour) if hourly(*range(24))(each) else "",)


def each_with(*parts: By) -> By:
    return lambda each: tuple(key for part in parts for key in part(each))


@dataclass(frozen=True)
class Sized:
    """A question for what has a size, and which of the groups have it by their sum and that of the time before."""

    asks: str
    time: Span
    fits: Test
    where: Where = anything
    by: By = SERVICE
    before: Span | None = None


def more(than: str) -> Test:
    return lambda cost, _: cost > Decimal(than)


def grew(percent: int, by: Callable[[Decimal, Decimal], bool] = operator.gt) -> Test:
    return lambda cost, before: (
        cost > before and (not before or by((cost - before) / before * 100, Decimal(percent)))
    )


SIZED = (
    Sized("which teams spent more than 500 dollars last month", LAST_MONTH, more("500"), USD, TEAM),
    Sized("services over $320 last month", LAST_MONTH, more("320"), USD),
    Sized("services over 250 in October", OCTOBER, more("250")),
    Sized("which services cost less than 300 euros in October", OCTOBER, lambda cost, _: cost < 300, EUR),
    Sized("accounts with at least 150 dollars last month", LAST_MONTH, lambda cost, _: cost >= 150, USD, ACCOUNT),
    Sized(
        "which accounts cost between 150 and 300 dollars last month",
        LAST_MONTH,
        lambda cost, _: 150 <= cost <= 300,
        USD,
        ACCOUNT,
    ),
    Sized("anything above $0.02k a day last week", LAST_WEEK, more("20"), USD, each_with(SERVICE, by_day)),
    Sized("days over 60 dollars in October", OCTOBER, more("60"), USD, by_day),
    Sized(
        "on which days did AWS cost more than $40 in October",
        OCTOBER,
        more("40"),
        both(USD, of(ProviderName="AWS")),
        by_day,
    ),
    Sized("months above 1,500 dollars this year", span("2026-01-01", "2026-11-21"), more("1500"), USD, by_month),
    Sized("how many services cost over $320 last month", LAST_MONTH, more("320"), USD),
    Sized("services that grew by more than 24% last month", LAST_MONTH, grew(24), before=SEPTEMBER),
    Sized("which accounts doubled in October", OCTOBER, grew(100, operator.ge), by=ACCOUNT, before=SEPTEMBER),
    Sized("which services grew last month", LAST_MONTH, lambda cost, before: cost > before, before=SEPTEMBER),
    Sized(
        "services that fell by more than 10 dollars in September",
        SEPTEMBER,
        lambda cost, before: before - cost > 10,
        USD,
        before=AUGUST,
    ),
    Sized(
        "new services in June against April",
        JUNE,
        lambda cost, before: bool(cost) and not before,
        before=span("2026-04-01", "2026-05-01"),
    ),
)


def told(found: CostAnswer) -> Sums:
    return {
        (line.currency, (*line.keys, *([f"{line.at:%Y-%m-%d}"] if line.at else []))): line.cost
        for line in found.lines
    }


@pytest.mark.parametrize("golden", SIZED, ids=lambda golden: golden.asks)
async def test_only_what_has_the_size_is_told_to_the_last_digit(year_desk: CostDesk, golden: Sized) -> None:
    found = await year_desk.answer("acme", golden.asks)
    assert found.found, found.sentence
    every = summed(ROWS, golden.time, golden.where, golden.by, "EffectiveCost")
    was = summed(ROWS, golden.before, golden.where, golden.by, "EffectiveCost") if golden.before else {}
    places = {*every, *was}
    sums = {place: (every.get(place, Decimal(0)), was.get(place, Decimal(0))) for place in places}
    expected = {place: cost for place, (cost, before) in sums.items() if golden.fits(cost, before)}
    assert told(found) == expected, (found.sentence, found.filters)
    assert any(each.startswith("only where one ") for each in found.filters)
    whole = {(each.currency, ()): each.whole for each in found.totals}
    everything = summed(ROWS, golden.time, golden.where, lambda _: (), "EffectiveCost")
    assert expected.keys() <= every.keys()
    assert (
        whole == {place: cost for place, cost in everything.items() if place[0] in {each for each, _ in expected}}
        or not expected
    )


@dataclass(frozen=True)
class Again:
    """A question told apart by times that come again."""

    asks: str
    time: Span
    by: By
    where: Where = anything


AGAIN = (
    Again("weekdays against weekends last month", LAST_MONTH, by_part_of_week),
    Again("compare weekday and weekend spend in October by team", OCTOBER, each_with(by_part_of_week, TEAM)),
    Again("did we spend more on weekends than on weekdays in September?", SEPTEMBER, by_part_of_week),
    Again("cost by day of the week in October", OCTOBER, by_weekday),
    Again(
        "staging cost by hour of the day last week", LAST_WEEK, at_an_hour(lambda hour: f"{hour:02}:00"), STAGING
    ),
    Again(
        "day vs night cost of staging last week",
        LAST_WEEK,
        at_an_hour(lambda hour: "day" if 6 <= hour < 22 else "night"),
        STAGING,
    ),
    Again(
        "staging cost during business hours vs outside last week",
        LAST_WEEK,
        at_an_hour(lambda hour: "inside" if 9 <= hour < 17 else "outside"),
        STAGING,
    ),
    Again(
        "how much did we spend on mondays and fridays in October",
        OCTOBER,
        lambda _: (),
        lambda each: start(each).isoweekday() in {1, 5},
    ),
    Again("staging cost in the morning last week", LAST_WEEK, lambda _: (), both(STAGING, hourly(*range(6, 12)))),
    Again("effective cost by billing period", EVER, lambda each: (each["BillingPeriodStart"][:7],)),
)


@pytest.mark.parametrize("golden", AGAIN, ids=lambda golden: golden.asks)
async def test_times_that_come_again_are_told_apart_to_the_last_digit(year_desk: CostDesk, golden: Again) -> None:
    found = await year_desk.answer("acme", golden.asks)
    assert told(found) == summed(ROWS, golden.time, golden.where, golden.by, "EffectiveCost"), found.filters


@pytest.mark.parametrize(
    ("asks", "where", "answer"),
    [
        ("did AWS cost more than 500 dollars last month?", both(USD, of(ProviderName="AWS")), "Yes"),
        ("did AWS cost more than 5k dollars last month?", both(USD, of(ProviderName="AWS")), "No"),
        ("have we spent less than 2000 dollars in October", USD, "Yes"),
    ],
)
async def test_whether_it_was_more_is_answered_with_the_sum(
    year_desk: CostDesk, asks: str, where: Where, answer: str
) -> None:
    found = await year_desk.answer("acme", asks)
    [(_, sum_)] = summed(ROWS, OCTOBER, where, lambda _: (), "EffectiveCost").items()
    assert [total.cost for total in found.totals] == [sum_]
    assert found.sentence.startswith(f"{answer}, it came to {sum_:,.2f} USD")


async def test_nothing_so_large_is_said_with_what_came_nearest(year_desk: CostDesk) -> None:
    found = await year_desk.answer("acme", "services over $1M last month")
    [(_, most)] = sorted(
        summed(ROWS, LAST_MONTH, USD, SERVICE, "EffectiveCost").items(), key=lambda each: each[1]
    )[-1:]
    assert found.found
    assert found.lines == ()
    assert found.sentence.startswith("No service came to more than 1,000,000 USD last month")
    assert f"with {most:,.2f} USD" in found.notes[0]


async def test_a_running_total_adds_each_day_to_those_before(year_desk: CostDesk) -> None:
    found = await year_desk.answer("acme", "cumulative cost of EC2 in October")
    days = summed(ROWS, OCTOBER, EC2, by_day, "EffectiveCost")
    assert [line.cost for line in found.lines] == list(accumulate(cost for _, cost in sorted(days.items())))
    assert [total.cost for total in found.totals] == [sum(days.values())]


async def test_averages_and_medians_are_of_days(year_desk: CostDesk) -> None:
    days = summed(ROWS, OCTOBER, USD, by_day, "EffectiveCost")
    average = await year_desk.answer("acme", "average daily spend in USD in October")
    assert f"{sum(days.values()) / 31:,.2f} USD a day over 31 days" in average.sentence
    middle = await year_desk.answer("acme", "median daily spend in USD in October")
    assert f"was {median(days.values()):,.2f} USD over 31 days" in middle.sentence
    parts = await year_desk.answer("acme", "average daily spend on weekdays vs weekends in October in USD")
    ends = summed(ROWS, OCTOBER, both(USD, lambda each: start(each).isoweekday() > 5), by_day, "EffectiveCost")
    assert f"weekend {sum(ends.values()) / len(ends):,.2f} USD a day over {len(ends)} days" in parts.sentence


async def test_since_when_something_is_paid_for_is_told(year_desk: CostDesk) -> None:
    days = [start(each) for each in ROWS if each["ServiceName"] == "BigQuery"]
    found = await year_desk.answer("acme", "since when do we pay for BigQuery?")
    assert found.sentence == f"Charges for BigQuery are known from {min(days):%-d %b %Y} to {max(days):%-d %b %Y}."


async def test_a_share_and_a_size_go_together(year_desk: CostDesk) -> None:
    found = await year_desk.answer("acme", "services that are more than 20 percent of the bill in USD last month")
    sums = summed(ROWS, LAST_MONTH, USD, SERVICE, "EffectiveCost")
    whole = sum(sums.values())
    assert told(found) == {place: cost for place, cost in sums.items() if cost / whole * 100 > 20}


async def test_two_that_are_compared_by_name_are_told_how_far_apart_they_are(year_desk: CostDesk) -> None:
    found = await year_desk.answer("acme", "compare production and staging in USD last month")
    sums = summed(
        ROWS, LAST_MONTH, both(USD, but(lambda each: not tag(each, "env"))), by_tag("env"), "EffectiveCost"
    )
    low, high = sorted(sums.values())
    assert f"is {high - low:,.2f} USD more, {high / low:.2f} times as much" in found.sentence


async def test_what_no_charge_says_is_told_as_not_there(year_desk: CostDesk) -> None:
    found = await year_desk.answer("acme", "cost in the pricing currency by service last month")
    assert (found.found, found.sentence) == (False, "No charge there says its cost in the pricing currency.")


@pytest.mark.parametrize("asks", [each.asks for each in (*SIZED[:3], *AGAIN[:3])])
async def test_buttons_and_lines_of_these_answers_are_whole(year_desk: CostDesk, asks: str) -> None:
    found = await year_desk.answer("acme", asks)
    assert found.buttons
    for button in found.buttons:
        again = await year_desk.answer("acme", button.says)
        assert again.found, (button.says, again.sentence)
        assert "left out" not in " ".join(again.notes), (button.says, again.notes)
    assert all(line_of(line, found) for line in found.lines)


def asked() -> Sequence[str]:
    return [each.asks for each in (*SIZED, *AGAIN)]


def test_no_question_is_asked_twice() -> None:
    assert len(set(asked())) == len(asked())
