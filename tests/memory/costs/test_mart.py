"""Every file counts once, and every answer is what plain Python works out from the same rows, exactly."""

import asyncio
import itertools
import os
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from memory.costs.mart import KEPT, STALE, Mart, total
from memory.errors import PayloadInvalid
from memory.model.cost import (
    Change,
    CostField,
    CostFilter,
    CostLine,
    CostQuery,
    Delivery,
    Dimension,
    Driver,
    Grain,
    Match,
    Measure,
)
from memory.store import Store
from tests.fakes.time import FakeClock
from tests.memory.costs.bills import START, Row, money, row, written, year
from tests.memory.costs.plainly import answered
from tests.memory.opening import opened

YEAR = list(year())
SERVICE = CostField(dimension=Dimension.SERVICE)
REGION = CostField(dimension=Dimension.REGION)
PROVIDER = CostField(dimension=Dimension.PROVIDER)
ACCOUNT = CostField(dimension=Dimension.ACCOUNT)
TEAM, ENVIRONMENT = CostField(tag="team"), CostField(tag="environment")


def day(number: int) -> datetime:
    return START + timedelta(days=number)


WINDOWS = {"a week": (day(40), day(47)), "a month": (day(30), day(61)), "the year": (day(0), day(365))}
GROUPS: dict[str, tuple[CostField, ...]] = {
    "at all": (),
    "by service": (SERVICE,),
    "by team": (TEAM,),
    "by provider and region": (PROVIDER, REGION),
    "by team and environment": (TEAM, ENVIRONMENT),
}
FILTERS: dict[str, tuple[CostFilter, ...]] = {
    "": (),
    "of payments": (CostFilter(field=TEAM, values=("Payments",)),),
    "untagged": (CostFilter(field=TEAM, match=Match.MISSING),),
    "of storage in eu-west": (
        CostFilter(field=SERVICE, match=Match.CONTAINS, values=("storage",)),
        CostFilter(field=REGION, values=("eu-west-1", "eu-west-2")),
    ),
    "without credits": (
        CostFilter(field=CostField(dimension=Dimension.CHARGE), match=Match.IS_NOT, values=("Credit", "Tax")),
    ),
}
QUESTIONS = list(itertools.product(WINDOWS, GROUPS, FILTERS))


@pytest.fixture
def mart(store: Store, clock: FakeClock, tmp_path: Path) -> Mart:
    return Mart(tmp_path / "mart", store.cost_files, clock)


@pytest.fixture
async def filled(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Mart]:
    """A mart with the year in twelve files."""
    async with opened(f"sqlite:///{tmp_path / 'bills.db'}", clock) as store:
        mart = Mart(tmp_path / "mart", store.cost_files, clock)
        for month, rows in itertools.groupby(YEAR, lambda each: each["BillingPeriodStart"][:7]):
            await mart.take("acme", "clouds", written(tmp_path / f"{month}.csv", list(rows)))
        yield mart


def as_answer(lines: tuple[CostLine, ...]) -> dict[object, Decimal]:
    return {(line.currency, line.keys, line.at): line.cost for line in lines}


async def test_every_question_is_answered_to_the_last_digit(filled: Mart) -> None:
    for (window, group, chosen), grain, measure in zip(
        QUESTIONS,
        itertools.cycle((None, Grain.DAY, Grain.WEEK, Grain.MONTH)),
        itertools.cycle(Measure),
        strict=False,
    ):
        since, until = WINDOWS[window]
        query = CostQuery(
            since=since, until=until, by=GROUPS[group], filters=FILTERS[chosen], grain=grain, measure=measure
        )
        expected = answered(YEAR, query)
        assert as_answer(await filled.ask("acme", query)) == expected, (window, group, chosen, grain, measure)
    assert len(QUESTIONS) >= 60


