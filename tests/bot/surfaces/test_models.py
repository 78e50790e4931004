"""The language models over HTTP, at the console and on the command line."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from bot.server import create_app
from bot.sessions import Sessions
from bot.surfaces.console import ConsoleSettings
from bot.surfaces.ports import Ports
from tests.bot.surfaces.cli.conftest import FakeHost, Terminal
from tests.bot.surfaces.origin import ORIGIN
from tests.fakes.doorkeeper import FakeReplays
from tests.fakes.models import FakeModelDesk
from tests.fakes.time import CountingIds
from tools.capabilities import EVERY


@pytest.fixture
def models() -> FakeModelDesk:
    return FakeModelDesk()


@pytest.fixture
def app(ports: Ports, sessions: Sessions, models: FakeModelDesk) -> FastAPI:
    console = ConsoleSettings(public_url=ORIGIN, suggestions=(), link_origins=frozenset())
    return create_app(replace(ports, models=models), FakeReplays(), sessions, capabilities=EVERY, console=console)


class ModelHost(FakeHost):
    """A process whose house has models."""

    def __init__(self, home: Path, ports: Ports, models: FakeModelDesk) -> None:
        super().__init__(home)
        self._ports = replace(ports, models=models, ids=CountingIds())

    @asynccontextmanager
    async def furnished(self) -> AsyncIterator[Ports]:
        yield self._ports


@pytest.fixture
def quarterdeck(tmp_path: Path, ports: Ports, models: FakeModelDesk) -> Terminal:
    return Terminal(ModelHost(tmp_path, ports, models))


@asynccontextmanager
async def visiting(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers={"Origin": ORIGIN}) as client:
        yield client


def key(scope: str = "") -> dict[str, str]:
    return {"Authorization": f"Bearer qd_alice{f'_{scope}' if scope else ''}"}


async def test_the_models_are_shown_to_whoever_may_observe_and_the_rest_takes_an_administrator(
    app: FastAPI,
) -> None:
    async with visiting(app) as client:
        found = (await client.get("/v1/models", headers=key("observe"))).json()
        refused = [
            (await client.get(path, headers=key("observe"))).status_code
            for path in ("/v1/models/health", "/v1/models/experiments/smaller")
        ]
        health = (await client.get("/v1/models/health", headers=key("admin"))).json()
    assert [(each["name"], each["allowed"]) for each in found["models"]] == [("small", True), ("large", False)]
    assert refused == [403, 403]
    assert [each["well"] for each in health["items"]] == [True, False]


async def test_a_text_is_tried_and_a_model_that_fails_is_a_problem_with_its_code(
    app: FastAPI, models: FakeModelDesk
) -> None:
    async with visiting(app) as client:
        tried = await client.post("/v1/models/tried", json={"text": "hello"}, headers=key())
        models.away = True
        failed = await client.post("/v1/models/tried", json={"text": "hello"}, headers=key())
        empty = await client.post("/v1/models/tried", json={"text": ""}, headers=key())
        unknown = await client.get("/v1/models/experiments/larger", headers=key())
    assert (tried.status_code, tried.json()["text"]) == (200, "hello")
    assert (failed.status_code, failed.json()["code"]) == (503, "model.unavailable")
    assert (empty.status_code, unknown.status_code) == (422, 404)


async def test_the_console_shows_providers_models_and_on_demand_their_health(app: FastAPI) -> None:
    async with visiting(app) as client:
        assert (await client.post("/console/sign-in", data={"key": "qd_alice"})).status_code == 303
        page = (await client.get("/console/models")).text
        health = (await client.get("/console/models/health")).text
    assert "not asked: it is in us, not in eu" in page
    assert "left alone until" in page
    assert "up, answered in 0.012 s at 2026-11-21 03:20:00 UTC" in page
    assert "not up at 2026-11-21 03:20:00 UTC: it refuses connections" in page
    assert "is not well: it does not answer" in health


def test_the_command_line_lists_them_and_says_why_one_is_not_asked(quarterdeck: Terminal) -> None:
    ended = quarterdeck("model", "list")
    assert ended.code == 0, ended.err
    assert "98% of 12, 0.41 s" in ended.out
    assert "not asked: it is in us, not in eu" in ended.out
    assert "cloud is not up: it refuses connections" in ended.out
    assert quarterdeck("model", "list", "--json").json["spent_today"] == "0.0123"


def test_a_check_in_which_one_is_not_well_ends_with_one(quarterdeck: Terminal) -> None:
    ended = quarterdeck("model", "check")
    assert ended.code == 1
    assert "waiting 1" in ended.out
    assert "it does not answer" in ended.out


def test_a_try_prints_what_was_said_by_whom_and_what_it_took(quarterdeck: Terminal, models: FakeModelDesk) -> None:
    ended = quarterdeck("model", "try", "Say hello", "--model", "small")
    assert ended.out.startswith("Say hello")
    assert "small, 0.4 s, 3 + 2 tokens, 0.000001" in ended.out
    models.away = True
    assert quarterdeck("model", "try", "Say hello").code == 8


def test_an_experiment_prints_its_arms_and_what_may_be_concluded(quarterdeck: Terminal) -> None:
    ended = quarterdeck("model", "experiment", "smaller")
    assert "100% (91% to 100%)" in ended.out
    assert "No difference can be shown." in ended.out
    assert quarterdeck("model", "experiment", "larger").code == 4


@pytest.mark.parametrize("name", ["list", "check", "try", "experiment"])
def test_every_command_explains_itself_with_examples(quarterdeck: Terminal, name: str) -> None:
    ended = quarterdeck("model", name, "--help")
    assert "Examples" in ended.out
    assert f"quarterdeck model {name}" in ended.out
