"""Questions in words, and the same worked out row by row in plain Python: equal to the last digit."""

import csv
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache

import pytest

from agents.costs.answer import CostAnswer
from bot.costs.answering import CostDesk
from tests.bot.costs.three_clouds import UNTIL, year
from tests.memory.costs.bills import SAMPLE, Row, money

Where = Callable[[Row], bool]
By = Callable[[Row], tuple[str, ...]]
Sums = dict[tuple[str, tuple[str, ...]], Decimal]
Span = tuple[datetime, datetime]


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def span(since: str, until: str) -> Span:
    return day(since), day(until)


LAST_WEEK = span("2026-11-09", "2026-11-16")
THIS_MONTH = day("2026-11-01"), UNTIL
SAME_DAYS = span("2026-10-01", "2026-10-21")
OCTOBER = LAST_MONTH = span("2026-10-01", "2026-11-01")
SEPTEMBER = span("2026-09-01", "2026-10-01")
AUGUST = span("2026-08-01", "2026-09-01")
QUARTER = span("2026-07-01", "2026-10-01")
EVER = span("2025-11-01", "2026-11-21")


def anything(_: Row) -> bool:
    return True


def alone(_: Row) -> tuple[str, ...]:
    return ()


def of(**values: str | tuple[str, ...]) -> Where:
    """Return whether a row has one of these values in each column."""
    wanted = {name: value if isinstance(value, tuple) else (value,) for name, value in values.items()}
    return lambda each: all(each[name] in value for name, value in wanted.items())


def tagged(key: str, *values: str) -> Where:
    return lambda each: tag(each, key) in values


def both(*conditions: Where) -> Where:
    return lambda each: all(condition(each) for condition in conditions)


def but(condition: Where) -> Where:
    return lambda each: not condition(each)


def tag(each: Row, key: str) -> str:
    return str(json.loads(each["Tags"] or "{}").get(key, ""))


def column(*names: str) -> By:
    return lambda each: tuple(each[name] for name in names)


def by_tag(*keys: str) -> By:
    return lambda each: tuple(tag(each, key) for key in keys)


def start(each: Row) -> datetime:
    return _moment(each["ChargePeriodStart"])


@cache
def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def by_day(each: Row) -> tuple[str, ...]:
    return (f"{start(each):%Y-%m-%d}",)


def by_month(each: Row) -> tuple[str, ...]:
    return (f"{start(each):%Y-%m}-01",)


def by_week(each: Row) -> tuple[str, ...]:
    at = start(each)
    return (f"{at - timedelta(days=at.weekday()):%Y-%m-%d}",)


def hourly(*hours: int) -> Where:
    def fits(each: Row) -> bool:
        lasts = _moment(each["ChargePeriodEnd"]) - start(each)
        return lasts <= timedelta(hours=1) and start(each).hour in hours

    return fits


NIGHT = hourly(22, 23, 0, 1, 2, 3, 4, 5)
COMPUTE = of(ServiceCategory="Compute")
EC2 = of(ServiceName="Amazon Elastic Compute Cloud")
S3 = of(ServiceName="Amazon Simple Storage Service")
EU = of(RegionId=("eu-west-1", "westeurope", "europe-west1"))
IRELAND = of(RegionId="eu-west-1")
PAYMENTS = tagged("team", "payments")
STAGING = tagged("env", "staging")


@dataclass(frozen=True)
class Golden:
    """A question, and what it means to somebody who reads the rows."""

    asks: str
    time: Span
    where: Where = anything
    by: By = alone
    cell: str = "EffectiveCost"
    top: int | None = None
    ascending: bool = False
    before: Span | None = None


def summed(rows: Sequence[Row], time: Span, where: Where, by: By, cell: str) -> Sums:
    sums: Sums = defaultdict(Decimal)
    for each in rows:
        if time[0] <= start(each) < time[1] and where(each):
            sums[each["BillingCurrency"], by(each)] += money(each[cell])
    return dict(sums)


