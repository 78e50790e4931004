"""Bills as they come in: of another form, mixed, torn, in other zones; what is wrong is told, nothing is lost."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from agents.costs.answer import CostAnswer
from bot.costs.alone import CountedHere, FixedClock, answered
from bot.costs.answering import CostDesk
from bot.costs.service import Costs
from memory.costs.mart import Mart
from memory.errors import InvalidInput, PayloadInvalid
from memory.model.catalogue import Catalogue
from memory.model.cost import CostQuery, Dimension
from tests.memory.costs.bills import Row, row, written

NOW = datetime(2025, 12, 1, 9, tzinfo=UTC)
NOVEMBER = CostQuery(since=datetime(2025, 11, 1, tzinfo=UTC), until=datetime(2025, 12, 1, tzinfo=UTC))


async def ask(folder: Path, rows: list[Row], question: str) -> CostAnswer:
    return await answered([written(folder / "bill.csv", rows)], question, (), NOW)


def sums(found: CostAnswer) -> dict[str, Decimal]:
    return {total.currency: total.cost for total in found.totals}


async def test_a_table_of_something_else_is_refused_and_says_what_was_expected(tmp_path: Path) -> None:
    with pytest.raises(PayloadInvalid, match="expected the columns of a FOCUS"):
        await ask(tmp_path, [{"name": "ada", "age": "36"}], "what did we spend")


async def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="expected a file at"):
        await answered([tmp_path / "none.csv"], "what did we spend", (), NOW)


async def test_currencies_are_never_added(tmp_path: Path) -> None:
    found = await ask(
        tmp_path, [row(), row(BillingCurrency="EUR"), row(BillingCurrency="JPY")], "what did we spend in november"
    )
    assert sums(found) == {"USD": Decimal(1), "EUR": Decimal(1), "JPY": Decimal(1)}
    assert "never added" in " ".join(found.notes)


async def test_negative_and_zero_lines_count_as_they_are(tmp_path: Path) -> None:
    rows = [row(EffectiveCost="5"), row(EffectiveCost="-7.25", ChargeCategory="Credit"), row(EffectiveCost="0")]
    assert sums(await ask(tmp_path, rows, "what did we spend in november")) == {"USD": Decimal("-2.25")}


async def test_rows_that_cannot_be_counted_are_set_aside_with_their_reason_and_listed(tmp_path: Path) -> None:
    rows = [row(), row(BillingCurrency="dollars"), row(BilledCost="a lot"), row(ChargeCategory="Gift")]
    mart = Mart(tmp_path / "mart", CountedHere(), FixedClock(NOW))
    file, _ = await mart.take("acme", "aws", written(tmp_path / "bill.csv", rows))
    assert {each.reason: each.rows for each in file.aside} == {
        "currency": 1,
        "no-billed-cost": 1,
        "charge-category": 1,
    }
    listed = await mart.aside("acme", file, 10)
    assert sorted(why for why, _ in listed) == ["charge-category", "currency", "no-billed-cost"]
    assert dict(listed)["currency"].count("dollars") == 1
    assert [why for why, _ in await mart.aside("acme", file, 10, "currency")] == ["currency"]


async def test_times_of_other_zones_belong_to_their_day_in_utc(tmp_path: Path) -> None:
    late = row(ChargePeriodStart="2025-11-03T23:30:00-05:00", ChargePeriodEnd="2025-11-04T00:30:00-05:00")
    found = await ask(tmp_path, [late], "daily spend in november")
    assert [f"{line.at:%Y-%m-%d}" for line in found.lines] == ["2025-11-04"]


async def test_days_without_a_bill_are_missing_and_not_zero(tmp_path: Path) -> None:
    rows = [
        row(ChargePeriodStart=f"2025-11-{day:02}T00:00:00Z", ChargePeriodEnd=f"2025-11-{day + 1:02}T00:00:00Z")
        for day in (3, 4, 7)
    ]
    mart = Mart(tmp_path / "mart", CountedHere(), FixedClock(NOW))
    await mart.take("acme", "aws", written(tmp_path / "bill.csv", rows))
    [series] = await Costs(mart, FixedClock(NOW)).daily("acme", NOVEMBER)
    assert [each.day.day for each in series.days] == [3, 4, 7]
    average = await ask(tmp_path, rows, "average daily spend in november")
    assert "over 3 days with charges" in average.sentence


async def test_a_day_billed_for_others_costs_a_group_nothing(tmp_path: Path) -> None:
    rows = [
        row(),
        row(
            ServiceName="Amazon Simple Storage Service",
            ChargePeriodStart="2025-11-05T00:00:00Z",
            ChargePeriodEnd="2025-11-06T00:00:00Z",
        ),
    ]
    mart = Mart(tmp_path / "mart", CountedHere(), FixedClock(NOW))
    await mart.take("acme", "aws", written(tmp_path / "bill.csv", rows))
    from memory.model.cost import CostField

    asked = NOVEMBER.model_copy(update={"by": (CostField(dimension=Dimension.SERVICE),)})
    for series in await Costs(mart, FixedClock(NOW)).daily("acme", asked):
        assert [each.day.day for each in series.days] == [3, 5]
        assert sum(each.cost for each in series.days) == 1


async def test_a_hundred_columns_of_tags_are_a_hundred_tags(tmp_path: Path) -> None:
    tags = {f"x_tag_key{number}": f"value{number}" for number in range(100)}
    found = await ask(
        tmp_path, [row(EffectiveCost="3") | tags, row() | dict.fromkeys(tags, "")], "spend by key42 in november"
    )
    assert {line.keys: line.cost for line in found.lines} == {("value42",): Decimal(3), ("",): Decimal(1)}


async def test_tags_named_like_orders_to_a_database_are_only_names(tmp_path: Path) -> None:
    rows = [row(Tags=json.dumps({"a'; DROP TABLE x; --": "1", "team": "it's"})), row(Tags="{not json")]
    found = await ask(tmp_path, rows, "spend by team in november")
    assert {line.keys[0] for line in found.lines} == {"it's", ""}
    assert (await ask(tmp_path, rows, 'spend on "x\' OR 1=1 --" in november')).found is False


async def test_a_house_without_bills_says_so(tmp_path: Path) -> None:
    desk = CostDesk(
        Costs(Mart(tmp_path, CountedHere(), FixedClock(NOW)), FixedClock(NOW)), Catalogue(), FixedClock(NOW)
    )
    found = await desk.answer("acme", "what did we spend last week?")
    assert (found.found, found.sentence) == (False, "No bills were taken in yet.")


async def test_bills_older_than_six_hours_are_warned_of(tmp_path: Path) -> None:
    counted = CountedHere()
    await Mart(tmp_path, counted, FixedClock(NOW)).take("acme", "aws", written(tmp_path / "bill.csv", [row()]))
    for hours, stale in ((5, False), (7, True)):
        clock = FixedClock(NOW.replace(hour=NOW.hour + hours))
        desk = CostDesk(Costs(Mart(tmp_path, counted, clock), clock), Catalogue(), clock)
        found = await desk.answer("acme", "what did we spend in november")
        assert found.bills.stale is stale
        assert ("more than six hours" in found.bills.says) is stale
