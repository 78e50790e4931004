"""Measures the mart of costs at 1 and 10 million rows: taking a bill in and asking it, beside DuckDB and SQLite.

The bill is made by DuckDB itself: six services, eight regions, twelve teams, a year, some rows without tags.
"""

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from rich.console import Console

from bot.costs.alone import CountedHere, FixedClock
from memory.costs import querying
from memory.costs.mart import Mart
from memory.costs.statement import table
from memory.model.cost import CostField, CostFilter, CostQuery, Dimension, Grain
from tests.bench import report
from tests.bench.report import Figure
from tests.bench.timing import Timing, timed, timing

NAME = "part8"
SIZES = (1_000_000, 10_000_000)
ASKED, WARM = 30, 3
NOW = datetime(2026, 11, 21, tzinfo=UTC)
SERVICE, REGION, TEAM = (
    CostField(dimension=Dimension.SERVICE),
    CostField(dimension=Dimension.REGION),
    CostField(tag="team"),
)
OCTOBER = CostQuery(since=datetime(2026, 10, 1, tzinfo=UTC), until=datetime(2026, 11, 1, tzinfo=UTC))
QUERIES = {
    "a month by service": OCTOBER.model_copy(update={"by": (SERVICE,)}),
    "a month by team, from tags": OCTOBER.model_copy(update={"by": (TEAM,)}),
    "a quarter by day in one region": CostQuery(
        since=datetime(2026, 8, 1, tzinfo=UTC),
        until=datetime(2026, 11, 1, tzinfo=UTC),
        grain=Grain.DAY,
        filters=(CostFilter(field=REGION, values=("eu-west-1",)),),
    ),
    "the year by service and region, top ten": CostQuery(
        since=datetime(2025, 11, 1, tzinfo=UTC),
        until=datetime(2026, 11, 1, tzinfo=UTC),
        by=(SERVICE, REGION),
        top=10,
    ),
}
SQLITE = (
    "SELECT service, sum(cost) FROM bill WHERE start >= '2026-10-01' AND start < '2026-11-01' "
    "GROUP BY service ORDER BY 2 DESC"
)
FLOORS = """
The floor of an import is DuckDB alone, which reads the same file and writes it as Parquet unchecked. The
floor of a question is the same SQL over the same Parquet in a connection of bare DuckDB that is open already,
asked in turn with ours.
SQLite has one question about a month, over a table with an index on the start of the charge; it adds floating
point, the others add exact decimals.
"""
_MADE = """
COPY (
    SELECT
        ((i * 7919) %% 100000) / 10000.0 AS BilledCost, ((i * 7919) %% 100000) / 11111.0 AS EffectiveCost,
        ((i * 7919) %% 100000) / 9000.0 AS ListCost, ((i * 7919) %% 100000) / 9500.0 AS ContractedCost,
        'b-1' AS BillingAccountId, 'USD' AS BillingCurrency,
        strftime(date_trunc('month', day), '%%Y-%%m-%%dT00:00:00Z') AS BillingPeriodStart,
        strftime(date_trunc('month', day) + INTERVAL 1 MONTH, '%%Y-%%m-%%dT00:00:00Z') AS BillingPeriodEnd,
        strftime(day, '%%Y-%%m-%%dT00:00:00Z') AS ChargePeriodStart,
        strftime(day + INTERVAL 1 DAY, '%%Y-%%m-%%dT00:00:00Z') AS ChargePeriodEnd,
        'Usage' AS ChargeCategory, 'Usage-Based' AS ChargeFrequency, 'AWS' AS InvoiceIssuerName,
        'AWS' AS ProviderName,
        'AWS' AS PublisherName, 'Compute' AS ServiceCategory, 'Service ' || (i %% 6) AS ServiceName,
        'sku-' || (i %% 500) AS SkuId, (i %% 100) + 1 AS PricingQuantity, 'Hours' AS PricingUnit,
        ['eu-west-1', 'eu-west-2', 'us-east-1', 'us-west-2', 'ap-south-1', 'sa-east-1', 'ca-1', 'af-1'][1 + i %% 8]
            AS RegionId,
        'account ' || (i %% 40) AS SubAccountName, 'i-' || (i %% 20000) AS ResourceId,
        CASE WHEN i %% 5 = 0 THEN NULL
            ELSE '{"team": "team-' || (i %% 12) || '", "environment": "production"}' END AS Tags
    FROM (SELECT i, TIMESTAMP '2025-11-01' + to_days(CAST(i %% 365 AS INTEGER)) AS day FROM range(%d) t(i))
) TO '%s' (%s)
"""


