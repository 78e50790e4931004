"""Bills of a folder are taken in once, corrected where they change, and told of where they cannot be."""

import gzip
import shutil
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bot.cost_settings import CostSource
from bot.costs.alone import CountedHere, FixedClock
from bot.costs.folder import Folder
from bot.costs.refreshing import Came, Refreshing
from memory.costs.mart import Mart
from memory.costs.sources import Mapping
from memory.errors import NotFound
from memory.model.cost import Delivery
from tests.memory.costs.bills import Row, row, written

NOW = datetime(2026, 11, 21, tzinfo=UTC)


class House:
    """A mart with one source: a folder."""

    def __init__(self, folder: Path, delivery: Delivery = Delivery.APPEND, mapping: Mapping | None = None) -> None:
        self.bills = folder / "bills"
        self.bills.mkdir(exist_ok=True)
        self.clock = FixedClock(NOW)
        self.mart = Mart(folder / "mart", CountedHere(), self.clock)
        self.source = CostSource(name="aws", path=str(self.bills), delivery=delivery, mapping=mapping)
        self.folder = folder
        self.refreshing = self.anew()

    def anew(self) -> Refreshing:
        """Return it as after a restart."""
        return Refreshing(self.mart, {"aws": (self.source, Folder(self.bills))}, self.folder / "mart", self.clock)

    def bill(self, name: str, *rows: Row) -> Path:
        path = self.bills / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return written(path, rows)

    async def refresh(self) -> int:
        [state] = await self.refreshing.refresh("acme")
        return state.new

    async def billed(self) -> Decimal:
        return sum((total.billed for file in await self.mart.files("acme") for total in file.totals), Decimal(0))


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


async def test_what_was_taken_in_is_not_taken_in_again_not_even_after_a_restart(house: House) -> None:
    house.bill("2025/11.csv", row(), row())
    assert await house.refresh() == 1
    assert await house.refresh() == 0
    house.refreshing = house.anew()
    assert await house.refresh() == 0
    assert await house.billed() == Decimal("2.50")


async def test_a_corrected_file_takes_the_place_of_what_it_was_and_a_late_one_comes_on_top(house: House) -> None:
    house.bill("11.csv", row(BilledCost="1"))
    await house.refresh()
    house.bill("11.csv", row(BilledCost="7"), row(BilledCost="-2", ChargeClass="Correction"))
    assert await house.refresh() == 1
    house.bill(
        "11-late.csv",
        row(BilledCost="0.5", ChargePeriodStart="2025-11-01T00:00:00Z", ChargePeriodEnd="2025-11-02T00:00:00Z"),
    )
    assert await house.refresh() == 1
    assert await house.billed() == Decimal("5.5")


async def test_a_file_delivered_twice_counts_once(house: House) -> None:
    shutil.copy(house.bill("11.csv", row()), house.bills / "11-copy.csv")
    await house.refresh()
    assert await house.billed() == Decimal("1.25")


async def test_a_file_that_breaks_off_is_told_and_what_was_known_still_counts(house: House) -> None:
    path = house.bill("11.csv", row(BilledCost="3"))
    await house.refresh()
    whole = path.read_bytes()
    path.write_bytes(whole[:-12])
    await house.refresh()
    [state] = await house.refreshing.states("acme")
    assert [(each.name, each.came) for each in state.refused()] == [("11.csv", Came.REFUSED)]
    assert await house.billed() == Decimal(3)
    path.write_bytes(whole.replace(b"3,", b"4,", 1))
    await house.refresh()
    assert await house.billed() == Decimal(4)


async def test_a_gzip_that_breaks_off_and_a_table_of_something_else_hold_up_nothing(house: House) -> None:
    content = gzip.compress(house.bill("good.csv", row()).read_bytes())
    (house.bills / "half.csv.gz").write_bytes(content[: len(content) // 2])
    (house.bills / "other.csv").write_text("name,age\nada,36\n")
    (house.bills / "empty.csv").write_text("")
    (house.bills / ".still-being-written.csv").write_text("x")
    await house.refresh()
    [state] = await house.refreshing.states("acme")
    assert sorted(each.name for each in state.refused()) == ["empty.csv", "half.csv.gz", "other.csv"]
    assert all("expected" in each.reason for each in state.refused())
    assert await house.billed() == Decimal("1.25")


async def test_the_newest_delivery_of_a_month_replaces_the_one_before_all_parts_of_it(tmp_path: Path) -> None:
    house = House(tmp_path, Delivery.SNAPSHOT)
    house.bill("run-1/a.csv", row(BilledCost="1"))
    house.bill("run-1/b.csv", row(BilledCost="2"))
    await house.refresh()
    assert await house.billed() == Decimal(3)
    house.bill("run-2/a.csv", row(BilledCost="10"))
    house.bill("run-2/b.csv", row(BilledCost="20"))
    await house.refresh()
    assert await house.billed() == Decimal(30)
    house.refreshing = house.anew()
    await house.refresh()
    assert await house.billed() == Decimal(30)


async def test_a_plain_table_is_read_by_its_mapping(tmp_path: Path) -> None:
    house = House(
        tmp_path, mapping=Mapping(date="Day", cost="Amount", currency="CHF", service="What", tags=("team",))
    )
    (house.bills / "plain.csv").write_text(
        "Day,Amount,What,team\n2026-11-01,1.10,Desks,ops\n2026-11-02,2.20,Lamps,\n"
    )
    await house.refresh()
    [file] = await house.mart.files("acme")
    assert [(total.currency, total.billed) for total in file.totals] == [("CHF", Decimal("3.30"))]


async def test_a_folder_that_is_gone_is_told_and_bills_stay(house: House) -> None:
    house.bill("11.csv", row())
    await house.refresh()
    shutil.rmtree(house.bills)
    await house.refresh()
    [state] = await house.refreshing.states("acme")
    assert "expected a folder of bills" in state.error
    assert await house.billed() == Decimal("1.25")


async def test_a_source_there_is_not_is_refused(house: House) -> None:
    with pytest.raises(NotFound, match="expected one of the sources aws"):
        await house.refreshing.refresh("acme", "gcp")
