"""What a query may say beyond sums: bounds, virtual money, and dimensions that are no column of their own."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bot.costs.alone import CountedHere, FixedClock
from memory.costs.mart import Mart
from memory.model.cost import Bound, CostField, CostFilter, CostLine, CostQuery, Dimension, Grain, Measure, Way
from tests.memory.costs.bills import Row, row, written

NOVEMBER = CostQuery(since=datetime(2025, 11, 1, tzinfo=UTC), until=datetime(2025, 12, 1, tzinfo=UTC))
SERVICE = CostField(dimension=Dimension.SERVICE)
HOUR = {"ChargePeriodStart": "2025-11-08T23:00:00Z", "ChargePeriodEnd": "2025-11-09T00:00:00Z"}  # a Saturday


async def asked(folder: Path, rows: list[Row], **query: object) -> tuple[CostLine, ...]:
    mart = Mart(folder / "mart", CountedHere(), FixedClock(NOVEMBER.until))
    await mart.take("acme", "aws", written(folder / "bill.csv", rows))
    return await mart.ask("acme", NOVEMBER.model_copy(update=query))


def sums(lines: tuple[CostLine, ...]) -> dict[tuple[str, ...], Decimal]:
    return {line.keys: line.cost for line in lines}


@pytest.mark.parametrize(
    ("bounds", "kept"),
    [
        ((Bound(way=Way.MORE, at=Decimal(3)),), {"c"}),
        ((Bound(way=Way.LEAST, at=Decimal(3)),), {"b", "c"}),
        ((Bound(way=Way.LESS, at=Decimal(3)),), {"a"}),
        ((Bound(way=Way.MOST, at=Decimal(3)),), {"a", "b"}),
        ((Bound(way=Way.MORE, at=Decimal(1)), Bound(way=Way.LESS, at=Decimal("3.01"))), {"b"}),
    ],
)
async def test_groups_beyond_a_bound_are_left_out(
    tmp_path: Path, bounds: tuple[Bound, ...], kept: set[str]
) -> None:
    costs = {"a": ("1",), "b": ("1.5", "1.5"), "c": ("9", "-2")}
    rows = [row(ServiceName=name, EffectiveCost=cost) for name, each in costs.items() for cost in each]
    lines = await asked(tmp_path, rows, by=(SERVICE,), bounds=bounds)
    assert {line.keys[0] for line in lines} == kept


async def test_bounds_come_before_the_top_and_its_rest(tmp_path: Path) -> None:
    rows = [row(ServiceName=f"s{cost}", EffectiveCost=str(cost)) for cost in range(1, 6)]
    bounds = (Bound(way=Way.MORE, at=Decimal(2)),)
    lines = await asked(tmp_path, rows, by=(SERVICE,), bounds=bounds, top=2)
    told: list[tuple[tuple[str, ...], Decimal, bool]] = [
        (("s5",), Decimal(5), False),
        (("s4",), Decimal(4), False),
        (("",), Decimal(3), True),
    ]
    assert [(line.keys, line.cost, line.rest) for line in lines] == told


async def test_bounds_are_of_each_day_where_days_are_told(tmp_path: Path) -> None:
    rows = [row(EffectiveCost="2"), row(EffectiveCost="3"), row(**HOUR, EffectiveCost="4")]
    [line] = await asked(tmp_path, rows, grain=Grain.DAY, bounds=(Bound(way=Way.MORE, at=Decimal(4)),))
    assert (line.cost, line.at) == (Decimal(5), datetime(2025, 11, 3, tzinfo=UTC))


async def test_virtual_money_is_told_in_its_own_currency(tmp_path: Path) -> None:
    rows = [
        row(PricingCurrency="DSU", PricingCurrencyEffectiveCost="7"),
        row(PricingCurrency=None, PricingCurrencyEffectiveCost="2"),
    ]
    lines = await asked(tmp_path, rows, measure=Measure.IN_PRICING_CURRENCY)
    assert {line.currency: line.cost for line in lines} == {"DSU": 7, "USD": 2}


@pytest.mark.parametrize(
    ("dimension", "day", "hour"),
    [
        (Dimension.WEEKDAY, "Monday", "Saturday"),
        (Dimension.WEEK_PART, "weekday", "weekend"),
        (Dimension.HOUR, "", "23:00"),
        (Dimension.DAY_PART, "", "night"),
        (Dimension.OFFICE, "", "outside"),
        (Dimension.BILLING_PERIOD, "2025-11", "2025-11"),
    ],
)
async def test_times_that_come_again_tell_apart_and_choose(
    tmp_path: Path, dimension: Dimension, day: str, hour: str
) -> None:
    field = CostField(dimension=dimension)
    rows = [row(EffectiveCost="2"), row(**HOUR, EffectiveCost="4")]
    expected = {(day,): Decimal(2), (hour,): Decimal(4)} if day != hour else {(day,): Decimal(6)}
    assert sums(await asked(tmp_path, rows, by=(field,))) == expected
    [line] = await asked(tmp_path, rows, filters=(CostFilter(field=field, values=(hour,)),))
    assert line.cost == expected[(hour,)]


async def test_details_of_a_price_tell_apart(tmp_path: Path) -> None:
    details = json.dumps({"CoreCount": 4, "InstanceType": "m5.xlarge", "x_other": "1"})
    rows = [
        row(SkuPriceDetails=details, EffectiveCost="2"),
        row(SkuPriceDetails=None),
        row(SkuPriceDetails="{torn"),
    ]
    cores, kind = CostField(dimension=Dimension.CORES), CostField(dimension=Dimension.INSTANCE_TYPE)
    assert sums(await asked(tmp_path, rows, by=(cores, kind))) == {("4", "m5.xlarge"): 2, ("", ""): 2}
