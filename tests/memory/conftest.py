"""One suite on both databases: every test that asks for `store` or `address` runs on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from memory.store import Store
from tests.fakes.time import FakeClock
from tests.memory.opening import opened
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
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def store(address: str, clock: FakeClock) -> AsyncIterator[Store]:
    async with opened(address, clock) as store:
        yield store
