"""Microsoft's side, and ours beside it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from bot.settings import Settings
from bot.surfaces.ports import Ports
from bot.surfaces.rest import problems
from bot.surfaces.teams.board import Board
from bot.surfaces.teams.metadata import Metadata
from bot.surfaces.teams.verifying import Verifier
from bot.wiring.teams import teams_room
from memory.model.identity import Account, AccountSource
from memory.store import Store
from tests.fakes.desk import FakeDesk
from tests.fakes.doorkeeper import FakeDoorkeeper
from tests.fakes.people import ALICE, BOB, VIC
from tests.fakes.people import person as person_named
from tests.fakes.signed_log import FakeSignedLog
from tests.fakes.teams.accounts import FakeIdentities
from tests.fakes.teams.client import Client
from tests.fakes.teams.service import APP, SECRET, TENANT, FakeTeams, teams
from tests.fakes.time import CountingIds, FakeClock
from tests.memory.opening import opened


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def service(clock: FakeClock) -> AsyncIterator[FakeTeams]:
    async with teams(clock) as made:
        yield made


@pytest.fixture
async def metadata(service: FakeTeams, clock: FakeClock) -> AsyncIterator[Metadata]:
    made = Metadata(f"{service.url}/metadata", clock)
    yield made
    await made.close()


@pytest.fixture
def verifier(service: FakeTeams, metadata: Metadata, clock: FakeClock) -> Verifier:
    return Verifier(service.registration(), metadata, clock)


@dataclass
class Room:
    """Teams, and the house it talks to."""

    service: FakeTeams
    desk: FakeDesk
    people: FakeIdentities
    doorkeeper: FakeDoorkeeper
    app: FastAPI
    board: Board
    store: Store

    def client(self, name: str, **told: Any) -> Client:
        """Return somebody at Teams."""
        return Client(self.app, self.service, name, **told)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    """A house with Alice, Bob and Vic, who are linked, and Gus, a guest; the time is the real one."""
    clock = FakeClock(datetime.now(UTC))
    desk, people, doorkeeper = FakeDesk(clock), FakeIdentities(), FakeDoorkeeper()
    ports = Ports(desk=desk, log=FakeSignedLog(), doorkeeper=doorkeeper, clock=clock, ids=CountingIds())
    async with teams(clock) as service, opened(f"sqlite:///{tmp_path}/qd.db", clock) as store:
        for person in (ALICE, BOB, VIC, person_named("gus")):
            account = Account(source=AccountSource.TEAMS, issuer=TENANT, subject=f"oid-{person.id}")
            people.people[account] = person
            role = "guest" if person.id == "gus" else "user"
            service.members[f"29:{person.id}"] = {"userRole": role, "tenantId": TENANT}
        settings = Settings(
            home=tmp_path,
            tenant="acme",
            public_url="https://qd.test",
            teams_app_id=APP,
            teams_app_secret=SecretStr(SECRET),
            teams_home_tenant=TENANT,
        )
        app = FastAPI()
        problems.install(app)
        async with teams_room(settings, ports, store, people, tending=True, cloud=service.cloud()) as made:
            app.include_router(made.router)
            yield Room(service, desk, people, doorkeeper, app, made.board, store)
