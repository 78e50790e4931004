"""The whole house with a voice: what is spoken anywhere is held, and what is typed goes as it went before."""

import io
import wave
from pathlib import Path

import httpx
import pytest

from agents.understanding import EmbeddedUnderstanding
from bot.settings import parsed
from bot.wiring import assembled
from bot.wiring.voice import Reader
from memory.clock import SystemClock
from memory.embedding import MiniLmEmbedder
from memory.model.people import Surface
from memory.model.talk import ButtonAction, Message
from tests.fakes.recogniser import heard
from tools.capabilities import EVERY

SETTINGS = {
    "profile": "development",
    "people": [{"id": "alice", "name": "Alice", "roles": ["operator"]}],
    "services": [{"name": "checkout", "owner": "shop", "environments": ["production"]}],
    "voice_telephone_token": "t0ken",  # so that its door is built too
}
DECLARE = "declare an incident: checkout is failing"


def silence(seconds: int) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
        sound.writeframes(bytes(2 * 16_000 * seconds))
    return file.getvalue()


async def test_what_was_taught_is_heard_from_the_next_clip_on(tmp_path: Path) -> None:
    settings, clock = parsed({**SETTINGS, "home": str(tmp_path)}), SystemClock()
    understanding = EmbeddedUnderstanding(
        EVERY, settings.catalogue(), MiniLmEmbedder.from_packages(), clock=clock, people=("alice",)
    )
    meaning = Reader(settings, understanding, EVERY, clock)
    said = "what does the lighthouse see"
    misheard_first = heard("wet dust the light house sea", said)
    assert (await meaning(misheard_first, going_on=False)).text != said

    understanding.interpreter = understanding.taught([(said, "alerts.list")])

    assert (await meaning(misheard_first, going_on=False)).text == said


async def test_what_is_spoken_is_held_until_it_is_confirmed(tmp_path: Path) -> None:
    pytest.importorskip("faster_whisper")
    async with assembled(parsed({**SETTINGS, "home": str(tmp_path)})) as house:
        tenant, alice = house.settings.tenant, house.directory.person(house.settings.tenant, "alice")

        async def say(name: str, surface: Surface) -> tuple[str, list[str]]:
            told = {"id": name, "tenant": tenant, "thread": name, "sender": "alice", "surface": surface}
            message = Message.model_validate({**told, "text": DECLARE, "at": "2026-11-21T10:00:00Z"})
            reply = await house.desk.say(message, alice)
            return reply.kind, [each.value for each in reply.buttons if each.action is ButtonAction.SAY]

        with house.door.trusted(alice) as key:
            headers = {"Authorization": f"Bearer {key}", "Content-Type": "audio/wav"}
            transport = httpx.ASGITransport(app=house.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers) as client:
                answer = await client.post("/v1/voice", content=silence(1), timeout=60)
                assert answer.json()["says"].startswith("I heard nobody speak.")
                assert await say("m1", Surface.VOICE) == ("clarify", [DECLARE])
                assert (await house.store.runs.page(tenant)).items == ()
                assert await house.store.readbacks.of_message(tenant, "m1") is not None
                assert (await say("m2", Surface.CONSOLE))[0] == "plan"
                assert len((await house.store.runs.page(tenant)).items) == 1
