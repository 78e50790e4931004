"""Conversations by voice over a real desk, runner and store, with codes that are known beforehand."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from agents.hearing.heard import Heard, Hints
from bot.bridge import Bridge
from bot.settings import Settings
from bot.spoken import Spoken
from bot.surfaces.desk import EVERY_SCOPE
from bot.surfaces.speech import Aloud, Person, Utterance
from bot.surfaces.voice.approving import Approving
from bot.surfaces.voice.codes import Codes
from bot.surfaces.voice.confirming import Confirming
from bot.surfaces.voice.conversing import Conversing
from bot.surfaces.voice.desk import Voice
from bot.surfaces.voice.ports import Meant
from bot.telemetry import Metrics
from bot.voice.ports import Recogniser
from memory.clock import SystemClock
from memory.ids import RandomIds
from memory.model.people import Principal
from memory.model.talk import Reply
from tests.bot.surfaces.behind import PEOPLE, Behind, behind
from tests.fakes.people import TENANT
from tests.fakes.recogniser import FakeRecogniser, heard
from tests.fakes.speaker import FakeSpeaker
from tools.approvals import Requirement

KEY = b"k" * 32
UNHEARD = "I heard nobody speak."
HINTS = Hints(names=("checkout",))


@dataclass
class Ahead:
    """A clock that can be put ahead."""

    by: timedelta = timedelta(0)

    def now(self) -> datetime:
        return SystemClock().now() + self.by


class FakeChannel:
    """Posts what it is given to a channel that it remembers."""

    def __init__(self) -> None:
        self.name = "inc-1"
        self.posted: list[str] = []

    async def send(self, principal: Principal, thread: str, reply: Reply) -> str:
        del principal, thread
        if self.name:
            self.posted.append(reply.id)
        return self.name


async def meaning(found: Heard, *, going_on: bool) -> Meant:
    """Take the likeliest reading as it is."""
    del going_on
    return Meant(found.text) if found.text else Meant("", question=UNHEARD)


@dataclass
class VoiceHouse:
    """What was built, and a conversation for whoever speaks."""

    behind: Behind
    clock: Ahead
    voice: Voice
    recogniser: FakeRecogniser
    codes: Iterator[str]
    speaker: FakeSpeaker
    channel: FakeChannel = field(default_factory=FakeChannel)

    def person(self, name: str, session: str = "ses_1", scopes: frozenset[str] = EVERY_SCOPE) -> Person:
        return Person(self.behind.person(name), scopes, session)

    async def says(self, name: str, *texts: str, session: str = "ses_1", **how: object) -> Aloud:
        """Have somebody say this, now, in the conversation of their session."""
        return await self.says_as(self.person(name, session), *texts, **how)

    async def says_as(self, person: Person, *texts: str, **how: object) -> Aloud:
        utterance = Utterance(heard(*texts), self.clock.now(), **how)  # type: ignore[arg-type]  # its flags
        return await self.voice.conversation(person, "thr_1").said(person, utterance)

    async def runs(self) -> int:
        return len(await self.behind.runs())


@asynccontextmanager
async def voices(
    home: Path,
    *requirements: Requirement,
    rules: str = "",
    draw: Iterator[str] | None = None,
    recogniser: Recogniser | None = None,
) -> AsyncIterator[VoiceHouse]:
    """Have a house that listens; its codes are `draw`'s, or 00, 01, 02 ..."""
    drawn = draw or (f"{number % 100:02d}" for number in count())
    told = Settings.model_validate({"home": home, "tenant": TENANT, "people": PEOPLE})
    clock, fake = Ahead(), FakeRecogniser()
    async with behind(told, *requirements, rules=rules) as made:
        store, ids = made.store, RandomIds()
        spoken = Spoken(store, clock)
        bridge = made.thinking.bridge = Bridge(made.runner, store, Metrics(), spoken=spoken)
        codes = Codes(KEY, lambda: next(drawn))
        confirming = Confirming(store, made.desk, bridge, made.ports.doorkeeper, codes, clock=clock, ids=ids)
        approving = Approving(store, made.desk, clock)
        channel = FakeChannel()

        def begun(thread: str) -> Conversing:
            return Conversing(
                made.desk, meaning, confirming, approving, channel, thread=thread, clock=clock, ids=ids
            )

        speaker = FakeSpeaker()
        voice = Voice(recogniser or fake, lambda: HINTS, begun, speaker, store=store, clock=clock)
        yield VoiceHouse(made, clock, voice, fake, drawn, speaker, channel)