async def test_the_largest_come_first_and_the_rest_is_one_line(filled: Mart) -> None:
    since, until = WINDOWS["a month"]
    whole = answered(YEAR, CostQuery(since=since, until=until, by=(SERVICE,)))
    lines = await filled.ask("acme", CostQuery(since=since, until=until, by=(SERVICE,), top=2))
    dollars = [line for line in lines if line.currency == "USD"]
    sums = sorted((cost for (currency, _, _), cost in whole.items() if currency == "USD"), reverse=True)
    assert [line.cost for line in dollars] == [*sums[:2], sum(sums[2:])]
    assert [line.rest for line in dollars] == [False, False, True]
    assert sum(line.rows for line in lines) == len(
        [each for each in YEAR if since <= datetime.fromisoformat(each["ChargePeriodStart"]) < until]
    )


async def test_currencies_are_never_added(filled: Mart) -> None:
    lines = await filled.ask("acme", CostQuery(since=day(0), until=day(365), measure=Measure.BILLED))
    expected: dict[str, Decimal] = defaultdict(Decimal)
    for each in YEAR:
        expected[each["BillingCurrency"]] += money(each["BilledCost"])
    assert total(lines) == dict(expected)
    assert set(expected) == {"EUR", "USD"}


async def test_only_the_hours_asked_for_are_counted(mart: Mart, tmp_path: Path) -> None:
    rows = [
        row(
            ChargePeriodStart=f"2025-11-03T{hour:02}:00:00Z",
            ChargePeriodEnd=f"2025-11-03T{hour:02}:59:00Z",
            EffectiveCost=str(hour),
        )
        for hour in range(24)
    ]
    await mart.take("acme", "aws", written(tmp_path / "hours.csv", rows))
    [line] = await mart.ask("acme", CostQuery(since=day(0), until=day(30), hours=(22, 23, 0, 1)))
    assert line.cost == 46


async def test_a_file_given_twice_counts_once_under_whatever_name(mart: Mart, tmp_path: Path) -> None:
    path = written(tmp_path / "bills.csv", [row()])
    first, new = await mart.take("acme", "aws", path)
    again, newer = await mart.take("acme", "aws", path, name="the same.csv")
    assert (new, newer) == (True, False)
    assert first == again
    assert await mart.files("acme") == (first,)


async def test_a_file_given_anew_takes_the_place_of_the_one_before(mart: Mart, tmp_path: Path) -> None:
    await mart.take("acme", "aws", written(tmp_path / "bills.csv", [row(), row()]))
    await mart.take("acme", "aws", written(tmp_path / "bills.csv", [row(EffectiveCost="7")]))
    [line] = await mart.ask("acme", CostQuery(since=day(0), until=day(30)))
    assert (line.cost, line.rows) == (Decimal(7), 1)


async def test_a_snapshot_takes_the_place_of_earlier_ones_of_its_month_and_of_no_other(
    mart: Mart, tmp_path: Path
) -> None:
    december = row(
        BillingPeriodStart="2025-12-01",
        BillingPeriodEnd="2026-01-01",
        ChargePeriodStart="2025-12-01",
        ChargePeriodEnd="2025-12-02",
    )
    for name, rows in {"a": [row()], "b": [december], "c": [row(), row(EffectiveCost="5")]}.items():
        await mart.take("acme", "azure", written(tmp_path / name, rows), delivery=Delivery.SNAPSHOT)
    assert [file.name for file in await mart.files("acme")] == ["b", "c"]
    lines = await mart.ask("acme", CostQuery(since=day(0), until=day(61), grain=Grain.MONTH))
    assert [line.cost for line in lines] == [6, 1]


async def test_a_correction_that_comes_late_is_counted_where_it_belongs(mart: Mart, tmp_path: Path) -> None:
    await mart.take("acme", "aws", written(tmp_path / "november.csv", [row(EffectiveCost="10")]))
    correction = row(
        EffectiveCost="-4",
        ChargeClass="Correction",
        BillingPeriodStart="2025-12-01",
        BillingPeriodEnd="2026-01-01",
    )
    taken, _ = await mart.take("acme", "aws", written(tmp_path / "december.csv", [correction]))
    assert taken.flaws == ()
    [line] = await mart.ask("acme", CostQuery(since=day(0), until=day(30)))
    assert line.cost == 6


