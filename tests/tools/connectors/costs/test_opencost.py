"""OpenCost's answer becomes rows that add up to it; a day asked twice is one, and a corrected one replaces it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, Request

from bot.cost_settings import CostSource
from bot.costs.alone import CountedHere
from bot.costs.refreshing import Refreshing
from memory.costs.mart import Mart
from memory.errors import ConnectorRejected
from memory.model.cost import CostField, CostQuery, Dimension
from tests.fakes.time import FakeClock
from tools.connectors.costs import OpenCost
from tools.http import HttpClient

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


class FakeOpenCost:
    """Answers `/allocation` as OpenCost does, a day at a time."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.factor = 1.0
        self.broken = False

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/allocation")
        async def allocation(request: Request) -> object:
            self.asked.append(request.query_params["window"])
            if self.broken:
                return {"code": 200, "data": "none"}
            return {
                "code": 200,
                "data": [
                    {"prod/checkout/deployment/web": self.of("checkout", 2.5), "prod/__idle__": self.of("", 0.1)}
                ],
            }

        return app

    def of(self, namespace: str, cost: float) -> dict[str, object]:
        return {
            "name": namespace,
            "properties": {
                "cluster": "prod",
                "namespace": namespace,
                "controller": "web",
                "controllerKind": "deployment",
                "labels": {"team": "payments"},
            },
            "cpuCost": cost * self.factor,
            "cpuCoreHours": 24.0,
            "ramCost": 0.25,
            "ramByteHours": 1e9,
            "networkCost": 0.0,
            "pvCostAdjustment": 0.1,
        }


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
async def opencost(clock: FakeClock) -> AsyncIterator[tuple[FakeOpenCost, OpenCost]]:
    fake = FakeOpenCost()
    http = HttpClient("http://opencost.test", source="OpenCost", transport=httpx.ASGITransport(fake.app()))
    yield fake, OpenCost(http, clock, currency="EUR", cluster="", days=3)
    await http.close()


async def test_days_are_rows_that_add_up_and_asking_again_changes_nothing(
    opencost: tuple[FakeOpenCost, OpenCost], clock: FakeClock, tmp_path: Path
) -> None:
    fake, place = opencost
    source = CostSource(name="k8s", opencost="http://opencost.test")
    mart = Mart(tmp_path / "mart", CountedHere(), clock)
    refreshing = Refreshing(mart, {"k8s": (source, place)}, tmp_path / "mart", clock)
    assert [(state.new, state.error) for state in await refreshing.refresh("acme")] == [(4, "")]
    query = CostQuery(
        since=datetime(2026, 11, 18, tzinfo=UTC),
        until=NOW,
        by=(CostField(tag="namespace"), CostField(dimension=Dimension.SERVICE)),
    )
    lines = {line.keys: line.cost for line in await mart.ask("acme", query)}
    assert lines["checkout", "CPU"] == Decimal("10.0")
    assert lines["checkout", "Memory"] == Decimal("1.0")
    assert lines["checkout", "Persistent volumes"] == Decimal("0.4")
    assert [state.new for state in await refreshing.refresh("acme")] == [0]
    fake.factor = 2.0
    clock.move(3600)
    await refreshing.refresh("acme")
    lines = {line.keys: line.cost for line in await mart.ask("acme", query)}
    assert lines["checkout", "CPU"] == Decimal("17.5"), "the settled day stays, three are corrected"


async def test_an_answer_of_another_form_is_told_and_nothing_is_counted(
    opencost: tuple[FakeOpenCost, OpenCost], tmp_path: Path
) -> None:
    fake, place = opencost
    fake.broken = True
    offered = await place.offered()
    with pytest.raises(ConnectorRejected, match="another form"):
        await place.fetched(offered[0], tmp_path)
