"""The console's microphone over a real WebSocket: a page of the session alone opens it; a cancel always works."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from memory.model.people import Role
from tests.bot.surfaces.voice.console import ListeningConsole, console
from tests.bot.surfaces.voice.house import voices


@dataclass
class Page:
    """One open page."""

    socket: ClientConnection

    async def tell(self, **note: Any) -> None:
        await self.socket.send(json.dumps(note))

    async def say(self, words: str) -> dict[str, Any]:
        """Speak a clip, and return the answer with its sound taken off the line."""
        await self.tell(type="start", mime="audio/webm;codecs=opus")
        await self.socket.send(words.encode())
        await self.tell(type="stop")
        return await self.answer()

    async def answer(self) -> dict[str, Any]:
        async with asyncio.timeout(10.0):
            while True:
                told: dict[str, Any] = json.loads(await self.socket.recv())
                if told["type"] == "answer" and told["sound"]:
                    sound = await self.socket.recv()
                    assert isinstance(sound, bytes)
                    assert sound.startswith(b"RIFF")
                if told["type"] != "partial":
                    return told


@pytest.fixture
async def listening(tmp_path: Path) -> AsyncIterator[ListeningConsole]:
    async with voices(tmp_path) as house, console(house) as made:
        yield made


@asynccontextmanager
async def opened(
    listening: ListeningConsole,
    name: str = "alice",
    *,
    cookie: str | None = None,
    token: str | None = None,
    origin: str = "",
) -> AsyncIterator[Page]:
    who = await listening.signed_in(name)
    headers = {"Cookie": who.cookie if cookie is None else cookie}
    address = listening.url.replace("http", "ws") + "/console/voice"
    async with connect(address, additional_headers=headers, origin=Origin(origin or listening.url)) as socket:
        page = Page(socket)
        await page.tell(type="hello", token=who.token if token is None else token, thread=who.thread)
        yield page


async def ready(page: Page) -> Page:
    assert json.loads(await page.socket.recv())["type"] == "ready"
    return page


async def test_a_page_asks_confirms_and_sees_it_submitted(listening: ListeningConsole) -> None:
    async with opened(listening) as page:
        await ready(page)
        answer = await page.say("what is wrong with checkout")
        assert "thirty one percent" in answer["says"]
        asked = await page.say("roll back checkout")
        assert asked["waiting"]["says"].startswith("deploy.rollback") or "checkout" in asked["waiting"]["says"]
        assert await listening.house.runs() == 0
        await page.say("confirm zero zero")
        assert await listening.house.runs() == 1


async def test_the_button_and_the_cancel_key_always_work(listening: ListeningConsole) -> None:
    async with opened(listening) as page:
        await ready(page)
        asked = await page.say("roll back checkout")
        await page.tell(type="cancel")
        assert "Dropped" in (await page.answer())["says"]
        await page.tell(type="press", id=asked["waiting"]["id"])
        assert (await page.answer())["code"] == "approval.spoken_code"
        asked = await page.say("roll back payments")
        await page.tell(type="press", id=asked["waiting"]["id"])
        assert (await page.answer())["type"] == "answer"
        assert await listening.house.runs() == 1


async def test_a_replayed_clip_is_answered_and_goes_ahead_with_nothing(listening: ListeningConsole) -> None:
    async with opened(listening) as page:
        await ready(page)
        await page.say("roll back checkout")
        replayed = await page.say("roll back checkout")
        assert "recording" in replayed["says"]
        assert replayed["waiting"] is None
        assert await listening.house.runs() == 0


async def test_a_clip_that_is_broken_off_is_not_heard(listening: ListeningConsole) -> None:
    async with opened(listening) as page:
        await ready(page)
        await page.tell(type="start", mime="audio/webm")
        await page.socket.send(b"roll back checkout")
        await page.tell(type="cancel")
        await page.answer()
        await page.tell(type="stop")
        assert "thirty one" in (await page.say("what is wrong with checkout"))["says"]
        assert [str(each) for each in await listening.house.behind.runs()] == []


async def test_only_few_words_can_be_said_without_sound(listening: ListeningConsole) -> None:
    async with opened(listening) as page:
        await ready(page)
        for words in ("roll back checkout", "confirm zero zero", 7):
            await page.tell(type="say", words=words)
            assert (await page.answer())["code"] == "input.invalid"
        await page.tell(type="say", words="repeat")
        assert (await page.answer())["says"] == "I have said nothing yet."


@pytest.mark.parametrize("bad", ["no json", "[]", json.dumps({"type": "dance"}), "x" * 5000])
async def test_what_no_page_sends_is_refused_and_the_line_stays(listening: ListeningConsole, bad: str) -> None:
    async with opened(listening) as page:
        await ready(page)
        await page.socket.send(bad)
        assert (await page.answer())["type"] == "problem"
        await page.socket.send(b"sound that nobody asked for")
        assert "thirty one" in (await page.say("what is wrong with checkout"))["says"]


@pytest.mark.parametrize(
    "how", [{"cookie": ""}, {"cookie": "quarterdeck=forged"}, {"token": "0" * 64}, {"origin": "http://evil.test"}]
)
async def test_nobody_but_a_page_of_the_session_is_listened_to(
    listening: ListeningConsole, how: dict[str, str]
) -> None:
    async with opened(listening, **how) as page:
        with pytest.raises(ConnectionClosed) as ended:
            await page.socket.recv()
    assert ended.value.rcvd is not None
    assert ended.value.rcvd.code == 4401


async def test_a_line_ends_with_its_session(listening: ListeningConsole) -> None:
    async with opened(listening) as page:
        await ready(page)
        store = listening.house.behind.store
        await store.sign_ins.end("acme", "alice", listening.house.clock.now())
        with pytest.raises(ConnectionClosed):
            await page.say("what is wrong with checkout")


async def test_the_page_may_use_the_microphone_and_shows_it(listening: ListeningConsole) -> None:
    page = (await listening.signed_in("alice")).page
    assert 'id="microphone"' in page.text
    assert "microphone=(self)" in page.headers["Permissions-Policy"]
    assert Role.OPERATOR in listening.house.person("alice").principal.roles
