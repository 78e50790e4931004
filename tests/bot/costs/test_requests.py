"""The cost of a request, wired as in a house: money from a folder of bills, requests from a real Prometheus."""

from contextlib import AsyncExitStack
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.settings import parsed
from bot.wiring.costs import costing
from memory.clock import SystemClock
from memory.model.catalogue import Catalogue, Service
from tests import servers
from tests.memory.costs.bills import row, written
from tests.memory.opening import opened
from tests.tools.connectors.prometheus.test_hourly import FIRST, recorded

__all__ = ["recorded"]


async def test_a_request_of_checkout_has_its_price_day_by_day(recorded: servers.Server, tmp_path: Path) -> None:
    day = (FIRST + timedelta(days=1)).replace(hour=0)
    next_day, month = day + timedelta(days=1), day.replace(day=1)
    charge = row(
        EffectiveCost="20.736",
        BillingPeriodStart=month.isoformat(),
        BillingPeriodEnd=(month + timedelta(days=32)).replace(day=1).isoformat(),
        ChargePeriodStart=day.isoformat(),
        ChargePeriodEnd=next_day.isoformat(),
        Tags='{"app": "checkout"}',
    )
    (tmp_path / "bills").mkdir()
    written(tmp_path / "bills" / "bill.csv", [charge])
    settings = parsed(
        {
            "profile": "development",
            "home": str(tmp_path / "home"),
            "prometheus_url": recorded.url,
            "cost_sources": [{"name": "aws", "path": str(tmp_path / "bills")}],
        }
    )
    clock = SystemClock()
    async with opened(f"sqlite:///{tmp_path / 'house.db'}", clock) as store, AsyncExitStack() as stack:
        catalogue = Catalogue(services=(Service(name="checkout", owner="shop"),))
        costs = costing(settings, store, catalogue, clock, stack)
        await costs.refreshing.refresh(settings.tenant)
        found = await costs.desk.answer(
            settings.tenant, f"cost per thousand requests of checkout on {day:%Y-%m-%d}"
        )
    assert found.found, found.sentence
    [line] = found.lines
    assert line.cost == Decimal("20.736")
    assert line.count is not None
    assert line.price == line.cost * 1000 / line.count
    assert float(line.count) == pytest.approx(
        12 * (20 + 4) * 3600, rel=0.2
    )  # four of its hours may not be scraped
