"""The voice, put together: who hears and speaks, what is confirmed, the scribe, the telephone, clips of chats."""

import asyncio
import secrets
import shutil
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Final

from fastapi import APIRouter

from agents.hearing.heard import Heard
from agents.hearing.hints import hints_of
from agents.hearing.understanding import SpokenReader, Understood
from agents.interpreter.interpreter import Interpreter
from agents.understanding import EmbeddedUnderstanding
from bot.bridge import Bridge
from bot.conversation import FrontDesk
from bot.identity import Door
from bot.settings import Settings
from bot.surfaces.incidents import IncidentDesk
from bot.surfaces.ports import Ports
from bot.surfaces.speech import Conversation
from bot.surfaces.venues import Notice, Venue
from bot.surfaces.voice.approving import Approving
from bot.surfaces.voice.clips import ClipListener, ClipSpeaker
from bot.surfaces.voice.codes import Codes
from bot.surfaces.voice.confirming import Confirming
from bot.surfaces.voice.conversing import Conversing
from bot.surfaces.voice.desk import Voice
from bot.surfaces.voice.dialling import DIGITS, DialIn
from bot.surfaces.voice.espeak import Espeak
from bot.surfaces.voice.ports import Meant
from bot.surfaces.voice.scribe import Scribe
from bot.surfaces.voice.words import CODE_DIGITS
from bot.wiring.incidents import Care
from bot.wiring.local import session_key
from bot.wiring.rooms import Rooms
from memory.clock import Clock
from memory.ids import Ids
from memory.model.people import Principal
from memory.model.talk import Reply
from memory.model.war_room import WarRoom
from memory.store import Store
from runbooks.catalogue import RunbookCatalogue
from tools.contract import Capability


@dataclass(frozen=True)
class Speech:
    """What was built. All of it is missing where the extra is not installed."""

    voice: Voice | None = None
    scribe: Scribe | None = None
    listener: ClipListener | None = None
    speaker: ClipSpeaker | None = None
    dial_in: DialIn | None = None


SPEECHLESS: Final = Speech()


@dataclass(frozen=True)
class Around:
    """What the voice uses of the rest of the house."""

    store: Store
    desk: FrontDesk
    bridge: Bridge
    door: Door
    care: Care
    rooms: Rooms
    understanding: EmbeddedUnderstanding
    capabilities: Sequence[Capability]
    clock: Clock
    ids: Ids
    runbooks: RunbookCatalogue


class Channel:
    """Serves `bot.surfaces.voice.ports.Outlet`: the room of the incident that a conversation belongs to."""

    def __init__(self, incidents: IncidentDesk, venues: dict[str, Venue], store: Store) -> None:
        self._incidents = incidents
        self._venues = venues
        self._store = store

    async def send(self, principal: Principal, thread: str, reply: Reply) -> str:
        """Post an answer in the room, once, and return the room's name."""
        incident = await self._incidents.of_thread(principal, thread)
        if incident is None:
            return ""
        rooms = await self._store.war_rooms.of(principal.tenant, incident.id)
        room = next((each.room for each in reversed(rooms) if each.room and each.over_at is None), None)
        return await self._said(room, principal, reply) if room is not None else ""

    async def _said(self, room: WarRoom, principal: Principal, reply: Reply) -> str:
        venue = self._venues.get(room.venue)
        if venue is None:
            return ""
        notice = Notice(title=f"{principal.name} asked by voice", text=reply.text, charts=reply.charts)
        await venue.say(room, notice, key=f"voice:{reply.id}")
        return room.name