YEAR = (
    Golden("what did we spend on compute last week by team?", LAST_WEEK, COMPUTE, by_tag("team")),
    Golden("what did we spend last week", LAST_WEEK),
    Golden("How much did we spend yesterday?", span("2026-11-20", "2026-11-21")),
    Golden("total spend in october", OCTOBER),
    Golden("total cost in 2025", span("2025-11-01", "2026-01-01")),
    Golden("what did everything cost in total", EVER),
    Golden("our bill for September 2026", SEPTEMBER, cell="BilledCost"),
    Golden(
        "how much were we invoiced in october by provider", OCTOBER, by=column("ProviderName"), cell="BilledCost"
    ),
    Golden("list cost of AWS last month", LAST_MONTH, of(ProviderName="AWS"), cell="ListCost"),
    Golden(
        "contracted cost last month per provider", LAST_MONTH, by=column("ProviderName"), cell="ContractedCost"
    ),
    Golden("amortized cost per cloud last month", LAST_MONTH, by=column("ProviderName")),
    Golden("top 3 services last month", LAST_MONTH, by=column("ServiceName"), top=3),
    Golden("the five most expensive services in Q3", QUARTER, by=column("ServiceName"), top=5),
    Golden("cheapest 2 services last month", LAST_MONTH, by=column("ServiceName"), top=2, ascending=True),
    Golden("which team spent the most last month?", LAST_MONTH, by=by_tag("team"), top=10),
    Golden("who spent the most on compute in September", SEPTEMBER, COMPUTE, by_tag("team"), top=10),
    Golden(
        "top ten services in eu-west this month against last",
        THIS_MONTH,
        IRELAND,
        column("ServiceName"),
        top=10,
        before=SAME_DAYS,
    ),
    Golden("spend in Europe last month by provider", LAST_MONTH, EU, column("ProviderName")),
    Golden("EC2 in October", OCTOBER, EC2),
    Golden("cost of S3 last month by region", LAST_MONTH, S3, column("RegionId")),
    Golden(
        "RDS costs by environment last quarter",
        QUARTER,
        of(ServiceName="Amazon Relational Database Service"),
        by_tag("env"),
    ),
    Golden("bigquery spend since June", span("2026-06-01", "2026-11-21"), of(ServiceName="BigQuery")),
    Golden("GCP and AWS cost last week", LAST_WEEK, of(ProviderName=("AWS", "Google Cloud"))),
    Golden("azure costs in August by service", AUGUST, of(ProviderName="Microsoft"), column("ServiceName")),
    Golden("what did VMs cost last month", LAST_MONTH, of(ServiceName="Virtual Machines")),
    Golden(
        "database spend last month by service", LAST_MONTH, of(ServiceCategory="Databases"), column("ServiceName")
    ),
    Golden("what did the payments team spend last week?", LAST_WEEK, PAYMENTS),
    Golden("cost of team search in october by service", OCTOBER, tagged("team", "search"), column("ServiceName")),
    Golden("staging costs last month", LAST_MONTH, STAGING),
    Golden("prod vs staging last month", LAST_MONTH, tagged("env", "production", "staging"), by_tag("env")),
    Golden("costs by squad last month", LAST_MONTH, by=by_tag("team")),
    Golden("costs by environment and team in September", SEPTEMBER, by=by_tag("env", "team")),
    Golden("spend per application in Q3 2026", QUARTER, by=by_tag("app")),
    Golden("what does checkout cost?", THIS_MONTH, tagged("app", "checkout")),
    Golden(
        "compute in eu-west-1 for the payments team in the last 7 days",
        span("2026-11-14", "2026-11-21"),
        both(COMPUTE, IRELAND, PAYMENTS),
    ),
    Golden(
        "costs excluding credits and taxes last month by provider",
        LAST_MONTH,
        but(of(ChargeCategory=("Credit", "Tax"))),
        column("ProviderName"),
    ),
    Golden("spend on everything except AWS last month", LAST_MONTH, but(of(ProviderName="AWS"))),
    Golden("costs outside eu-west-1 last week", LAST_WEEK, but(IRELAND)),
    Golden(
        "how much tax did we pay in 2026?",
        span("2026-01-01", "2026-11-21"),
        of(ChargeCategory="Tax"),
        cell="BilledCost",
    ),
    Golden("credits in October", OCTOBER, of(ChargeCategory="Credit")),
    Golden("what does staging cost at night?", THIS_MONTH, both(STAGING, NIGHT)),
    Golden("staging spend during business hours last week", LAST_WEEK, both(STAGING, hourly(*range(9, 17)))),
    Golden(
        "staging cost between 8pm and 6am last week",
        LAST_WEEK,
        both(STAGING, hourly(20, 21, 22, 23, 0, 1, 2, 3, 4, 5)),
    ),
    Golden("cost on weekends in October", OCTOBER, lambda each: start(each).isoweekday() > 5),
    Golden("daily spend last week", LAST_WEEK, by=by_day),
    Golden("monthly AWS costs this year", span("2026-01-01", "2026-11-21"), of(ProviderName="AWS"), by_month),
    Golden("weekly EC2 cost in October", OCTOBER, EC2, by_week),
    Golden("spend by day from 1 to 7 November", span("2026-11-01", "2026-11-08"), by=by_day),
    Golden("costs between 2026-10-05 and 2026-10-11", span("2026-10-05", "2026-10-12")),
    Golden(
        "spend in the last 30 days by category", span("2026-10-22", "2026-11-21"), by=column("ServiceCategory")
    ),
    Golden(
        "spend over the last three months by provider", span("2026-08-01", "2026-11-01"), by=column("ProviderName")
    ),
    Golden("spend the week before last", span("2026-11-02", "2026-11-09")),
    Golden("first half of October by provider", span("2026-10-01", "2026-10-16"), by=column("ProviderName")),
    Golden("spend quarter to date by region", span("2026-10-01", "2026-11-21"), by=column("RegionId")),
    Golden("compare October with September by provider", OCTOBER, by=column("ProviderName"), before=SEPTEMBER),
    Golden("how much more did we spend last month than the month before", LAST_MONTH, before=SEPTEMBER),
    Golden("compute this month vs last month by team", THIS_MONTH, COMPUTE, by_tag("team"), before=SAME_DAYS),
    Golden(
        "EC2 vs S3 last month",
        LAST_MONTH,
        of(ServiceName=("Amazon Elastic Compute Cloud", "Amazon Simple Storage Service")),
        column("ServiceName"),
    ),
    Golden("spend by account in September", SEPTEMBER, by=column("SubAccountName")),
    Golden("cost of account AWS staging last month", LAST_MONTH, of(SubAccountName="AWS staging")),
    Golden("usage cost by charge category last month", LAST_MONTH, by=column("ChargeCategory")),
    Golden(
        "savings plan spend last month by commitment status",
        LAST_MONTH,
        of(CommitmentDiscountType="Savings Plan"),
        column("CommitmentDiscountStatus"),
    ),
    Golden("untagged spend last month", LAST_MONTH, lambda each: not each["Tags"]),
    Golden(
        "spend without a team tag last month by provider",
        LAST_MONTH,
        but(lambda each: bool(tag(each, "team"))),
        column("ProviderName"),
    ),
    Golden(
        "what share of our AWS spend went to compute last month", LAST_MONTH, both(of(ProviderName="AWS"), COMPUTE)
    ),
)
ROWS = year()


