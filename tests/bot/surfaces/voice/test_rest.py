"""Clips over REST: answered, read back, confirmed by a clip or the button, and refused where they are no sound."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.identity import Door
from bot.server import create_app
from bot.sessions import Sessions
from bot.surfaces.console import ConsoleSettings
from bot.surfaces.desk import EVERY_SCOPE
from bot.surfaces.inbound import LONGEST_BODY
from bot.surfaces.incidents import Declaration
from bot.surfaces.voice.scribe import Scribe
from tests.bot.surfaces.voice.house import HINTS, VoiceHouse, voices
from tests.fakes.doorkeeper import FakeReplays
from tests.fakes.people import TENANT
from tools.capabilities import EVERY

ORIGIN = "http://quarterdeck.test"


@dataclass
class Caller:
    """A program with alice's key."""

    house: VoiceHouse
    http: httpx.AsyncClient

    async def say(self, words: bytes, thread: str = "thr_9", kind: str = "audio/webm") -> httpx.Response:
        return await self.http.post(
            "/v1/voice", params={"thread": thread}, content=words, headers={"Content-Type": kind}
        )


@asynccontextmanager
async def calling(tmp_path: Path) -> AsyncIterator[Caller]:
    async with voices(tmp_path) as house:
        made = house.behind
        assert made.ports.incidents is not None
        scribe = Scribe(made.ports.incidents, house.recogniser, lambda: HINTS, made.store, house.clock)
        ports = replace(made.ports, voice=house.voice, scribe=scribe)
        sessions = Sessions(b"s" * 32, TENANT, made.store.sign_ins, made.store.codes, house.clock, ports.ids)
        settings = ConsoleSettings(public_url=ORIGIN)
        app = create_app(ports, FakeReplays(), sessions, capabilities=EVERY, console=settings)
        door = made.ports.doorkeeper
        assert isinstance(door, Door)
        _, secret = await door.mint(TENANT, "alice", EVERY_SCOPE, label="test")
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        headers = {"Authorization": f"Bearer {secret}"}
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers) as http:
            yield Caller(house, http)


@pytest.fixture
async def caller(tmp_path: Path) -> AsyncIterator[Caller]:
    async with calling(tmp_path) as made:
        yield made


def told(response: httpx.Response) -> dict[str, Any]:
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


async def test_a_clip_is_answered_and_a_command_confirmed_by_another_clip(caller: Caller) -> None:
    answer = told(await caller.say(b"what is wrong with checkout"))
    assert answer["says"].startswith("checkout fails for thirty one percent")
    asked = told(await caller.say(b"roll back checkout"))
    assert asked["waiting"]["coded"]
    assert await caller.house.runs() == 0
    told(await caller.say(b"confirm zero zero", thread="thr_other"))
    assert await caller.house.runs() == 0
    told(await caller.say(b"confirm zero  zero"))
    assert await caller.house.runs() == 1


async def test_the_button_and_the_cancel_are_routes_too(caller: Caller) -> None:
    asked = told(await caller.say(b"roll back checkout"))
    body = {"thread": "thr_9", "id": asked["waiting"]["id"]}
    assert "Dropped" in told(await caller.http.post("/v1/voice/cancel", json={"thread": "thr_9"}))["says"]
    assert (await caller.http.post("/v1/voice/go-ahead", json=body)).json()["code"] == "approval.spoken_code"
    asked = told(await caller.say(b"roll back payments"))
    told(await caller.http.post("/v1/voice/go-ahead", json={"thread": "thr_9", "id": asked["waiting"]["id"]}))
    assert await caller.house.runs() == 1


async def test_a_recording_may_be_larger_than_a_text_and_a_text_may_not(caller: Caller) -> None:
    large = b"what is wrong" + b" " * (2 * LONGEST_BODY)
    assert (await caller.say(large)).status_code == 200
    assert (await caller.http.post("/v1/messages", json={"text": "x" * 2 * LONGEST_BODY})).status_code == 413


@pytest.mark.parametrize(
    ("sound", "kind"), [(b"", "audio/webm"), (b"hello", "text/plain"), (b"\x00\xff\xfe", "audio/webm")]
)
async def test_what_is_no_recording_is_refused(caller: Caller, sound: bytes, kind: str) -> None:
    refused = await caller.say(sound, kind=kind)
    assert (refused.status_code, refused.json()["code"]) == (400, "input.invalid")


async def test_words_are_spoken_as_a_wav(caller: Caller) -> None:
    spoken = await caller.http.post("/v1/voice/speech", json={"text": "ninety nine"})
    assert spoken.content.startswith(b"RIFF")
    assert spoken.headers["content-type"] == "audio/wav"


async def test_moments_of_a_call_are_listed_and_settled(caller: Caller) -> None:
    made = caller.house.behind
    assert made.ports.incidents is not None
    alice = made.person("alice")
    incident = await made.ports.incidents.declare(alice, Declaration(title="Checkout fails"))
    scribe = Scribe(made.ports.incidents, caller.house.recogniser, lambda: HINTS, made.store, caller.house.clock)
    said = {"speaker": "Bob", "text": "Let's roll back checkout.", "at": caller.house.clock.now(), "call": "C1"}
    await scribe.heard(alice, incident.id, **said)  # type: ignore[arg-type]  # as its names say
    (moment,) = told(await caller.http.get(f"/v1/incidents/{incident.number}/moments"))["items"]
    settled = told(await caller.http.post(f"/v1/moments/{moment['id']}", json={"decided": True}))
    assert settled["standing"] == "accepted"
    assert (await caller.http.post(f"/v1/moments/{moment['id']}", json={"decided": False})).status_code == 409
