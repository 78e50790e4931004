"""A desk over the year of three clouds, and one over the public sample; each is filled once."""

from datetime import UTC, datetime

import pytest

from bot.costs.answering import CostDesk
from tests.bot.costs.desks import desk_over
from tests.bot.costs.three_clouds import NOW, months
from tests.memory.costs.bills import ABSENT, SAMPLE


@pytest.fixture(scope="session")
def year_desk(tmp_path_factory: pytest.TempPathFactory) -> CostDesk:
    folder = tmp_path_factory.mktemp("year")
    return desk_over(folder / "mart", months(folder / "bills"), NOW)


@pytest.fixture(scope="session")
def sample_desk(tmp_path_factory: pytest.TempPathFactory) -> CostDesk:
    bill = SAMPLE / "focus" / "focus_sample_1000.csv"
    if not bill.exists():
        pytest.skip(ABSENT)
    return desk_over(tmp_path_factory.mktemp("sample") / "mart", [bill], datetime(2024, 10, 2, tzinfo=UTC))
