"""A bucket is read with signed requests only, page by page, and nothing is fetched twice."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bot.cost_settings import CostSource
from bot.costs.alone import CountedHere, FixedClock
from bot.costs.refreshing import Refreshing
from memory.costs.mart import Mart
from memory.errors import ConnectorRejected, ConnectorUnreachable
from tests.fakes.s3 import KEY, REGION, SECRET, FakeS3, s3
from tests.memory.costs.bills import row, written
from tools.connectors.costs import Bucket

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def store() -> Iterator[FakeS3]:
    with s3("bills") as running:
        yield running


def bucket(store: FakeS3, *, secret: str = SECRET, prefix: str = "focus/acme") -> Bucket:
    return Bucket(f"s3://bills/{prefix}", endpoint=store.url, region=REGION, keys=(KEY, secret, ""))


def bill(folder: Path, cost: str) -> bytes:
    return written(folder / "bill.csv", [row(BilledCost=cost, EffectiveCost=cost)]).read_bytes()


async def test_bills_of_every_page_are_listed_and_nothing_else(store: FakeS3, tmp_path: Path) -> None:
    for name in ("a.csv", "b/c d+é.csv.gz", "e.parquet", "manifest.json", "f.csv"):
        store.put(f"focus/acme/{name}", b"x")
    store.put("focus/other/z.csv", b"x")
    found = await bucket(store).offered()
    assert sorted(each.name for each in found) == ["a.csv", "b/c d+é.csv.gz", "e.parquet", "f.csv"]
    assert (await bucket(store).fetched(found[1], tmp_path)).read_bytes() == b"x"
    assert store.refused == 0


async def test_a_signature_that_is_wrong_is_told_as_keys_that_may_not(store: FakeS3) -> None:
    store.put("focus/acme/a.csv", b"x")
    with pytest.raises(ConnectorRejected, match="keys may not"):
        await bucket(store, secret="another").offered()
    assert store.refused


async def test_a_bucket_that_does_not_answer_is_unreachable() -> None:
    nowhere = Bucket(
        "s3://bills/x", endpoint="http://127.0.0.1:9", region=REGION, keys=(KEY, SECRET, ""), patience_s=1
    )
    with pytest.raises(ConnectorUnreachable, match="bucket bills"):
        await nowhere.offered()


async def test_only_what_is_new_or_corrected_is_fetched(store: FakeS3, tmp_path: Path) -> None:
    source = CostSource(name="aws", url="s3://bills/focus/acme")
    mart = Mart(tmp_path / "mart", CountedHere(), FixedClock(NOW))
    refreshing = Refreshing(mart, {"aws": (source, bucket(store))}, tmp_path / "mart", FixedClock(NOW))
    store.put("focus/acme/10.csv", bill(tmp_path, "1.25"))
    store.put("focus/acme/11.csv", bill(tmp_path, "2.50"))
    assert [state.new for state in await refreshing.refresh("acme")] == [2]
    assert [state.new for state in await refreshing.refresh("acme")] == [0]
    store.put("focus/acme/11.csv", bill(tmp_path, "4.00"), NOW)
    assert [state.new for state in await refreshing.refresh("acme")] == [1]
    assert store.fetched == ["focus/acme/10.csv", "focus/acme/11.csv", "focus/acme/11.csv"]
    assert sum(total.billed for file in await mart.files("acme") for total in file.totals) == Decimal("5.25")
