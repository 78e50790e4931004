"""Outages of language models in the whole house: there always is an answer, in time, and it says who gave it."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from bot.settings import parsed
from bot.wiring import assembled
from bot.wiring.house import House
from memory.model.bodies import EntryKind
from memory.model.people import Surface
from memory.model.record import LogFilter
from memory.model.talk import Message, Reply
from tests.fakes.openai_server import FakeOpenAI, Manners, openai_server
from tests.fakes.time import MIDNIGHT, FakeClock

TENANT, TURN_S = "acme", 3.0
READS = {"kind": "tool", "tool": "runs.list", "arguments": {}, "question": "", "confidence": 0.9}
REAL = "QUARTERDECK_TEST_MODEL_URL"  # and QUARTERDECK_TEST_MODEL_NAME
MODELS = """
providers:
  - {name: near, runtime: llama.cpp, base_url: '%s', timeout_s: 0.5}
  - {name: far, runtime: vllm, base_url: '%s', timeout_s: 0.5}
models:
  - {name: first, provider: near, version: v1}
  - {name: second, provider: far}
rules: {order: [first, second]}
"""


@dataclass
class Scene:
    """A house with two models, each behind a provider of its own."""

    house: House
    near: FakeOpenAI
    far: FakeOpenAI
    clock: FakeClock
    said: int = 0

    async def ask(self, near: Manners = Manners.JSON, far: Manners = Manners.JSON) -> Reply:
        """Ask for the plans, a while later, while the providers behave so; the answer has to come in time."""
        self.near.manners, self.far.manners = near, far
        self.clock.move(600)
        self.said += 1
        person = self.house.directory.person(TENANT, "alice")
        message = Message(
            id=f"m{self.said}",
            tenant=TENANT,
            thread="outages",
            sender="alice",
            surface=Surface.REST,
            text=f"show the plans that run, number {self.said}",
            at=self.clock.now(),
        )
        async with asyncio.timeout(TURN_S + 2):
            return await self.house.desk.say(message, person)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    folder: Path = tmp_path_factory.mktemp("house")
    clock = FakeClock(MIDNIGHT)
    async with openai_server(lambda _: READS) as near, openai_server(lambda _: READS) as far:
        (folder / "models.yaml").write_text(MODELS % (near.base_url, far.base_url))
        settings = parsed(
            {
                "home": str(folder),
                "profile": "development",
                "tenant": TENANT,
                "people": [{"id": "alice", "roles": ["viewer", "operator"]}],
                "services": [{"name": "checkout"}],
                "models_file": str(folder / "models.yaml"),
                "model_turn_s": TURN_S,
                "engine": "inside",
            }
        )
        async with assembled(settings, clock=clock) as house:
            scene = Scene(house, near, far, clock)
            await scene.ask()  # loads the clients
            yield scene


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_all_is_well_and_the_first_model_reads(scene: Scene) -> None:
    reply = await scene.ask()
    assert (reply.brain, reply.note, reply.kind) == ("first", "", "answer")


@pytest.mark.parametrize(
    ("manners", "why"),
    [
        (Manners.HANGS, "did not answer in 0.5 s"),
        (Manners.REFUSES, "refused to answer"),
        (Manners.BROKEN, "answered with an error (500)"),
        (Manners.HANGS_UP, "could not be reached"),
    ],
)
async def test_the_first_fails_and_the_second_answers_in_the_same_turn(
    scene: Scene, manners: Manners, why: str
) -> None:
    reply = await scene.ask(manners)
    assert (reply.brain, reply.kind) == ("second", "answer")
    assert reply.note == f"The model first {why}; answered by second."


async def test_a_slow_first_token_within_the_time_is_no_outage(scene: Scene) -> None:
    scene.near.slow_s = 0.2
    assert (await scene.ask(Manners.SLOW_FIRST)).brain == "first"


@pytest.mark.parametrize("manners", [Manners.WRONG_TYPES, Manners.TRUNCATED, Manners.PROSE])
async def test_a_model_that_lies_in_its_json_is_asked_once_more_and_then_the_embedded_interpreter_answers(
    scene: Scene, manners: Manners
) -> None:
    asked = len(scene.near.requests)
    reply = await scene.ask(manners)
    assert len(scene.near.requests) == asked + 2
    assert "Your last answer was thrown away" in scene.near.system()
    assert (reply.brain, reply.kind) == ("embedded", "answer")
    assert reply.note.endswith("I understood this with the embedded interpreter.")


async def test_a_model_that_mends_its_reading_is_taken_at_its_word(scene: Scene) -> None:
    scene.near.failing = len(scene.near.requests) + 1
    reply = await scene.ask(Manners.WRONG_TYPES)
    scene.near.failing = None
    assert (reply.brain, reply.note) == ("first", "")


async def test_all_of_them_hang_and_the_embedded_interpreter_answers_in_time(scene: Scene) -> None:
    reply = await scene.ask(Manners.HANGS, Manners.HANGS)
    assert (reply.brain, reply.kind) == ("embedded", "answer")
    assert "first did not answer in 0.5 s, and second did not answer in 0.5 s" in reply.note


async def test_once_it_is_back_the_first_model_reads_again(scene: Scene) -> None:
    assert (await scene.ask(Manners.REFUSES)).brain == "second"
    assert (await scene.ask()).brain == "first"


async def test_the_log_tells_of_every_model_that_was_asked_with_its_prompt_and_version(scene: Scene) -> None:
    await scene.ask(Manners.REFUSES)
    entries = await scene.house.store.ledger.matching(TENANT, LogFilter(kinds=(EntryKind.MODEL,)), 0, 1000)
    first, second = (each.entry.body for each in entries[-2:])
    assert (first["model"], first["code"], first["model_version"]) == ("first", "model.refused", "v1")
    assert (second["model"], second["code"], second["provider"]) == ("second", "", "far")
    assert second["template"] == "interpret"
    assert len(str(second["template_digest"])) == 64


@pytest.mark.skipif(REAL not in os.environ, reason=f"no real model: {REAL} names none")
async def test_a_real_model_answers_or_its_failure_is_told(tmp_path: Path) -> None:
    settings = parsed(
        {
            "home": str(tmp_path),
            "profile": "development",
            "tenant": TENANT,
            "people": [{"id": "alice", "roles": ["viewer"]}],
            "services": [{"name": "checkout"}],
            "model_url": os.environ[REAL],
            "model_name": os.environ.get("QUARTERDECK_TEST_MODEL_NAME", "default"),
            "model_timeout_s": 60,
            "model_turn_s": 120,
            "engine": "inside",
        }
    )
    async with assembled(settings) as house:
        person = house.directory.person(TENANT, "alice")
        message = Message(
            id="m1",
            tenant=TENANT,
            thread="real",
            sender="alice",
            surface=Surface.REST,
            text="show me the plans that run",
            at=MIDNIGHT,
        )
        reply = await house.desk.say(message, person)
    assert reply.text
    assert reply.brain != "embedded" or reply.note