async def test_a_file_that_is_refused_changes_nothing(mart: Mart, tmp_path: Path) -> None:
    before, _ = await mart.take("acme", "aws", written(tmp_path / "bills.csv", [row()]))
    (tmp_path / "bills.csv").write_text("BilledCost\n1\n")
    with pytest.raises(PayloadInvalid):
        await mart.take("acme", "aws", tmp_path / "bills.csv")
    assert await mart.files("acme") == (before,)


async def test_nobody_sees_the_bills_of_another_tenant(mart: Mart, tmp_path: Path) -> None:
    await mart.take("acme", "aws", written(tmp_path / "bills.csv", [row()]))
    query = CostQuery(since=day(0), until=day(30))
    assert await mart.ask("evil", query) == ()
    assert await mart.changed("evil", query, (day(0), day(1))) == ()
    assert await mart.tag_keys("evil", day(0)) == await mart.values("evil", SERVICE, day(0)) == ()
    assert (await mart.fresh("evil")).until is None


async def test_two_who_take_the_same_file_at_once_count_it_once(mart: Mart, tmp_path: Path) -> None:
    path = written(tmp_path / "bills.csv", [row()] * 50)
    await asyncio.gather(*(mart.take("acme", "aws", path) for _ in range(3)))
    [line] = await mart.ask("acme", CostQuery(since=day(0), until=day(30)))
    assert line.rows == 50


async def test_it_says_how_fresh_it_is(mart: Mart, clock: FakeClock, tmp_path: Path) -> None:
    assert (await mart.fresh("acme")).stale
    await mart.take("acme", "aws", written(tmp_path / "bills.csv", [row()]))
    fresh = await mart.fresh("acme")
    assert (fresh.until, fresh.stale) == (datetime(2025, 11, 4, tzinfo=UTC), False)
    clock.move(STALE.total_seconds() + 1)
    assert (await mart.fresh("acme")).stale


async def test_a_charge_of_a_whole_month_does_not_say_the_month_is_known(mart: Mart, tmp_path: Path) -> None:
    fee = row(
        ChargePeriodStart="2025-11-01T00:00:00Z", ChargePeriodEnd="2025-12-01T00:00:00Z", ChargeCategory="Tax"
    )
    await mart.take("acme", "aws", written(tmp_path / "daily.csv", [row(), fee]))
    await mart.take("globex", "aws", written(tmp_path / "monthly.csv", [fee]))
    known = [(await mart.fresh(tenant)).until for tenant in ("acme", "globex")]
    assert known == [datetime(2025, 11, 4, tzinfo=UTC), datetime(2025, 12, 1, tzinfo=UTC)]


async def test_a_tag_is_found_whatever_its_key(mart: Mart, tmp_path: Path) -> None:
    key = """it's a "key"/with~all; DROP"""
    tags = '{"it\'s a \\"key\\"/with~all; DROP": "yes", "team": "search"}'
    await mart.take("acme", "aws", written(tmp_path / "bills.csv", [row(Tags=tags), row()]))
    lines = await mart.ask("acme", CostQuery(since=day(0), until=day(30), by=(CostField(tag=key),)))
    assert {line.keys: line.rows for line in lines} == {("yes",): 1, ("",): 1}
    assert set(await mart.tag_keys("acme", day(0))) == {key, "team"}
    assert await mart.values("acme", TEAM, day(0)) == ("", "search")


async def test_what_counts_no_more_is_swept_once_nobody_reads_it(
    mart: Mart, clock: FakeClock, tmp_path: Path
) -> None:
    await mart.take("acme", "aws", written(tmp_path / "bills.csv", [row()]))
    await mart.take("acme", "aws", written(tmp_path / "bills.csv", [row(), row()]))
    for path in (tmp_path / "mart").rglob("*.parquet"):
        os.utime(path, (clock.now().timestamp(),) * 2)
    assert await mart.sweep("acme") == 0
    clock.move(KEPT.total_seconds() + 1)
    assert await mart.sweep("acme") == 1
    [line] = await mart.ask("acme", CostQuery(since=day(0), until=day(30)))
    assert line.rows == 2


