"""A desk over the year of three clouds, and one over the public sample; each is filled once."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.costs.alone import CountedHere, FixedClock
from bot.costs.answering import CostDesk
from bot.costs.service import Costs
from memory.costs.mart import Mart
from memory.model.catalogue import Catalogue, Service
from tests.bot.costs.three_clouds import NOW, months
from tests.memory.costs.bills import ABSENT, SAMPLE

REQUESTS = 1_250_000.0


class CountedRequests:
    """Serves `bot.costs.answering.Requests`: checkout answered so many in any time, nobody else was counted."""

    async def counted(self, service: str, since: datetime, until: datetime) -> float | None:
        return REQUESTS if service == "checkout" else None


def _desk(folder: Path, bills: list[Path], now: datetime) -> CostDesk:
    clock = FixedClock(now)
    mart = Mart(folder, CountedHere(), clock)

    async def fill() -> None:
        for bill in bills:
            await mart.take("acme", "clouds", bill)

    asyncio.run(fill())
    catalogue = Catalogue(
        services=(Service(name="checkout", owner="payments"), Service(name="audit", owner="security"))
    )
    return CostDesk(Costs(mart, clock), catalogue, clock, CountedRequests())


@pytest.fixture(scope="session")
def year_desk(tmp_path_factory: pytest.TempPathFactory) -> CostDesk:
    folder = tmp_path_factory.mktemp("year")
    return _desk(folder / "mart", months(folder / "bills"), NOW)


@pytest.fixture(scope="session")
def sample_desk(tmp_path_factory: pytest.TempPathFactory) -> CostDesk:
    bill = SAMPLE / "focus" / "focus_sample_1000.csv"
    if not bill.exists():
        pytest.skip(ABSENT)
    return _desk(tmp_path_factory.mktemp("sample") / "mart", [bill], datetime(2024, 10, 2, tzinfo=UTC))
