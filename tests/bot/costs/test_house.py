"""Costs in a whole house: brought in, asked for in words at every surface, and who may do what."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from bot.settings import parsed
from bot.wiring import House, assembled
from memory.model.watching import Expectation
from tests.bot.costs.watched import finding
from tests.memory.costs.bills import row, written
from tests.patience import BETWEEN_S, BOUND_S

SETTINGS = {
    "profile": "development",
    "people": [
        {"id": "alice", "name": "Alice", "roles": ["admin"]},
        {"id": "olaf", "name": "Olaf", "roles": ["operator"]},
        {"id": "vic", "name": "Vic", "roles": ["viewer"]},
    ],
    "services": [{"name": "checkout", "owner": "shop", "environments": ["production"]}],
}
ASKED = "what did we spend on compute in november 2025 by region?"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    bills = tmp_path / "bills"
    bills.mkdir()
    rows = [row(EffectiveCost="2.50"), row(RegionId="us-east-1", EffectiveCost="4.00"), row(BillingCurrency="<b>")]
    written(bills / "11.csv", rows)
    (bills / "torn.csv").write_text("BilledCost\n")
    sources = [{"name": "aws", "path": str(bills)}]
    async with assembled(parsed({**SETTINGS, "home": str(tmp_path / "home"), "cost_sources": sources})) as found:
        yield found


def caller(house: House, key: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=house.app)
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return httpx.AsyncClient(transport=transport, base_url=house.settings.url(), headers=headers, timeout=60)


async def test_bills_are_brought_in_and_asked_for_at_every_surface(house: House) -> None:
    alice = house.directory.person(house.settings.tenant, "alice")
    with house.door.trusted(alice) as key:
        async with caller(house, key) as client:
            assert (await client.get("/v1/costs")).json()["bills"]["says"] == "No bills were taken in yet."
            done = await client.post("/v1/costs/refresh", json={})
            assert done.status_code == 200, done.text
            [source] = done.json()["sources"]
            assert (source["rows"], source["aside"], source["refused"][0][0]) == (2, 1, "torn.csv")

            told = (await client.get("/v1/costs/answer", params={"q": ASKED})).json()
            assert {line["keys"][0]: Decimal(line["cost"]) for line in told["lines"]} == {
                "us-east-1": Decimal(4),
                "eu-west-1": Decimal("2.5"),
            }
            bad = (await client.get("/v1/costs/bad-rows", params={"reason": "currency"})).json()
            assert (bad["counts"], len(bad["rows"])) == ({"currency": 1}, 1)

            said = (await client.post("/v1/messages", json={"text": ASKED, "thread": "thr_1"})).json()
            assert said["kind"] == "answer", said
            assert "6.50 USD" in said["text"]
            assert "us-east-1: 4.00 USD" in said["text"]
            assert 'ServiceCategory is "Compute"' in said["text"]
            assert said["evidence"][0]["source"] == "costs"
            assert said["charts"]
            assert said["buttons"]
            again = (await client.post("/v1/messages", json={"text": "and by service?", "thread": "thr_1"})).json()
            assert "Amazon Elastic Compute Cloud" in again["text"], again["text"]
            pressed = (
                await client.post("/v1/messages", json={"text": said["buttons"][0]["value"], "thread": "thr_1"})
            ).json()
            assert "4.00 USD" in pressed["text"], pressed["text"]
            other = (await client.post("/v1/messages", json={"text": "any alerts?", "thread": "thr_1"})).json()
            assert other["understood"]["tool"] == "alerts.list"

    async with caller(house, "") as visitor:
        code = (await house.invitation("alice")).rpartition("code=")[2]
        await visitor.get(f"/console/enter?code={code}")
        entered = await visitor.post(
            "/console/sign-in", data={"code": code, "next": "/console/"}, headers={"Origin": house.settings.url()}
        )
        assert entered.status_code == 303, entered.text
        empty = await visitor.get("/console/costs")
        assert empty.status_code == 200, empty.text[:300]
        assert "torn.csv" in empty.text
        page = await visitor.get(f"/console/costs?q={quote(ASKED)}")
        assert "us-east-1: 4.00 USD" in page.text
        picture = await visitor.get(f"/console/costs/chart.svg?q={quote(ASKED)}")
        assert picture.headers["content-type"].startswith("image/svg")
        aside = await visitor.get("/console/costs/bad-rows")
        assert "currency" in aside.text
        assert "<b>" not in aside.text


async def test_only_administrators_bring_in_bills(house: House) -> None:
    vic = house.directory.person(house.settings.tenant, "vic")
    with house.door.trusted(vic) as key:
        async with caller(house, key) as client:
            refused = await client.post("/v1/costs/refresh", json={})
            assert refused.status_code == 403
            assert (await client.get("/v1/costs/answer", params={"q": "what did we spend"})).status_code == 200
            assert (await client.get("/v1/costs/answer", params={"q": " "})).status_code == 400


async def test_that_is_expected_is_said_in_a_conversation_by_those_who_may(house: House) -> None:
    tenant = house.settings.tenant
    known = finding("compute", since=datetime.now(UTC).date()).model_copy(update={"tenant": tenant})
    await house.store.cost_watch.put(known)
    said = {"text": "that spike on compute is expected, it was the load test", "thread": "thr_1"}
    with house.door.trusted(house.directory.person(tenant, "vic")) as key:
        async with caller(house, key) as client:
            await client.post("/v1/messages", json=said)
            assert await house.store.cost_watch.of(tenant, Expectation) == ()
    with house.door.trusted(house.directory.person(tenant, "olaf")) as key:
        async with caller(house, key) as client:
            shown = (
                await client.post("/v1/messages", json={"text": "any cost anomalies?", "thread": "t2"})
            ).json()
            assert "Compute (service)" in shown["text"], shown["text"]
            told = (await client.post("/v1/messages", json=said | {"thread": "t2"})).json()
            assert told["understood"]["tool"] == "cost.expect", told
    async with asyncio.timeout(BOUND_S):
        while not (taught := await house.store.cost_watch.of(tenant, Expectation)):  # noqa: ASYNC110 - no event
            await asyncio.sleep(BETWEEN_S)
    assert [(each.finding, each.reason, each.by) for each in taught] == [
        ("finding_compute", "the load test", "olaf")
    ]
