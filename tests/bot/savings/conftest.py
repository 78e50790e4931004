"""One house for all tests of savings: three workloads, a volume, and bills of four months."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from agents.savings.hours import Office
from agents.savings.prices import Prices
from bot.savings.service import Savings
from bot.savings.workloads import Workloads
from memory.model.catalogue import Catalogue, Service
from memory.model.cost import Dimension
from memory.model.people import Principal, Role
from memory.store import Store
from tests.bot.savings.fakes import FakeBills, FakeEstate, Runs
from tests.fakes.time import FakeClock
from tests.memory.opening import opened
from tools.cluster.sizes import StandingVolume

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TODAY = NOW.date()
PRICES = Prices(cpu_hour=Decimal("0.04"), gib_hour=Decimal("0.005"))
OFFICE = Office()
CATALOGUE = Catalogue(
    services=(
        Service(name="checkout", environments=("production", "staging")),
        Service(name="reports", environments=("staging",)),
    )
)
ALICE = Principal(id="alice", tenant="acme", name="Alice", roles=(Role.OPERATOR,))
VIEWER = Principal(id="vera", tenant="acme", name="Vera", roles=(Role.VIEWER,))


def at_work(moment: datetime) -> float:
    return 10.0 if OFFICE.open_at(moment) else 0.0


@pytest.fixture
def estate() -> FakeEstate:
    return FakeEstate(
        runs={
            ("checkout", "production"): Runs(6, cpu=lambda _: 0.9, memory=lambda _: 1.9 * 2**30),
            ("checkout", "staging"): Runs(4, cpu=lambda _: 0.9, memory=lambda _: 1.9 * 2**30, load=at_work),
            ("reports", "staging"): Runs(2, load=lambda _: 0.0),
        },
        standing=(StandingVolume("pvc-9", "", 200.0, "Released", "shop/old", mounted=False, since=None),),
    )


@pytest.fixture
def bills() -> FakeBills:
    found = FakeBills(until=datetime(2026, 11, 23, tzinfo=UTC))
    first = TODAY - timedelta(120)
    compute = {
        Dimension.PROVIDER: "aws",
        Dimension.CATEGORY: "Compute",
        Dimension.CHARGE: "Usage",
        Dimension.PRICING: "Standard",
        Dimension.SERVICE: "EC2",
        Dimension.UNIT: "Hrs",
        Dimension.DESCRIPTION: "Instance hour",
    }
    found.every_day(first, 120, "200", compute)
    nat = {
        Dimension.PROVIDER: "aws",
        Dimension.SERVICE: "VPC",
        Dimension.UNIT: "GB",
        Dimension.DESCRIPTION: "Data processed by NAT Gateways",
    }
    found.every_day(first, 120, "3", nat)
    return found


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(f"sqlite:///{tmp_path / 'savings.db'}", FakeClock(NOW)) as opened_store:
        yield opened_store


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def savings(store: Store, estate: FakeEstate, bills: FakeBills, clock: FakeClock) -> Savings:
    looking = Workloads(CATALOGUE, ("production",), 28, estate, estate)
    return Savings(store, looking, bills, PRICES, OFFICE, clock)
