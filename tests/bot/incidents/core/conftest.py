"""Incidents on both databases: every test that asks for `house` runs on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.bot.incidents.core.houses import CareHouse, care_house
from tests.postgres import Cluster, cluster


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    with cluster() as found:
        yield found


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a new, empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'quarterdeck.db'}"
    found: Cluster = request.getfixturevalue("postgres")
    return found.database()


@pytest.fixture
async def house(address: str) -> AsyncIterator[CareHouse]:
    async with care_house(address) as found:
        yield found
