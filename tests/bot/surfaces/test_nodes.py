"""The nodes over HTTP, on the command line and in the metrics: who is there, how each fares, who leads."""

from collections.abc import AsyncIterator
from io import StringIO
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from rich.console import Console

from bot.nodes import NodeBook
from bot.server import create_app
from bot.sessions import Sessions
from bot.surfaces.cli.nodes import _table
from bot.surfaces.cli.shapes import NodesShown
from bot.surfaces.console import ConsoleSettings
from bot.surfaces.ports import Ports
from bot.telemetry import Metrics
from memory.model.node import Health
from memory.store import Store
from tests.bot.surfaces.origin import ORIGIN
from tests.fakes.desk import FakeDesk
from tests.fakes.doorkeeper import FakeDoorkeeper, FakeReplays
from tests.fakes.people import EVERYBODY, TENANT
from tests.fakes.signed_log import FakeSignedLog
from tests.fakes.time import MIDNIGHT, CountingIds, FakeClock
from tests.keys import LOG_KEY
from tests.memory.samples import node
from tools.capabilities import EVERY


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(f"sqlite:///{tmp_path / 'q.db'}", FakeClock(), LOG_KEY)
    await opened.cluster.enter(node(TENANT))
    await opened.cluster.enter(node(TENANT, "node_2", load=4, health=Health.STRAINED))
    await opened.cluster.enter(node("evil", "node_3"))
    await opened.leaders.lead(TENANT, "tending", "node_2", 60.0)
    yield opened
    await opened.close()


@pytest.fixture
def app(store: Store, desk: FakeDesk, sessions: Sessions, clock: FakeClock) -> FastAPI:
    ports = Ports(
        desk=desk,
        log=FakeSignedLog(),
        doorkeeper=FakeDoorkeeper(EVERYBODY),
        clock=clock,
        ids=CountingIds(),
        nodes=NodeBook(store, TENANT, Metrics()),
    )
    console = ConsoleSettings(public_url=ORIGIN, suggestions=(), link_origins=frozenset())
    return create_app(ports, FakeReplays(), sessions, capabilities=EVERY, console=console)


async def asked(app: FastAPI, name: str) -> httpx.Response:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        return await client.get("/v1/nodes", headers={"Authorization": f"Bearer qd_{name}"})


async def test_the_nodes_of_the_tenant_are_shown_and_nobody_else_s(app: FastAPI) -> None:
    found = (await asked(app, "bob")).json()
    assert [(each["id"], each["health"], each["load"]) for each in found["items"]] == [
        ("node_1", "well", 0),
        ("node_2", "strained", 4),
    ]
    assert [(each["office"], each["holder"]) for each in found["leaders"]] == [("tending", "node_2")]
    assert (await asked(app, "nobody")).status_code == 401


async def test_the_command_line_shows_them_as_a_table(app: FastAPI) -> None:
    found = NodesShown.model_validate((await asked(app, "bob")).json())
    console = Console(width=120, record=True, file=StringIO())
    console.print(_table(found, MIDNIGHT))
    printed = console.export_text()
    assert "strained" in printed
    assert "4 of 4" in printed
    assert "node_2 leads in tending" in printed


async def test_operators_see_how_many_fare_how(store: Store) -> None:
    metrics = Metrics()
    metrics.nodes(await store.cluster.present(TENANT))
    text = metrics.text().decode()
    assert 'quarterdeck_nodes{health="well"} 1.0' in text
    assert 'quarterdeck_nodes{health="strained"} 1.0' in text
    assert 'quarterdeck_nodes{health="draining"} 0.0' in text
    assert "quarterdeck_nodes_load 4.0" in text
    assert "quarterdeck_nodes_capacity 8.0" in text
