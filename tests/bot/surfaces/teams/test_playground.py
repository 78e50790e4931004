"""Microsoft's own playground, a client nobody here wrote, is talked to: message, card, approval, card anew.

`make test-playground` brings it from npm and runs this; the playground itself needs no network.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from bot.serving import listener, serving
from bot.settings import parsed
from bot.surfaces.ports import Ports
from bot.wiring.teams import TeamsRoom, teams_room
from memory.model.identity import Account, AccountSource
from memory.store import Store
from tests.fakes.desk import FakeDesk
from tests.fakes.doorkeeper import FakeDoorkeeper
from tests.fakes.people import ALICE, BOB
from tests.fakes.signed_log import FakeSignedLog
from tests.fakes.teams.accounts import FakeIdentities
from tests.fakes.teams.client import titles, words
from tests.fakes.time import CountingIds, FakeClock
from tests.memory.opening import opened
from tests.patience import until

TENANT = "00000000-0000-0000-0000-0000000000001"  # the playground's own, as are the people's ids
PEOPLE = {"00000000-0000-0000-0000-0000000000020": ALICE, "00000000-0000-0000-0000-0000000000021": BOB}
ALEX, MEGAN = "user-id-0", "user-id-1"


@dataclass
class Playground:
    """The playground over HTTP, and the house it talks to."""

    http: httpx.AsyncClient
    desk: FakeDesk
    store: Store
    made: TeamsRoom
    config: dict[str, Any]

    @property
    def group(self) -> str:
        return str(self.config["groupChats"][0]["id"])

    async def say(self, who: str, text: str) -> None:
        """Say something to us in the group chat."""
        bot = self.config["bot"]
        told = {
            "from": {"id": who},
            "text": f"<at>{bot['name']}</at> {text}",
            "textFormat": "plain",
            "mentions": [{"mentioned": {"id": bot["id"]}, "text": f"<at>{bot['name']}</at>"}],
        }
        path = f"/_conversation/v1/conversations/{self.group}/messages"
        (await self.http.post(path, json=told)).raise_for_status()

    async def invoke(self, who: str, action: dict[str, Any], message: str) -> dict[str, Any]:
        """Press a button of a message."""
        told = {
            "name": "adaptiveCard/action",
            "value": {"action": action, "trigger": "manual"},
            "from": {"id": who},
            "conversation": {"id": self.group},
            "replyToId": message,
        }
        answer = (await self.http.post("/_conversation/v1/invoke", json=told)).raise_for_status().json()
        card: dict[str, Any] = answer["value"]
        return card


@pytest.fixture
async def playground(tmp_path: Path) -> AsyncIterator[Playground]:
    program = shutil.which("agentsplayground")
    if program is None:
        pytest.skip("Microsoft's playground is absent: make test-playground")
    clock = FakeClock(datetime.now(UTC))
    desk, people = FakeDesk(clock), FakeIdentities()
    people.people = {
        Account(source=AccountSource.TEAMS, issuer=TENANT, subject=subject): person
        for subject, person in PEOPLE.items()
    }
    given = {"home": tmp_path, "tenant": "acme", "profile": "development"}
    settings = parsed(given | {"teams_open": True, "teams_tenants": TENANT})
    ports = Ports(desk=desk, log=FakeSignedLog(), doorkeeper=FakeDoorkeeper(), clock=clock, ids=CountingIds())
    app = FastAPI()
    async with (
        opened(f"sqlite:///{tmp_path}/qd.db", clock) as store,
        teams_room(settings, ports, store, people, tending=True) as made,
    ):
        app.include_router(made.router)
        with listener("127.0.0.1", 0) as bound:
            ours = f"http://127.0.0.1:{bound.getsockname()[1]}/teams/messages"
            async with serving(app, bound, asyncio.Event()), started(program, ours, tmp_path) as http:
                config = (await http.get("/_internal/v1/config")).json()["config"]
                yield Playground(http, desk, store, made, config)


@asynccontextmanager
async def started(program: str, ours: str, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Start the playground on a free port, without a browser, and end it in the end."""
    with listener("127.0.0.1", 0) as free:
        port = str(free.getsockname()[1])
    process = await asyncio.create_subprocess_exec(
        *(program, "-e", ours, "-c", "msteams", "-p", port, "--dt"),
        env=os.environ | {"TEAMSAPPTESTER_BROWSER": "none", "HOME": str(folder)},
        cwd=folder,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=15) as http:
            await answering(http)
            yield http
    finally:
        process.terminate()
        await process.wait()


async def answering(http: httpx.AsyncClient) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                if (await http.get("/_internal/v1/config")).is_success:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.1)


async def test_the_playground_sees_a_plan_approves_it_and_is_refused_the_second_time(
    playground: Playground,
) -> None:
    await playground.say(ALEX, "roll back checkout")
    await until(lambda: playground.desk.held)
    run = next(iter(playground.desk.held))
    async with asyncio.timeout(15):
        while not (shown := await playground.store.teams_cards.of("acme", run)):  # noqa: ASYNC110  # a store has no event to set
            await asyncio.sleep(0.05)
    message = shown[0].activity
    view = {"type": "Action.Execute", "verb": "view", "data": {"made": 1, "run": run, "digest": ""}}
    assert "Approve" not in titles(await playground.invoke(ALEX, view, message))
    own = await playground.invoke(MEGAN, view, message)
    approve = next(each for each in own["actions"] if each["title"] == "Approve")
    assert "Approved by" in words(await playground.invoke(MEGAN, approve, message))
    assert "expected a plan that waits" in words(await playground.invoke(MEGAN, approve, message))
    assert len(playground.desk.held[run].approvals) == 1
    anew = await playground.store.teams_cards.of("acme", run)
    assert anew[0].content != shown[0].content  # the playground took the update
    place = next(each for each in await playground.store.teams_places.of("acme") if not each.direct)
    other = playground.desk.held[run].model_copy(update={"id": "run_other"})
    playground.desk.held[other.id] = other
    await playground.made.board.show(place, other.id)
    assert [each.closed for each in await playground.store.teams_cards.of("acme", other.id)] == [False]
