"""The numbers of incidents over REST: asked for, drawn, and never mistaken for an incident of that name."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from bot.incidents.counting import IncidentCounter
from bot.surfaces.ports import Ports
from bot.surfaces.rest import problems
from bot.surfaces.rest.router import rest_router
from tests.bot.incidents.counting.test_numbers import incident
from tests.fakes.desk import FakeDesk
from tests.fakes.doorkeeper import FakeDoorkeeper, FakeReplays
from tests.fakes.people import CATALOGUE
from tests.fakes.signed_log import FakeSignedLog
from tests.fakes.time import CountingIds, FakeClock
from tests.memory.opening import opened
from tools.capabilities import EVERY


@pytest.fixture
async def alice(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    clock = FakeClock()
    async with opened(f"sqlite:///{tmp_path / 'q.db'}", clock) as store:
        for number in range(1, 8):
            await store.incidents.add(incident(number, recovered=10 * number))
        ports = Ports(
            desk=FakeDesk(clock),
            log=FakeSignedLog(),
            doorkeeper=FakeDoorkeeper(),
            clock=clock,
            ids=CountingIds(),
            numbers=IncidentCounter(store, CATALOGUE, clock),
        )
        app = FastAPI()
        problems.install(app)
        app.include_router(rest_router(ports, FakeReplays(), EVERY))
        transport = httpx.ASGITransport(app=app)
        headers = {"Authorization": "Bearer qd_alice"}
        async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers) as client:
            yield client


async def test_the_numbers_come_with_how_far_they_can_be_trusted(alice: httpx.AsyncClient) -> None:
    found = (await alice.get("/v1/incidents/numbers", params={"by": "team"})).json()
    assert found["all"]["incidents"] == 7
    assert found["all"]["recover"]["median"] == 2400
    bounds = found["all"]["recover"]["median_bounds"]
    assert (bounds["low"], bounds["high"], bounds["method"]) == (600, 4200, "exact (order statistics)")
    assert found["all"]["recover"]["mean_bounds"] is None
    assert [group["name"] for group in found["groups"]] == ["shop"]


async def test_each_chart_of_the_numbers_can_be_had_as_a_picture(alice: httpx.AsyncClient) -> None:
    charts = (await alice.get("/v1/incidents/numbers")).json()["charts"]
    for chart in charts:
        drawn = await alice.get(f"/v1/incidents/numbers/charts/{chart['id']}.svg")
        assert drawn.headers["content-type"].startswith("image/svg+xml")
        assert drawn.content.startswith(b"<svg")
    unknown = await alice.get("/v1/incidents/numbers/charts/nothing.svg")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "resource.not_found")


async def test_a_window_that_is_none_is_a_problem_of_its_own(alice: httpx.AsyncClient) -> None:
    wrong = {
        "from": datetime(2026, 2, 1).astimezone().isoformat(),
        "to": datetime(2026, 1, 1).astimezone().isoformat(),
    }
    refused = await alice.get("/v1/incidents/numbers", params=wrong)
    assert (refused.status_code, refused.json()["code"]) == (400, "window.invalid")


async def test_who_has_no_key_gets_no_numbers(alice: httpx.AsyncClient) -> None:
    assert (await alice.get("/v1/incidents/numbers", headers={"Authorization": "Bearer no"})).status_code == 401
