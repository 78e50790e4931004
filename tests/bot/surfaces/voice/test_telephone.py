"""Calls over a real WebSocket, in the form of Twilio's media streams: signed, dialled in, heard, spoken to."""

import asyncio
import json
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from bot.serving import listener, serving
from bot.surfaces.voice.dialling import DialIn
from bot.surfaces.voice.scribe import Scribe
from bot.surfaces.voice.signature import is_signed, signature_of
from bot.surfaces.voice.telephone import GREETING, HEADER, PATH, Telephone
from memory.model.identity import SignIn
from tests.bot.surfaces.voice.house import HINTS, VoiceHouse, voices
from tests.fakes.people import TENANT

TOKEN = "12345"
ADDRESS = "wss://quarterdeck.test/voice/telephone"
FORM = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
QUIET = b"\xff" * 160


@dataclass
class Line:
    """The provider's side of a call. What it plays, it marks as played at once, unless it is told to hold on."""

    socket: ClientConnection
    played: list[bytes] = field(default_factory=list)
    cleared: int = 0
    holding: bool = False
    marks: list[dict[str, Any]] = field(default_factory=list)
    finished: int = 0

    async def send(self, event: str, **told: Any) -> None:
        await self.socket.send(json.dumps({"event": event, "streamSid": "MZ1", **told}))

    async def start(self, **parameters: str) -> None:
        await self.send("connected", protocol="Call")
        start = {"streamSid": "MZ1", "callSid": "CA1", "mediaFormat": FORM, "customParameters": parameters}
        await self.send("start", start=start)

    async def dial(self, digits: str) -> None:
        for digit in digits:
            await self.send("dtmf", dtmf={"track": "inbound_track", "digit": digit})

    async def say(self, words: str, track: str = "inbound") -> None:
        """Speak: a frame of words, and the silence that ends them."""
        for sound in (words.encode(), QUIET):
            await self.send("media", media={"track": track, "payload": b64encode(sound).decode()})

    async def quiet(self) -> None:
        await self.send("media", media={"track": "inbound", "payload": b64encode(QUIET).decode()})

    async def begin_to_say(self, words: str) -> None:
        await self.send("media", media={"track": "inbound", "payload": b64encode(words.encode()).decode()})

    async def hear(self) -> None:
        """Take what comes next."""
        told = json.loads(await self.socket.recv())
        assert told["streamSid"] == "MZ1"
        if told["event"] == "media":
            self.played.append(b64decode(told["media"]["payload"]))
        elif told["event"] == "clear":
            self.cleared += 1
            await self.play_out()
        elif self.holding:
            self.marks.append(told["mark"])
        else:
            for _ in range(60):  # whoever listens is quiet while we are played
                await self.quiet()
            self.finished += 1
            await self.send("mark", mark=told["mark"])

    async def play_out(self) -> None:
        """Say of everything that was held that it was played, as a provider does after a clear."""
        while self.marks:
            await self.send("mark", mark=self.marks.pop(0))


@dataclass
class Exchange:
    """A house that takes calls."""

    house: VoiceHouse
    url: str
    dial_in: DialIn

    async def code(self, name: str) -> str:
        return await self.dial_in.give(self.house.person(name, f"ses_{name}"), f"thr_{name}")

    @asynccontextmanager
    async def call(self) -> AsyncIterator[Line]:
        async with connect(self.url, additional_headers={HEADER: signature_of(TOKEN, ADDRESS)}) as socket:
            yield Line(socket, finished=len(self.house.speaker.said))

    async def until_said(self, line: Line, words: str) -> None:
        """Listen until this was said, and to its end unless what is played is held back."""
        said = self.house.speaker.said
        async with asyncio.timeout(10.0):
            while not any(words in each for each in said) or (line.finished < len(said) and not line.holding):
                await line.hear()


@pytest.fixture
async def exchange(tmp_path: Path) -> AsyncIterator[Exchange]:
    async with voices(tmp_path) as house:
        made, store = house.behind, house.behind.store
        numbers = iter(f"{number:08d}" for number in range(10_000_000, 10_000_099))
        dial_in = DialIn(
            TENANT, store.codes, store.sign_ins, made.ports.doorkeeper, house.clock, lambda: next(numbers)
        )
        for name in ("alice", "bob"):
            now = house.clock.now()
            sign_in = SignIn(id=f"ses_{name}", tenant=TENANT, person=name, how="key", began_at=now, moved_at=now)
            await store.sign_ins.begin(sign_in)
        assert made.ports.incidents is not None
        scribe = Scribe(made.ports.incidents, house.recogniser, lambda: HINTS, store, house.clock)
        app = FastAPI()
        app.include_router(
            Telephone(made.ports, house.voice, scribe, dial_in, token=TOKEN, address=ADDRESS).router()
        )
        with listener("127.0.0.1", 0) as bound:
            async with serving(app, bound, made.ports.closing):
                yield Exchange(house, f"ws://127.0.0.1:{bound.getsockname()[1]}{PATH}", dial_in)


