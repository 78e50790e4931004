"""The published log over HTTP: read-only, kept by caches where it lasts, and nobody's but its tenant's."""

import httpx
import pytest
from fastapi import FastAPI

from bot.server import create_app
from bot.sessions import Sessions
from bot.surfaces.console import ConsoleSettings
from bot.surfaces.ports import Ports
from tests.bot.surfaces.conftest import Caller
from tests.bot.surfaces.origin import ORIGIN
from tests.fakes.desk import FakeDesk
from tests.fakes.doorkeeper import FakeDoorkeeper, FakeReplays
from tests.fakes.signed_log import FakeSignedLog
from tests.fakes.time import CountingIds, FakeClock

TILE = "/log/acme/tile/0/000"
CHECKPOINT = "/log/acme/checkpoint"


@pytest.fixture
def anybody(desk: FakeDesk, doorkeeper: FakeDoorkeeper, clock: FakeClock, sessions: Sessions) -> httpx.AsyncClient:
    """Somebody without a key, at a house whose log is public."""
    ports = Ports(desk=desk, log=FakeSignedLog(public=True), doorkeeper=doorkeeper, clock=clock, ids=CountingIds())
    console = ConsoleSettings(public_url=ORIGIN, suggestions=(), link_origins=frozenset())
    app: FastAPI = create_app(ports, FakeReplays(), sessions, capabilities=(), console=console)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=ORIGIN)


async def test_the_checkpoint_is_asked_for_again_each_time(alice: httpx.AsyncClient, log: FakeSignedLog) -> None:
    answer = await alice.get(CHECKPOINT)
    assert answer.content == log.checkpoint.encode()
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-cache"


async def test_a_whole_tile_is_kept_for_good(alice: httpx.AsyncClient) -> None:
    answer = await alice.get(TILE)
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("given", ["{tag}", "W/{tag}", '"other", {tag}', "*"])
async def test_what_the_client_has_is_not_sent_again(alice: httpx.AsyncClient, given: str) -> None:
    tag = (await alice.get(CHECKPOINT)).headers["ETag"]
    answer = await alice.get(CHECKPOINT, headers={"If-None-Match": given.format(tag=tag)})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["ETag"] == tag


async def test_what_has_changed_is_sent(alice: httpx.AsyncClient) -> None:
    answer = await alice.get(CHECKPOINT, headers={"If-None-Match": '"other"'})
    assert answer.status_code == 200


@pytest.mark.parametrize("path", [CHECKPOINT, TILE])
async def test_without_a_key_of_the_tenant_there_is_nothing(
    mallory: httpx.AsyncClient, call: Caller, path: str
) -> None:
    assert (await call().get(path)).status_code == 401
    assert (await call(Authorization="Bearer qd_alice_approve").get(path)).status_code == 403
    assert (await mallory.get(path)).status_code == 404


async def test_a_public_log_is_anybodys(anybody: httpx.AsyncClient) -> None:
    assert (await anybody.get(CHECKPOINT)).headers["Cache-Control"] == "public, no-cache"
    assert (await anybody.get(TILE)).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert (await anybody.get("/v1/log/checkpoint")).status_code == 401


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_it_is_read_only(alice: httpx.AsyncClient, method: str) -> None:
    assert (await alice.request(method, CHECKPOINT)).status_code == 405


@pytest.mark.parametrize(
    "path",
    ["/log/acme/", "/log/acme", "/log/other/checkpoint", "/log/acme/../acme/checkpoint/x", "/log/acme/log.key"],
)
async def test_there_is_nothing_but_the_log(alice: httpx.AsyncClient, path: str) -> None:
    assert (await alice.get(path)).status_code == 404
