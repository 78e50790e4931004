"""The whole web application around a desk in memory, called without a socket."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from bot.server import create_app
from bot.sessions import Sessions
from bot.surfaces.console import ConsoleSettings
from bot.surfaces.ports import Ports
from bot.teaching.room import LessonRoom
from memory.store import Store
from tests.bot.surfaces.incident_house import Wing, wing
from tests.bot.surfaces.origin import ORIGIN
from tests.bot.teaching.lesson_house import lessons_of
from tests.fakes import scenes
from tests.fakes.desk import FakeDesk
from tests.fakes.doorkeeper import FakeDoorkeeper, FakeReplays
from tests.fakes.sign_ins import sessions_in_memory
from tests.fakes.signed_log import FakeSignedLog
from tests.fakes.time import CountingIds, FakeClock
from tests.memory.opening import opened
from tools.capabilities import EVERY

Caller = Callable[..., httpx.AsyncClient]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def desk(clock: FakeClock) -> FakeDesk:
    return FakeDesk(clock)


@pytest.fixture
def doorkeeper() -> FakeDoorkeeper:
    return FakeDoorkeeper()


@pytest.fixture
def log() -> FakeSignedLog:
    return FakeSignedLog()


@pytest.fixture
def plain(desk: FakeDesk, log: FakeSignedLog, doorkeeper: FakeDoorkeeper, clock: FakeClock) -> Ports:
    """The ports with what every application has."""
    return Ports(desk=desk, log=log, doorkeeper=doorkeeper, clock=clock, ids=CountingIds())


@pytest.fixture
def ports(plain: Ports) -> Ports:
    return plain


@pytest.fixture
async def house(tmp_path: Path, plain: Ports, desk: FakeDesk, clock: FakeClock) -> AsyncIterator[Wing]:
    """Incidents and their rooms: an application has them where its module says that these are the `ports`."""
    async with wing(f"sqlite:///{tmp_path / 'q.db'}", plain, desk, clock) as made:
        yield made


@pytest.fixture
async def store(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Store]:
    async with opened(f"sqlite:///{tmp_path / 'q.db'}", clock) as made:
        yield made


@pytest.fixture
async def lessons(tmp_path: Path) -> AsyncIterator[LessonRoom]:
    """Lessons over turns that people took: an application has them where its module says so."""
    async with lessons_of(tmp_path) as room:
        yield room


@pytest.fixture
def sessions(clock: FakeClock) -> Sessions:
    return sessions_in_memory(clock)


@pytest.fixture
def app(ports: Ports, sessions: Sessions) -> FastAPI:
    console = ConsoleSettings(
        public_url=ORIGIN,
        suggestions=("How are things?", "What is wrong with checkout?"),
        link_origins=frozenset({scenes.PROMETHEUS}),
    )
    return create_app(ports, FakeReplays(), sessions, capabilities=EVERY, console=console)


@pytest.fixture
def call(app: FastAPI) -> Caller:
    """Return what makes a client with these headers; it follows no redirect and hides no crash."""

    def client(**headers: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers)

    return client
