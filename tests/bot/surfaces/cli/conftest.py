"""The command line in a process of its own making: the real REST surface over a desk in memory."""

import json
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from bot.policies import library
from bot.settings import Settings, parsed
from bot.surfaces.cli.host import DemoReady, Door, Finding, Health, LogKeeper, Progress, ToolKeeper
from bot.surfaces.ports import Ports
from bot.surfaces.rest import problems
from bot.surfaces.rest.probes import probes
from bot.surfaces.rest.router import rest_router
from bot.surfaces.teams.packaging import package
from bot.wiring.importing import open_tools
from bot.wiring.keeping import log_key_in, new_log_key, open_keeper
from memory.errors import AuthenticationFailed, NotFound
from memory.model.access import ApiKey
from memory.model.people import Principal
from memory.model.run import Run, RunStatus, StepStatus
from memory.model.value import JsonValue
from tests.fakes.desk import FakeDesk
from tests.fakes.doorkeeper import FakeDoorkeeper, FakeReplays
from tests.fakes.people import EVERYBODY, TENANT, facts
from tests.fakes.procedures import room
from tests.fakes.signed_log import FakeSignedLog
from tests.fakes.time import MIDNIGHT, CountingIds, FakeClock
from tests.terminal import typed
from tools.capabilities import EVERY
from tools.policy import Facts
from tools.policy.source import Library


class WorkingDesk(FakeDesk):
    """Carries a plan out between two looks at it."""

    async def run(self, principal: Principal, run: str) -> Run:
        held = await super().run(principal, run)
        if held.status is RunStatus.RUNNING and held.approvals:
            self.carry_out(run, so_far=StepStatus.VERIFIED)
        return held


@dataclass
class FakeKeys:
    """Keys in memory."""

    held: dict[str, ApiKey] = field(default_factory=dict)

    async def add(
        self, person: str, scopes: Iterable[str], *, label: str, lifetime: timedelta | None
    ) -> tuple[ApiKey, str]:
        if person not in {each.id for each in EVERYBODY}:
            raise AuthenticationFailed(f"expected somebody we know, found {person!r}")
        key = ApiKey(
            id=f"key_{len(self.held)}",
            tenant=TENANT,
            principal=person,
            label=label,
            scopes=tuple(scopes),
            created_at=MIDNIGHT,
            expires_at=MIDNIGHT + lifetime if lifetime else None,
        )
        self.held[key.id] = key
        return key, f"qd_secret_of_{key.id}"

    async def all(self) -> Sequence[ApiKey]:
        return tuple(self.held.values())

    async def revoke(self, key: str) -> ApiKey:
        if key not in self.held:
            raise NotFound(f"expected the id of a key, found {key!r}")
        self.held[key] = self.held[key].model_copy(update={"revoked_at": MIDNIGHT})
        return self.held[key]


class EchoReader:
    """Understands every line that is text."""

    def read(self, line: bytes) -> dict[str, JsonValue]:
        try:
            return {"text": line.decode(), "kind": "tool"}
        except UnicodeDecodeError:
            return {"text": line.decode(errors="replace"), "error": {"code": "input.encoding"}}


class FakeHost:
    """A process with a desk in memory. `findings` is what the doctor finds, `walked` what the walk reports."""

    person = "alice"

    def __init__(self, home: Path) -> None:
        self.desk = WorkingDesk(FakeClock())
        self.ids = CountingIds()
        self.keys = FakeKeys()
        self.findings = [Finding(check="store", health=Health.OK, found="answers")]
        self.walked: dict[str, JsonValue] = {"ok": True}
        self.served: list[Settings] = []
        self.configured: dict[str, Any] = {"home": str(home), "profile": "development", "tenant": TENANT}

    def settings(self, **overrides: Any) -> Settings:
        return parsed(self.configured | overrides)

    def bare(self, **further: Any) -> Ports:
        """Return what every house has, with `further` ports in it."""
        plain: dict[str, Any] = {
            "desk": self.desk,
            "log": FakeSignedLog(),
            "doorkeeper": FakeDoorkeeper(),
            "clock": self.desk.clock,
            "ids": self.ids,
        }
        return Ports(**plain | further)

    @asynccontextmanager
    async def furnished(self) -> AsyncIterator[Ports]:
        """Give what its house has while one command runs; a house with more in it says what."""
        yield self.bare(runbooks=room())

    @asynccontextmanager
    async def open_local(self, settings: Settings) -> AsyncIterator[tuple[FastAPI, str]]:
        async with self.furnished() as ports:
            app = FastAPI()
            problems.install(app)
            app.include_router(rest_router(ports, FakeReplays(), EVERY))
            app.include_router(probes(ports))
            yield app, f"qd_{settings.principal or self.person}"

    def demo_door(self, settings: Settings, person: str) -> Door | None:
        return None

    async def examine_teams(self, settings: Settings) -> AsyncIterator[Finding]:
        for finding in self.findings:
            yield finding

    def teams_package(self, settings: Settings, name: str) -> bytes:
        return package("app-1", "https://qd.test", name, "0.1.0")

    @asynccontextmanager
    async def open_keys(self, settings: Settings) -> AsyncIterator[FakeKeys]:
        yield self.keys

    def open_log(self, settings: Settings) -> AbstractAsyncContextManager[LogKeeper]:
        return open_keeper(settings)

    def new_log_key(self, settings: Settings, path: Path) -> str:
        return new_log_key(settings, path)

    def log_key_in(self, settings: Settings, path: Path) -> str:
        return log_key_in(settings, path)

    @asynccontextmanager
    async def open_tools(self, settings: Settings) -> AsyncIterator[ToolKeeper]:
        async with open_tools(settings) as keeper:
            yield keeper

    async def speak(self, http: httpx.AsyncClient) -> int:
        response = await http.get("/v1/status")
        return 0 if response.is_success else 1

    def open_reader(self, settings: Settings) -> EchoReader:
        return EchoReader()

    def policy_library(self, settings: Settings, place: Path | None) -> Library:
        return library(settings, place)

    def policy_facts(self, settings: Settings) -> Facts:
        return facts()

    async def examine(self, settings: Settings) -> AsyncIterator[Finding]:
        for finding in self.findings:
            yield finding

    async def serve(self, settings: Settings, opened: Progress) -> None:
        self.served.append(settings)
        opened(settings.url())

    async def demo(self, settings: Settings, tell: Progress, opened: Callable[[DemoReady], None]) -> None:
        self.served.append(settings)
        tell("Releasing checkout 1.4.2")
        opened(DemoReady(url=settings.url(), links={"alice": f"{settings.url()}/console/enter?code=1"}))

    async def walk(self, settings: Settings, tell: Progress) -> dict[str, JsonValue]:
        return self.walked


@dataclass(frozen=True)
class Ended:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Terminal:
    """Types commands."""

    def __init__(self, host: FakeHost) -> None:
        self.host = host

    def __call__(self, *words: str, stdin: str | bytes = "") -> Ended:
        result = typed(*words, host=self.host, stdin=stdin)
        return Ended(result.exit_code, result.stdout, result.stderr)


@pytest.fixture
def host(tmp_path: Path) -> FakeHost:
    return FakeHost(tmp_path)


@pytest.fixture
def quarterdeck(host: FakeHost) -> Terminal:
    return Terminal(host)
