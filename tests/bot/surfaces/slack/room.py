"""The receiving side of Slack as it is wired, over a real store and the fake Slack's real sockets."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from bot.identity import Directory, Door
from bot.refusals import Refusals
from bot.server import create_app
from bot.settings import Settings, parsed
from bot.surfaces.console import ConsoleSettings
from bot.surfaces.identities import IdentityRoom
from bot.surfaces.ports import Ports
from bot.surfaces.slack.pacing import Pacer
from bot.wiring.identity import roster, who_is_who
from bot.wiring.slack import SlackRoom, slack_room
from memory.bus import LocalBus
from memory.clock import Clock, SystemClock
from memory.ids import RandomIds
from memory.model.identity import Account, AccountSource, Identity
from memory.store import Store
from tests.fakes.desk import FakeDesk
from tests.fakes.doorkeeper import FakeDoorkeeper, FakeReplays
from tests.fakes.sign_ins import sessions_in_memory
from tests.fakes.signed_log import FakeSignedLog
from tests.fakes.slack.deliveries import SIGNING_SECRET, Deliveries
from tests.fakes.slack.server import TOKEN, SlackServer
from tests.fakes.slack.talking import FakeTalking
from tests.fakes.slack.workspace import TEAM, Workspace
from tests.fakes.time import FakeClock
from tests.memory.opening import opened
from tools.capabilities import EVERY

ORIGIN = "http://quarterdeck.test"
PACE = 0.001
PEOPLE: list[dict[str, Any]] = [
    {"id": "alice", "name": "Alice", "roles": ["operator", "approver"]},
    {"id": "bob", "name": "Bob", "roles": ["approver"]},
]


@dataclass
class Node:
    """One process of ours: its door, what is behind it, and whom it speaks to."""

    room: SlackRoom
    store: Store
    talking: FakeTalking
    doorkeeper: FakeDoorkeeper
    identity: IdentityRoom
    app: FastAPI
    http: httpx.AsyncClient
    slack: SlackServer
    deliveries: Deliveries

    def whispered(self) -> list[str]:
        """Return what single people were told, as the words of each message."""
        calls = self.slack.workspaces[TOKEN].called("chat.postEphemeral")
        return [each["text"] for each in calls] + [told["text"] for _, told in self.slack.responded]


def workspace() -> Workspace:
    """Return a workspace with people of every kind."""
    made = Workspace()
    for user, name in (("UALICE", "alice"), ("UBOB", "bob"), ("UNEW", "nell")):
        made.add_user(user, name)
    made.add_user("UGUEST", "gus", is_restricted=True)
    made.add_user("USTRANGER", "stan", team_id="T0OTHER", is_stranger=True)
    made.add_channel("C1", "ops", "UALICE", "UBOB", "UNEW", "UGUEST", "USTRANGER")
    made.add_channel("DALICE", "", "UALICE", is_im=True)
    return made


def settings(home: Path, slack: SlackServer, **more: Any) -> Settings:
    """Return settings that point at the fake."""
    given = {
        "home": home,
        "tenant": "acme",
        "public_url": ORIGIN,
        "people": PEOPLE,
        "slack_bot_token": TOKEN,
        "slack_signing_secret": SIGNING_SECRET,
        "slack_api_url": f"{slack.url}/api/",
        "role_mappings": [{"source": "slack", "group": "S0ONCALL", "role": "auditor"}],
    }
    return parsed(given | more)


@asynccontextmanager
async def node(
    address: str,
    home: Path,
    slack: SlackServer,
    *,
    working: bool = True,
    clock: Clock | None = None,
    talking: FakeTalking | None = None,
    **more: Any,
) -> AsyncIterator[Node]:
    """Have one process of ours at this database."""
    clock = clock or SystemClock()
    told = settings(home, slack, **more)
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(opened(address, clock))
        ids, bus, directory = RandomIds(), LocalBus(), Directory(told.principals())
        people = roster(told, store, directory, clock)
        await people.look()
        door = Door(store, directory, Refusals(store, told.tenant, clock, ids), clock, ids)
        who = who_is_who(told, store, directory, people, door, bus=bus, clock=clock, ids=ids)
        doorkeeper, talking = FakeDoorkeeper(), talking or FakeTalking()
        ports = Ports(
            desk=FakeDesk(FakeClock()),
            log=FakeSignedLog(),
            doorkeeper=doorkeeper,
            clock=clock,
            ids=ids,
            identity=who.room,
        )
        room = await stack.enter_async_context(
            slack_room(told, ports, store, lambda _: talking, pacer=Pacer(PACE))
        )
        app = create_app(
            ports,
            FakeReplays(),
            sessions_in_memory(FakeClock()),
            capabilities=EVERY,
            console=ConsoleSettings(public_url=ORIGIN),
            slack=room.app,
        )
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        http = await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url=ORIGIN))
        deliveries = Deliveries(http, slack.workspaces[TOKEN], hooks=slack.url)
        if working:
            await stack.enter_async_context(room.working())
        yield Node(room, store, talking, doorkeeper, who.room, app, http, slack, deliveries)


async def linked(store: Store, user: str, person: str, team: str = TEAM) -> None:
    """Have an account be a person's, as linking would."""
    account = Account(source=AccountSource.SLACK, issuer=team, subject=user)
    identity = Identity(
        id=f"identity_{user}", tenant="acme", account=account, person=person, linked_at=SystemClock().now()
    )
    await store.identities.add(identity)