@pytest.mark.parametrize("golden", YEAR, ids=lambda golden: golden.asks)
async def test_a_question_about_the_year_is_answered_to_the_last_digit(
    year_desk: CostDesk, golden: Golden
) -> None:
    found = await year_desk.answer("acme", golden.asks)
    assert_same(found, golden, ROWS)


def assert_same(found: CostAnswer, golden: Golden, rows: Sequence[Row]) -> None:
    expected = summed(rows, golden.time, golden.where, golden.by, golden.cell)
    assert found.found, found.sentence
    was = summed(rows, golden.before, golden.where, golden.by, golden.cell) if golden.before else {}
    if golden.top is not None:
        expected = largest(expected, golden.top, ascending=golden.ascending)
    told = {
        (line.currency, line.keys if line.at is None else (f"{line.at:%Y-%m-%d}",)): line.cost
        for line in found.lines
        if not line.rest and (line.rows or line.cost)
    }
    assert told == expected, (found.sentence, found.filters)
    if golden.before:
        compared = {
            (line.currency, line.keys): line.before for line in found.lines if not line.rest and line.before
        }
        wanted = {place: cost for place, cost in was.items() if cost and (golden.top is None or place in expected)}
        assert compared == wanted, (found.sentence, found.filters)
    whole = summed(rows, golden.time, golden.where, alone, golden.cell)
    assert {(each.currency, ()): each.cost for each in found.totals if each.cost} == {
        k: v for k, v in whole.items() if v
    }