def main() -> None:
    """Measure, show, and write docs/bench."""
    console = Console()
    figures = asyncio.run(measured())
    console.print(report.table(figures))
    report.write(figures, Path(__file__).resolve().parents[2] / "docs" / "bench", NAME, FLOORS)


async def measured(sizes: Sequence[int] = SIZES, asked: int = ASKED) -> list[Figure]:
    """Return the figures; ten million rows take minutes and four gigabytes of disk."""
    figures: list[Figure] = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            figures += await _of(Path(folder), size, asked)
    return figures


async def _of(folder: Path, size: int, asked: int) -> list[Figure]:
    millions = f"{size // 1_000_000} M rows"
    mart = Mart(folder / "mart", CountedHere(), FixedClock(NOW))
    figures = []
    for form, how in (("parquet", "FORMAT parquet"), ("csv", "FORMAT csv, HEADER")):
        bill = folder / f"bill.{form}"
        await asyncio.to_thread(_sql, _MADE % (size, bill, how))
        began = time.perf_counter()
        await mart.take("bench", form, bill)
        ours = size / (time.perf_counter() - began)
        began = time.perf_counter()
        copied = f"COPY (SELECT * FROM read_{form}('{bill}')) TO '{folder / 'bare'}' (FORMAT parquet)"  # noqa: S608 - our own paths
        await asyncio.to_thread(_sql, copied)
        bare = size / (time.perf_counter() - began)
        figures.append(
            Figure(
                name=f"{millions}: a bill in {form} taken in",
                unit="rows/s",
                value=round(ours),
                floor=round(bare),
                aim=">= 200,000/s",
            )
        )
        if form == "parquet":
            figures += await _questions(mart, folder, millions, asked)
        bill.unlink()
    return figures


async def _questions(mart: Mart, folder: Path, millions: str, asked: int) -> list[Figure]:
    files = [str(each) for each in (folder / "mart").rglob("*.parquet")]
    figures = []
    with closing(duckdb.connect(":memory:")) as bare:
        bare.execute("SET TimeZone = 'UTC'")
        bare.execute("SET enable_progress_bar = false")
        for name, query in QUERIES.items():
            ours, floor = await _side_by_side(mart, bare, query, files, asked)
            figures.append(
                report.of_timing(f"{millions}: {name}", ours, floor, "p50 <= 1.1 times bare DuckDB, <= 1 s")
            )
        figures.append(
            report.of_timing(
                f"{millions}: a month by service, in SQLite", await _sqlite(bare, folder, files, asked), None
            )
        )
    return figures


async def _side_by_side(
    mart: Mart, bare: duckdb.DuckDBPyConnection, query: CostQuery, files: Sequence[str], asked: int
) -> tuple[Timing, Timing]:
    """Ask both in turn, so that whatever else the machine does is in the way of both."""
    sql, parameters = querying.costs(query, files)

    async def direct() -> object:
        return await asyncio.to_thread(lambda: bare.execute(sql, list(parameters)).fetchall())

    taken = [
        (await _taken_ms(lambda: mart.ask("bench", query)), await _taken_ms(direct)) for _ in range(WARM + asked)
    ]
    return timing([ours for ours, _ in taken[WARM:]]), timing([floor for _, floor in taken[WARM:]])


async def _taken_ms(ask: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await ask()
    return (time.perf_counter() - began) * 1000


async def _sqlite(bare: duckdb.DuckDBPyConnection, folder: Path, files: Sequence[str], asked: int) -> Timing:
    source = bare.execute(
        "SELECT ServiceName, strftime(ChargePeriodStart, '%Y-%m-%d'), CAST(EffectiveCost AS DOUBLE) "  # noqa: S608 - our own paths
        f"FROM {table(files)}"
    )
    path = folder / "bill.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("CREATE TABLE bill (service TEXT, start TEXT, cost REAL)")
        while rows := source.fetchmany(100_000):
            database.executemany("INSERT INTO bill VALUES (?, ?, ?)", rows)
        database.execute("CREATE INDEX by_start ON bill (start)")
        database.commit()

    async def ask(_: int) -> object:
        return await asyncio.to_thread(_asked, path)

    found = await timed(ask, warm=1, count=min(asked, 10))
    path.unlink()
    return found


def _asked(path: Path) -> list[object]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(SQLITE).fetchall()


def _sql(text: str) -> None:
    with closing(duckdb.connect(":memory:")) as database:
        database.execute("SET enable_progress_bar = false")
        database.execute(text)


if __name__ == "__main__":
    main()