class Reader:
    """Serves `bot.surfaces.voice.ports.Meaning`. Built when somebody first speaks, and when lessons change."""

    def __init__(
        self,
        settings: Settings,
        understanding: EmbeddedUnderstanding,
        capabilities: Sequence[Capability],
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._understanding = understanding
        self._capabilities = capabilities
        self._clock = clock
        self._built: tuple[Interpreter, SpokenReader] | None = None

    async def __call__(self, heard: Heard, *, going_on: bool) -> Meant:
        """Return what was meant; doubtful words are asked about, and what may follow up is handed on as it is."""
        understood = await asyncio.to_thread(self._read, heard)
        intent = understood.intent
        if understood.asks and (understood.why or not going_on):
            return Meant(understood.transcript, intent.question, intent.choices)
        return Meant(understood.text or understood.transcript)

    def _read(self, heard: Heard) -> Understood:
        interpreter = self._understanding.interpreter
        built = self._built
        if built is None or built[0] is not interpreter:
            built = self._built = interpreter, self._reader(interpreter)
        return built[1].understand(heard, now=self._clock.now())

    def _reader(self, interpreter: Interpreter) -> SpokenReader:
        people = [person.id for person in self._settings.people]
        return SpokenReader(interpreter, self._capabilities, self._settings.catalogue(), people)


def speech(settings: Settings, stack: AsyncExitStack, around: Around) -> Speech:
    """Build what hears and speaks, to be closed with the stack; nothing where the extra is not installed.

    No model is read before somebody speaks.
    """
    if find_spec("faster_whisper") is None:
        return SPEECHLESS
    from bot.wiring.hearing import recogniser

    hearing = recogniser(settings)
    stack.callback(hearing.close)
    people = [person.id for person in settings.people]
    hints = hints_of(settings.catalogue(), people, [each.head.id for each in around.runbooks.newest()])
    meaning = Reader(settings, around.understanding, around.capabilities, around.clock)
    speaker = _speaker(settings)
    begun = _conversations(settings, around, meaning)
    store, clock = around.store, around.clock
    return Speech(
        voice=Voice(hearing, lambda: hints, begun, speaker, store=store, clock=clock),
        scribe=Scribe(around.care.room, hearing, lambda: hints, store, clock),
        listener=ClipListener(hearing, lambda: hints, meaning),
        speaker=ClipSpeaker(speaker, store) if speaker is not None else None,
        dial_in=_dial_in(settings, store, around.door, clock),
    )


def _conversations(settings: Settings, around: Around, meaning: Reader) -> Callable[[str], Conversation]:
    """Return what begins a conversation in a thread."""
    store, desk, clock, ids = around.store, around.desk, around.clock, around.ids
    codes = Codes(session_key(settings), lambda: f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}")
    confirming = Confirming(store, desk, around.bridge, around.door, codes, clock=clock, ids=ids)
    approving = Approving(store, desk, clock)
    outlet = Channel(around.care.room, around.rooms.venues, store)

    def begun(thread: str) -> Conversation:
        return Conversing(desk, meaning, confirming, approving, outlet, thread=thread, clock=clock, ids=ids)

    return begun


def _speaker(settings: Settings) -> Espeak | None:
    program = shutil.which(settings.voice_speaker) if settings.voice_speaker else None
    return Espeak(program, settings.voice_accent) if program else None


def _dial_in(settings: Settings, store: Store, door: Door, clock: Clock) -> DialIn | None:
    """Return what lets people in by telephone, None where there is none."""
    if not settings.voice_telephone_token.get_secret_value():
        return None
    return DialIn(
        settings.tenant,
        store.codes,
        store.sign_ins,
        door,
        clock,
        lambda: f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}",
    )


def telephone(settings: Settings, ports: Ports, dial_in: DialIn | None) -> APIRouter | None:
    """Return the telephone's door, None where none is configured or nobody speaks."""
    token = settings.voice_telephone_token.get_secret_value()
    if dial_in is None or ports.voice is None or not ports.voice.speaks:
        return None
    from bot.surfaces.voice.telephone import PATH, Telephone

    address = f"{settings.url().replace('http', 'ws', 1)}{PATH}"
    return Telephone(ports, ports.voice, ports.scribe, dial_in, token=token, address=address).router()
