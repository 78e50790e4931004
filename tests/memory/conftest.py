"""One suite on both databases: every test that asks for `store` or `address` runs on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator

import pytest

from memory.store import Store
from tests.fakes.time import FakeClock
from tests.memory.opening import opened


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def store(address: str, clock: FakeClock) -> AsyncIterator[Store]:
    async with opened(address, clock) as store:
        yield store