async def test_a_call_is_heard_answered_and_confirmed_by_its_code(exchange: Exchange) -> None:
    async with exchange.call() as line:
        await line.start()
        await exchange.until_said(line, GREETING)
        await line.dial(await exchange.code("alice") + "#")
        await exchange.until_said(line, "Hello Alice.")
        await line.say("what is wrong with checkout")
        await exchange.until_said(line, "thirty one percent")
        assert {len(each) for each in line.played[:-1]} <= {160, *range(1, 160)}
        await line.say("roll back checkout")
        await exchange.until_said(line, "Press hash, or say confirm zero zero.")
        assert await exchange.house.runs() == 0
        await line.say("confirm zero zero")
        await exchange.until_said(line, "It waits for")
        assert await exchange.house.runs() == 1


async def test_keys_cancel_and_go_ahead(exchange: Exchange) -> None:
    async with exchange.call() as line:
        await line.start(code=await exchange.code("alice"))
        await exchange.until_said(line, "Hello Alice.")
        await line.say("roll back checkout")
        await exchange.until_said(line, "confirm zero zero")
        await line.dial("*")
        await exchange.until_said(line, "Dropped.")
        await line.dial("#")
        await line.say("roll back payments")
        await exchange.until_said(line, "confirm zero one")
        assert await exchange.house.runs() == 0
        await line.dial("#")
        await exchange.until_said(line, "It waits for")
        assert await exchange.house.runs() == 1


async def test_who_speaks_while_we_do_interrupts_us_and_confirms_nothing(exchange: Exchange) -> None:
    async with exchange.call() as line:
        await line.start(code=await exchange.code("alice"))
        await exchange.until_said(line, "Hello Alice.")
        line.holding = True
        await line.say("roll back checkout")
        await exchange.until_said(line, "confirm zero zero")
        await line.begin_to_say("confirm zero zero")
        async with asyncio.timeout(10.0):
            while not line.cleared:
                await line.hear()
        await line.say("")
        await exchange.until_said(line, "began before")
        assert await exchange.house.runs() == 0


async def test_a_call_that_is_not_signed_is_not_answered(exchange: Exchange) -> None:
    for headers in ({}, {HEADER: signature_of("another", ADDRESS)}, {HEADER: signature_of(TOKEN, exchange.url)}):
        with pytest.raises(InvalidStatus):
            await connect(exchange.url, additional_headers=headers)


async def test_a_stranger_is_hung_up_on_after_three_codes(exchange: Exchange) -> None:
    async with exchange.call() as line:
        await line.start()
        await line.say("roll back checkout")
        for _ in range(3):
            await line.dial("12345678#")
        with pytest.raises(ConnectionClosed):
            await exchange.until_said(line, "never said")
    assert await exchange.house.runs() == 0
    assert exchange.house.behind.thinking.answered == 0


async def test_a_dialled_code_lets_in_once_and_no_longer_than_the_sign_in(exchange: Exchange) -> None:
    code = await exchange.code("alice")
    async with exchange.call() as line:
        await line.start(code=code)
        await exchange.until_said(line, "Hello Alice.")
        await exchange.house.behind.store.sign_ins.end(TENANT, "alice", exchange.house.clock.now())
        await line.say("roll back checkout")
        await exchange.until_said(line, "found it over")
    async with exchange.call() as line:
        await line.start(code=code)
        await exchange.until_said(line, "That is no code of now.")
    assert await exchange.house.runs() == 0


async def test_a_call_of_a_bridge_is_written_down_with_both_sides(exchange: Exchange) -> None:
    made = exchange.house.behind
    assert made.ports.incidents is not None
    from bot.surfaces.incidents import Declaration, Window

    alice = made.person("alice")
    incident = await made.ports.incidents.declare(alice, Declaration(title="Checkout fails"))
    async with exchange.call() as line:
        number = str(incident.number)
        await line.start(code=await exchange.code("alice"), incident=number, speaker_inbound="Alice")
        await exchange.until_said(line, "written down")
        await line.say("let's roll back checkout now")
        await line.say("the error rate is falling", "outbound")

        async def written() -> bool:
            page = await made.ports.incidents.timeline(alice, incident.id, Window(), None, 50)  # type: ignore[union-attr]  # asserted above
            told = {entry.text: entry.trusted for entry in page.items}
            return told.get("Alice: let's roll back checkout now") is False and (
                told.get("outbound: the error rate is falling") is False
            )

        async def noticed() -> bool:
            return bool(await made.store.decision_moments.of(TENANT, incident.id))

        await made.eventually(written)
        await made.eventually(noticed)
    (moment,) = await made.store.decision_moments.of(TENANT, incident.id)
    assert (moment.speaker, moment.cue) == ("Alice", "let's roll")
    assert await exchange.house.runs() == 0


@pytest.mark.parametrize(
    "bad",
    [
        "no json",
        "[]",
        json.dumps({"event": "start", "start": {"mediaFormat": {"encoding": "audio/opus"}}}),
        "x" * 70_000,
    ],
)
async def test_what_is_no_media_stream_ends_the_call(exchange: Exchange, bad: str) -> None:
    async with exchange.call() as line:
        await line.socket.send(bad)
        with pytest.raises(ConnectionClosed) as ended:
            await line.socket.recv()
    assert ended.value.rcvd is not None
    assert ended.value.rcvd.code == 1003


def test_without_a_token_nothing_is_signed() -> None:
    assert not is_signed(signature_of("", ADDRESS), "", ADDRESS)
