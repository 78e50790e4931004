"""A store of its own for each test, a clock that stands, and a meter with its spool."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.telemetry import Metrics
from bot.usage.metering import UsageMeter
from bot.usage.spool import Spool
from memory.store import Store
from tests.fakes.time import FakeClock
from tests.memory.opening import opened


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def store(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Store]:
    async with opened(f"sqlite:///{tmp_path / 'usage.db'}", clock) as opened_store:
        yield opened_store


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
async def meter(store: Store, tmp_path: Path, metrics: Metrics) -> AsyncIterator[UsageMeter]:
    made = UsageMeter(store, Spool(tmp_path / "spool"), metrics)
    yield made
    await made.close()
