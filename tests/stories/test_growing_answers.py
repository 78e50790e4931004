"""An answer that grows in the whole house, and a stop that ends the request of the model's provider."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.settings import parsed
from bot.wiring import assembled
from bot.wiring.house import House
from memory.model.bodies import EntryKind
from memory.model.people import Surface
from memory.model.record import LogFilter
from memory.model.talk import Message
from tests.fakes.openai_server import FakeOpenAI, Manners, call, openai_server
from tests.fakes.time import MIDNIGHT, FakeClock

TENANT = "acme"
READS = {"kind": "tool", "tool": "service.health", "arguments": {"service": "checkout"}, "confidence": 0.9}
ASKS = "what is wrong with checkout?"


def script(asked: dict[str, Any]) -> dict[str, Any]:
    """Read a message; asked to look, look once, and conclude in two sentences."""
    tools = [tool["function"]["name"] for tool in asked.get("tools", ())]
    if not tools:
        return {"content": json.dumps(READS)}
    if not any(line["role"] == "tool" for line in asked["messages"]):
        return {"content": "", "tool_calls": [call("alerts__list", {})]}
    said = [{"text": "No alert names it", "evidence": ["e1"]}, {"text": "It looks well", "evidence": ["e1"]}]
    return {"content": "", "tool_calls": [call("finish", {"sentences": said, "proposal": ""})]}


@dataclass
class Scene:
    """A house with one model, and a person who asks."""

    house: House
    model: FakeOpenAI
    clock: FakeClock
    said: int = 0

    def message(self, text: str = ASKS, thread: str = "growing") -> Message:
        self.said += 1
        self.clock.move(600)
        return Message(
            id=f"m{self.said}",
            tenant=TENANT,
            thread=thread,
            sender="alice",
            surface=Surface.REST,
            text=text,
            at=self.clock.now(),
        )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    folder: Path = tmp_path_factory.mktemp("house")
    clock = FakeClock(MIDNIGHT)
    async with openai_server(script=script) as model:
        settings = parsed(
            {
                "home": str(folder),
                "profile": "development",
                "tenant": TENANT,
                "people": [{"id": "alice", "roles": ["viewer", "operator"]}, {"id": "bob", "roles": ["viewer"]}],
                "services": [{"name": "checkout"}],
                "model_url": model.base_url,
                "model_name": "thinker",
                "model_cache_hours": 0,
                "engine": "inside",
            }
        )
        async with assembled(settings, clock=clock) as house:
            yield Scene(house, model, clock)


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def came_true(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110  # what another end of a connection does has no event here
            await asyncio.sleep(0.01)


async def test_the_desk_stops_what_is_asked_and_the_providers_request_ends(scene: Scene) -> None:
    scene.model.manners, scene.model.pauses_at, scene.model.paused = Manners.JSON, '"kind"', False
    person = scene.house.directory.person(TENANT, "alice")
    scene.model.manners = Manners.HANGS  # while the message is read
    asked, abandoned = len(scene.model.requests), scene.model.abandoned
    asking = asyncio.create_task(scene.house.desk.say(scene.message("restart checkout"), person))
    await came_true(lambda: len(scene.model.requests) > asked)
    await scene.house.desk.stop(scene.house.directory.person(TENANT, "bob"), "growing")
    assert not asking.done()
    await scene.house.desk.stop(person, "growing")
    reply = await asyncio.wait_for(asking, 2)
    assert (reply.text, reply.card) == ("Stopped, as you asked. Nothing was done.", None)
    scene.model.manners = Manners.JSON
    assert scene.model.abandoned >= abandoned
    entries = await scene.house.store.ledger.matching(TENANT, LogFilter(kinds=(EntryKind.MODEL,)), 0, 1000)
    assert entries[-1].entry.body["code"] == "model.stopped"


async def test_to_say_stop_stops_and_is_answered_at_once(scene: Scene) -> None:
    person = scene.house.directory.person(TENANT, "alice")
    scene.model.manners = Manners.HANGS
    asked = len(scene.model.requests)
    asking = asyncio.create_task(scene.house.desk.say(scene.message(), person))
    await came_true(lambda: len(scene.model.requests) > asked)
    answer = await asyncio.wait_for(scene.house.desk.say(scene.message("stop"), person), 2)
    reply = await asyncio.wait_for(asking, 2)
    scene.model.manners = Manners.JSON
    assert answer.kind == reply.kind == "smalltalk"
