"""The microphone of the console: one WebSocket of a signed-in page, on which clips come in and answers go out.

A page opens it with its cookie and shows with its first message that it is a page of ours. While a clip is written
down the page is still listened to, so that a cancel always gets through.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

import structlog
from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from agents.hearing.heard import Heard, Hypothesis
from bot.sessions import Sessions
from bot.surfaces.console.visitors import Reception, Visitor
from bot.surfaces.desk import Scope
from bot.surfaces.frames import json_object
from bot.surfaces.ports import Ports
from bot.surfaces.speech import Aloud, Conversation, Person, Utterance, VoiceDesk
from bot.voice.ports import Clip
from memory.errors import AuthenticationFailed, InputTooLarge, InvalidInput, PolicyDenied, QuarterdeckError
from memory.tasks import stopped

LARGEST: Final = 4 * 1024 * 1024  # bytes of one clip: some ten minutes of Opus
LONGEST_NOTE: Final = 4096  # characters of what a page sends beside sound
MOST_TYPE: Final = 100
GREETED_S: Final = 10.0
STRANGER, CLOSING, MISFIT = 4401, 1012, 1003
SAYABLE: Final = frozenset({"repeat", "slower", "faster", "send it", "stop"})

_log = structlog.get_logger(__name__)


@dataclass
class _Line:
    """One open page: who is at it, in which conversation, and the clip that comes in."""

    socket: WebSocket
    visitor: Visitor
    person: Person
    conversation: Conversation
    thread: str
    began: datetime
    kind: str = ""
    sound: bytearray = field(default_factory=bytearray)
    recording: bool = False
    work: asyncio.Task[None] | None = None
    parts: asyncio.Queue[bytes | None] = field(default_factory=asyncio.Queue)
    guess: asyncio.Task[None] | None = None
    sending: asyncio.Lock = field(default_factory=asyncio.Lock)


class Speaking:
    """Serves the microphone."""

    def __init__(self, ports: Ports, voice: VoiceDesk, sessions: Sessions, reception: Reception) -> None:
        self._ports = ports
        self._voice = voice
        self._sessions = sessions
        self._reception = reception

    def mount(self, router: APIRouter) -> None:
        """Add the route."""
        router.websocket("/voice")(self.open)

    async def open(self, socket: WebSocket) -> None:
        """Serve one page until it leaves, its session ends or we close."""
        await socket.accept()
        try:
            async with asyncio.timeout(GREETED_S):
                line = await self._greeted(socket)
        except (QuarterdeckError, TimeoutError) as error:
            if isinstance(error, QuarterdeckError):
                await self._ports.doorkeeper.refused(error)
            await socket.close(STRANGER)
            return
        except WebSocketDisconnect:
            return
        closing = asyncio.create_task(self._closing(socket))
        try:
            await self._serve(line)
        except WebSocketDisconnect:
            pass
        finally:
            closing.cancel()
            await _ended(line.work)
            await _ended(line.guess)

    async def _greeted(self, socket: WebSocket) -> _Line:
        """Return the line, once both the visitor and the page are known."""
        visitor = await self._reception.visitor(socket)
        self._reception.check_origin(socket)
        told = _note(await socket.receive_text())
        self._sessions.check_form(visitor.session, str(told.get("token", "")))
        thread = str(told.get("thread", ""))
        await self._ports.desk.transcript(visitor.require(Scope.OBSERVE), thread, None, 1)
        person = _person(visitor)
        conversation = self._voice.conversation(person, thread)
        line = _Line(socket, visitor, person, conversation, thread, self._ports.clock.now())
        await self._tell(line, {"type": "ready", "speaks": self._voice.speaks})
        return line

    async def _serve(self, line: _Line) -> None:
        while True:
            came = await line.socket.receive()
            if came["type"] == "websocket.disconnect":
                return
            if not await self._sessions.stands(line.visitor.session):
                await line.socket.close(STRANGER)
                return
            try:
                if came.get("bytes") is not None:
                    self._take(line, came["bytes"])
                else:
                    await self._told(line, _note(came.get("text") or ""))
            except QuarterdeckError as error:
                await self._problem(line, error)

    def _take(self, line: _Line, sound: bytes) -> None:
        """Add to the clip, and now and then say what it says so far."""
        if not line.recording:
            return
        if len(line.sound) + len(sound) > LARGEST:
            line.recording = False
            line.sound.clear()
            raise InputTooLarge(f"expected a clip of at most {LARGEST} bytes, found a longer one")
        line.sound += sound
        line.parts.put_nowait(sound)

    async def _told(self, line: _Line, told: Mapping[str, Any]) -> None:
        match told.get("type"):
            case "start":
                await _ended(line.work)
                line.kind, line.recording = str(told.get("mime", ""))[:MOST_TYPE], True
                line.began = self._ports.clock.now()
                line.sound.clear()
                await _ended(line.guess)
                line.parts = asyncio.Queue()
                line.guess = asyncio.create_task(self._guess(line, line.parts))
            case "stop" if line.recording:
                line.recording = False
                await _ended(line.guess)
                clip = Clip(bytes(line.sound), line.kind, line.person.principal.id)
                self._begin(line, self._heard(line, clip))
            case "stop":
                pass
            case "abort" | "cancel":
                line.recording = False
                line.sound.clear()
                await _ended(line.guess)
                await _ended(line.work)
                await self._answer(line, await line.conversation.cancelled(await self._now(line)))
            case "press":
                self._begin(line, self._pressed(line, str(told.get("id", ""))))
            case "say" if told.get("words") in SAYABLE:
                self._begin(line, self._said(line, str(told["words"])))
            case "dial" if self._ports.dial_in is not None:
                code = await self._ports.dial_in.give(await self._now(line), line.thread)
                await self._tell(line, {"type": "dial", "digits": code})
            case other:
                raise InvalidInput(f"expected start, stop, cancel, press, say or dial, found {str(other)[:40]!r}")

    def _begin(self, line: _Line, work: Coroutine[None, None, Aloud]) -> None:
        """Do one thing at a time: whatever was being done is given up."""
        if line.work is not None:
            line.work.cancel()
        line.work = asyncio.create_task(self._done(line, work))

    async def _done(self, line: _Line, work: Coroutine[None, None, Aloud]) -> None:
        try:
            await self._answer(line, await work)
        except QuarterdeckError as error:
            await self._problem(line, error)

    async def _heard(self, line: _Line, clip: Clip) -> Aloud:
        person, began = await self._now(line), line.began
        utterance = await self._voice.hear(person, clip)
        return await line.conversation.said(person, replace(utterance, began=began))

    async def _pressed(self, line: _Line, readback: str) -> Aloud:
        return await line.conversation.pressed(await self._now(line), readback)

    async def _said(self, line: _Line, words: str) -> Aloud:
        """Do as if one of the few words were said: what more than looks is not among them."""
        heard = Heard((Hypothesis(words, 0.0),), "en", 0.0, 0.0)
        return await line.conversation.said(await self._now(line), Utterance(heard, self._ports.clock.now()))

    async def _now(self, line: _Line) -> Person:
        """Return who is there as they are now: a role that was taken away is gone at once."""
        if not await self._sessions.stands(line.visitor.session):
            raise AuthenticationFailed("expected a session, found one that is over", hint="Sign in again.")
        session = line.visitor.session
        principal = await self._ports.doorkeeper.person(session.tenant, session.person)
        return _person(line.visitor.model_copy(update={"principal": principal}))

    async def _guess(self, line: _Line, parts: "asyncio.Queue[bytes | None]") -> None:
        async def coming() -> AsyncIterator[bytes]:
            while (part := await parts.get()) is not None:
                yield part

        try:
            async for words in self._voice.guesses(coming(), line.kind):
                await self._tell(line, {"type": "partial", "text": words})
        except QuarterdeckError as error:  # the whole clip will tell
            _log.info("voice.no_guesses", code=error.code)

    async def _answer(self, line: _Line, aloud: Aloud) -> None:
        sound = b""
        if aloud.says and self._voice.speaks:
            with contextlib.suppress(QuarterdeckError):  # then the browser's own voice says it
                sound = await self._voice.speak(aloud.says, aloud.pace)
        told = aloud.model_dump(mode="json", exclude={"reply"})
        async with line.sending:
            await line.socket.send_text(json.dumps({"type": "answer", "sound": bool(sound), **told}))
            if sound:
                await line.socket.send_bytes(sound)

    async def _problem(self, line: _Line, error: QuarterdeckError) -> None:
        if isinstance(error, PolicyDenied):
            await self._ports.doorkeeper.refused(error, line.visitor.principal)
        _log.info("voice.problem", code=error.code)
        text = f"{error.message}. {error.hint}".strip()
        await self._tell(line, {"type": "problem", "text": text, "code": error.code})

    async def _tell(self, line: _Line, told: Mapping[str, Any]) -> None:
        async with line.sending:
            await line.socket.send_text(json.dumps(told))

    async def _closing(self, socket: WebSocket) -> None:
        await self._ports.closing.wait()
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):  # it may be closed already
            await socket.close(CLOSING)


def _person(visitor: Visitor) -> Person:
    return Person(visitor.principal, frozenset(visitor.session.scopes), visitor.session.family)


def _note(text: str) -> dict[str, Any]:
    """Return what a page sends beside sound; raises `InvalidInput`."""
    return json_object(text, LONGEST_NOTE)


async def _ended(task: asyncio.Task[None] | None) -> None:
    if task is not None:
        await stopped(task)