def largest(sums: Sums, top: int, *, ascending: bool) -> Sums:
    kept: Sums = {}
    for currency in {place[0] for place in sums}:
        own = sorted(
            (place for place in sums if place[0] == currency),
            key=lambda place: (sums[place] if ascending else -sums[place], place),
        )
        kept |= {place: sums[place] for place in own[:top]}
    return kept


MONTH = span("2024-09-01", "2024-10-01")
OF_THE_SAMPLE = (
    Golden("what is our total bill?", MONTH, cell="BilledCost"),
    Golden("what did we spend in total", MONTH),
    Golden("billed cost by provider in September 2024", MONTH, by=column("ProviderName"), cell="BilledCost"),
    Golden("top 5 services by billed cost", MONTH, by=column("ServiceName"), cell="BilledCost", top=5),
    Golden("spend by service category last month", MONTH, by=column("ServiceCategory")),
    Golden("billed cost in us-east-1", MONTH, of(RegionId="us-east-1"), cell="BilledCost"),
    Golden(
        "billed cost of Atlas Orion by service",
        MONTH,
        of(SubAccountName="Atlas Orion"),
        column("ServiceName"),
        "BilledCost",
    ),
    Golden("list cost by pricing category", MONTH, by=column("PricingCategory"), cell="ListCost"),
    Golden("credits last month", MONTH, of(ChargeCategory="Credit")),
    Golden("billed cost by application", MONTH, by=by_tag("application"), cell="BilledCost"),
    Golden(
        "billed cost of dev environment by business unit",
        MONTH,
        tagged("environment", "dev"),
        by_tag("business_unit"),
        "BilledCost",
    ),
    Golden("azure billed cost by region", MONTH, of(ProviderName="Microsoft"), column("RegionId"), "BilledCost"),
)


def sample() -> list[Row]:
    with (SAMPLE / "focus" / "focus_sample_1000.csv").open(newline="") as file:
        return [
            {name: "" if cell == "NULL" else cell for name, cell in each.items()} for each in csv.DictReader(file)
        ]


@pytest.mark.parametrize("golden", OF_THE_SAMPLE, ids=lambda golden: golden.asks)
async def test_a_question_about_the_sample_is_answered_to_the_last_digit(
    sample_desk: CostDesk, golden: Golden
) -> None:
    rows = [
        each | {"ChargePeriodStart": f"{each['ChargePeriodStart'][:19].replace(' ', 'T')}+00:00"}
        for each in sample()
    ]
    assert_same(await sample_desk.answer("acme", golden.asks), golden, rows)


def test_there_are_sixty_questions_at_least() -> None:
    assert len({golden.asks for golden in (*YEAR, *OF_THE_SAMPLE)}) >= 60
