"""A real desk, runner and store behind Teams' real door, over an estate in memory and the fake Bot Framework."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from bot.settings import Settings, parsed
from bot.surfaces.rest import problems
from bot.surfaces.teams.clips import SILENCE, Sound
from bot.wiring.teams import Pace, TeamsRoom, teams_room
from memory.clock import SystemClock
from memory.model.identity import Account, AccountSource, Identity
from memory.store import Store
from tests.bot.surfaces.behind import PEOPLE, Behind, Deaf, behind
from tests.fakes.teams.client import Client
from tests.fakes.teams.service import APP, SECRET, TENANT, FakeTeams
from tools.approvals import Requirement

ORIGIN = "https://quarterdeck.test"
QUICK = Pace(
    card=timedelta(milliseconds=20),
    sweep=timedelta(milliseconds=200),
    patience=timedelta(minutes=1),
    grace=timedelta(milliseconds=50),
    calls=0.001,
)
MEMBERS = ("alice", "bob", "cara", "vic", "ada")


@dataclass
class House(Behind):
    """One process of ours with Teams' door, and what stands behind it."""

    service: FakeTeams
    room: TeamsRoom
    app: FastAPI

    def settled(self) -> bool:
        """Return whether nothing that came is worked on any more."""
        return self.room.inbox.at_work == 0

    def client(self, name: str, **told: Any) -> Client:
        """Return somebody at Teams."""
        return Client(self.app, self.service, name, **told)


def settings(home: Path, **more: Any) -> Settings:
    """Return settings that let Teams in."""
    given = {
        "home": home,
        "tenant": "acme",
        "public_url": ORIGIN,
        "people": PEOPLE,
        "teams_app_id": APP,
        "teams_app_secret": SECRET,
        "teams_home_tenant": TENANT,
        "services": [{"name": "checkout", "owner": "shop"}, {"name": "payments", "owner": "money"}],
    }
    return parsed(given | more)


@asynccontextmanager
async def house(
    home: Path,
    service: FakeTeams,
    *requirements: Requirement,
    rules: str = "",
    bus: Deaf | None = None,
    pace: Pace = QUICK,
    tending: bool = True,
    sound: Sound = SILENCE,
    **more: Any,
) -> AsyncIterator[House]:
    """Have one process of ours at the database in `home`; `more` are further settings."""
    told = settings(home, **more)
    async with (
        behind(told, *requirements, rules=rules, bus=bus) as inner,
        teams_room(
            told,
            inner.ports,
            inner.store,
            inner.identity.accounts,
            tending=tending,
            cloud=service.cloud(),
            pace=pace,
            sound=sound,
        ) as room,
    ):
        app = FastAPI()
        problems.install(app)
        app.include_router(room.router)
        yield House(**vars(inner), service=service, room=room, app=app)


def joined(service: FakeTeams) -> FakeTeams:
    """Return the service with everybody in its rosters, and Gus, who is a guest."""
    for name in (*MEMBERS, "gus"):
        role = "guest" if name == "gus" else "user"
        service.members[f"29:{name}"] = {"userRole": role, "tenantId": TENANT}
    return service


async def everybody(store: Store) -> None:
    """Link every account to its person."""
    for name in MEMBERS:
        account = Account(source=AccountSource.TEAMS, issuer=TENANT, subject=f"oid-{name}")
        await store.identities.add(
            Identity(
                id=f"identity_teams_{name}",
                tenant="acme",
                account=account,
                person=name,
                linked_at=SystemClock().now(),
            )
        )