# Why a bill changed


def month(number: int, **changes: str | None) -> Row:
    start, end = f"2025-{number:02}-01T00:00:00Z", f"2025-{number + 1:02}-01T00:00:00Z"
    times = {
        "BillingPeriodStart": start,
        "BillingPeriodEnd": end,
        "ChargePeriodStart": start,
        "ChargePeriodEnd": end,
    }
    return row(**times | changes)


OCTOBER, NOVEMBER, DECEMBER = (datetime(2025, number, 1, tzinfo=UTC) for number in (10, 11, 12))


async def why(mart: Mart, tmp_path: Path, *rows: Row) -> dict[tuple[str, Driver], Change]:
    await mart.take("acme", "aws", written(tmp_path / "why.csv", list(rows)))
    query = CostQuery(since=NOVEMBER, until=DECEMBER, by=(SERVICE,))
    changes = await mart.changed("acme", query, (OCTOBER, NOVEMBER))
    return {(change.key, change.driver): change for change in changes}


async def test_a_change_is_parted_into_what_was_used_and_what_it_cost(mart: Mart, tmp_path: Path) -> None:
    found = await why(
        mart,
        tmp_path,
        month(10, ServiceName="vm", EffectiveCost="100", PricingQuantity="10"),
        month(11, ServiceName="vm", EffectiveCost="180", PricingQuantity="15"),
    )
    assert {driver: change.amount for (_, driver), change in found.items()} == {Driver.USAGE: 50, Driver.PRICE: 30}


async def test_what_dividing_leaves_behind_is_no_price(mart: Mart, tmp_path: Path) -> None:
    found = await why(
        mart,
        tmp_path,
        month(10, ServiceName="vm", EffectiveCost="1.1", PricingQuantity="3.3"),
        month(11, ServiceName="vm", EffectiveCost="2.3", PricingQuantity="6.9"),
    )
    assert {driver: change.amount for (_, driver), change in found.items()} == {Driver.USAGE: Decimal("1.2")}


async def test_what_is_new_gone_credited_or_without_a_quantity_is_told_apart(mart: Mart, tmp_path: Path) -> None:
    found = await why(
        mart,
        tmp_path,
        month(10, ServiceName="old", SkuId="1", EffectiveCost="8"),
        month(11, ServiceName="new", SkuId="2", EffectiveCost="9"),
        month(11, ServiceName="vm", SkuId="3", EffectiveCost="-5", ChargeCategory="Credit"),
        month(10, ServiceName="support", SkuId="4", EffectiveCost="10", PricingQuantity=None),
        month(11, ServiceName="support", SkuId="4", EffectiveCost="12", PricingQuantity=None),
    )
    assert {key: change.amount for key, change in found.items()} == {
        ("old", Driver.GONE): -8,
        ("new", Driver.NEW): 9,
        ("vm", Driver.CREDITS): -5,
        ("support", Driver.OTHER): 2,
    }


async def test_the_drivers_of_a_year_add_up_to_the_difference_to_the_last_digit(filled: Mart) -> None:
    before, after = (day(30), day(61)), (day(61), day(92))
    query = CostQuery(since=after[0], until=after[1], by=(TEAM,))
    difference: dict[str, Decimal] = defaultdict(Decimal)
    for sign, (since, until) in ((-1, before), (1, after)):
        for (currency, _, _), cost in answered(YEAR, CostQuery(since=since, until=until)).items():
            difference[currency] += sign * cost
    found: dict[str, Decimal] = defaultdict(Decimal)
    for change in await filled.changed("acme", query, before):
        found[change.currency] += change.amount
        assert change.after - change.before == change.amount
    assert dict(found) == dict(difference)
