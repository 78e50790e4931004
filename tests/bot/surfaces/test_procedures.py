"""Runbooks over REST and at the console: read, simulated, run; and what one says is never more than text."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI

from bot.server import create_app
from bot.sessions import Sessions
from bot.surfaces.console import ConsoleSettings
from bot.surfaces.ports import Ports
from runbooks.catalogue import RunbookCatalogue, Source, catalogue
from tests.bot.surfaces.console.conftest import signed_in
from tests.bot.surfaces.console.test_signing_in import form_token
from tests.bot.surfaces.origin import ORIGIN
from tests.fakes.desk import FakeDesk
from tests.fakes.doorkeeper import FakeReplays
from tests.fakes.procedures import room
from tests.runbooks.format.written import SOUND
from tools.capabilities import EVERY

EVIL = SOUND.replace("Slowly.", "<script>alert(1)</script> [x](javascript:alert(2)) ![y](https://t.example/p.png)")


@pytest.fixture
def app(ports: Ports, sessions: Sessions) -> FastAPI:
    known: RunbookCatalogue = catalogue([Source("evil.md", EVIL.encode())], EVERY)
    console = ConsoleSettings(public_url=ORIGIN, suggestions=(), link_origins=frozenset())
    return create_app(
        replace(ports, runbooks=room(known)), FakeReplays(), sessions, capabilities=EVERY, console=console
    )


@pytest.fixture
async def alice(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url=ORIGIN, headers={"Authorization": "Bearer qd_alice"}
    ) as client:
        yield client


async def test_runbooks_are_listed_and_read(alice: httpx.AsyncClient) -> None:
    (line,) = (await alice.get("/v1/runbooks")).json()["items"]
    assert (line["id"], line["steps"], line["actions"]) == ("calm-down", 3, 2)
    shown = (await alice.get("/v1/runbooks/calm-down")).json()
    assert shown["text"] == EVIL
    assert (await alice.get("/v1/runbooks/nothing")).status_code == 404


async def test_a_simulation_shows_the_plan_and_says_nothing_to_anybody(
    alice: httpx.AsyncClient, desk: FakeDesk
) -> None:
    sent = {"inputs": {"service": "checkout", "most": "0.1"}}
    found = (await alice.post("/v1/runbooks/calm-down/simulations", json=sent)).json()
    assert [step["call"]["tool"] for step in found["simulation"]["plan"]["steps"]] == ["deploy.rollback"]
    assert found["looks"][0]["call"]["tool"] == "metrics.signal"
    assert found["says"] == "run the runbook calm-down@1.10 service=checkout most=0.1"
    assert not desk.exchanges


@pytest.mark.parametrize("inputs", [{}, {"service": "nowhere"}, {"service": "checkout", "colour": "red"}])
async def test_inputs_that_do_not_fit_are_refused(alice: httpx.AsyncClient, inputs: dict[str, str]) -> None:
    for what in ("simulations", "runs"):
        response = await alice.post(f"/v1/runbooks/calm-down/{what}", json={"inputs": inputs})
        assert response.status_code == 400
        assert response.json()["code"] == "input.invalid"


async def test_running_one_is_saying_so_and_once_for_one_id(alice: httpx.AsyncClient, desk: FakeDesk) -> None:
    sent = {"inputs": {"service": "checkout"}, "id": "r-1"}
    first, second = [await alice.post("/v1/runbooks/calm-down/runs", json=sent) for _ in range(2)]
    assert first.json() == second.json()
    assert len(desk.exchanges) == 1


async def visited(app: FastAPI) -> httpx.AsyncClient:
    def call(**headers: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url=ORIGIN, headers={"Origin": ORIGIN, **headers}
        )

    return await signed_in(call, "qd_alice")


async def test_the_console_shows_a_runbook_and_nothing_in_it_runs(app: FastAPI) -> None:
    visitor = await visited(app)
    assert "Calm it down" in (await visitor.get("/console/runbooks")).text
    page = (await visitor.get("/console/runbooks/calm-down")).text
    body = page[page.index("<article") : page.index("</article>")]
    assert '<figure class="action">' in body
    assert "<script" not in body
    assert "<img" not in body
    assert "href" not in body
    assert 'name="input-service"' in page


async def test_the_form_simulates_and_plans(app: FastAPI, desk: FakeDesk) -> None:
    visitor = await visited(app)
    sent = {"form_token": await form_token(visitor), "input-service": "checkout", "nonce": "n"}
    page = (await visitor.post("/console/runbooks/calm-down/simulate", data=sent)).text
    assert "version: 2 → 1" in page
    assert not desk.exchanges
    planned = await visitor.post("/console/runbooks/calm-down/plan", data=sent)
    assert planned.status_code == 303
    assert len(desk.exchanges) == 1
    missing = await visitor.post("/console/runbooks/calm-down/plan", data={"form_token": sent["form_token"]})
    assert "expected which service" in missing.text
