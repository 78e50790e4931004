"""Telephone bridges: a WebSocket in the form of Twilio's media streams, heard and spoken back to.

A call says nothing before its caller has dialled a code that their own signed-in session gave them: who calls is
never told by a number or a voice. With `incident` among its parameters, a call is only written down.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import structlog
from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from bot.surfaces.desk import Scope
from bot.surfaces.ports import Ports
from bot.surfaces.scribing import ScribeDesk
from bot.surfaces.speech import Aloud, Conversation, Person, Utterance, VoiceDesk
from bot.surfaces.voice.dialling import DialIn, Dialled
from bot.surfaces.voice.line import TAIL, Call, Track
from bot.surfaces.voice.media_streams import (
    INBOUND,
    OUTBOUND,
    cleared,
    digit_of,
    event_of,
    frame_of,
    is_loud,
    opened,
    played,
)
from bot.surfaces.voice.mulaw import mulaw_of
from bot.surfaces.voice.signature import is_signed
from bot.voice.ports import Frames, Partial
from memory.errors import AuthenticationFailed, InvalidInput, QuarterdeckError
from memory.ids import derived

PATH: Final = "/voice/telephone"
HEADER: Final = "X-Twilio-Signature"
GREETING: Final = "This is Quarterdeck. Dial the code that your console shows you, then the hash key."
WRONG_CODE: Final = "That is no code of now. Dial it again, then the hash key."
WELCOME: Final = "Hello {name}. Go ahead."
GOODBYE: Final = "That was tried too often. Goodbye."
WRITING: Final = "This call is written down into incident {number}."
MOST_DIALS: Final = 3
UNSIGNED, UNUSABLE, CLOSING = 4403, 1003, 1012

_log = structlog.get_logger(__name__)


class Telephone:
    """Serves calls. `address` is where the provider connects, as it stands in the TwiML."""

    def __init__(
        self,
        ports: Ports,
        voice: VoiceDesk,
        scribe: ScribeDesk | None,
        dial_in: DialIn,
        *,
        token: str,
        address: str,
    ) -> None:
        self._ports = ports
        self._voice = voice
        self._scribe = scribe
        self._dial_in = dial_in
        self._token = token
        self._address = address

    def router(self) -> APIRouter:
        """Return the route."""
        router = APIRouter()
        router.websocket(PATH)(self.answer)
        return router

    async def answer(self, socket: WebSocket) -> None:
        """Serve one call until somebody hangs up. What is not signed is refused before it is accepted."""
        if not is_signed(socket.headers.get(HEADER, ""), self._token, self._address):
            error = AuthenticationFailed("expected a call signed by the telephone provider, found one that is not")
            await self._ports.doorkeeper.refused(error)
            await socket.close(UNSIGNED)
            return
        await socket.accept()
        call = Call(socket)
        closing = asyncio.create_task(self._closing(socket))
        try:
            await self._serve(call)
        except WebSocketDisconnect:
            pass
        except QuarterdeckError as error:
            _log.warning("telephone.misfit", why=error.message)
            await socket.close(UNUSABLE)
        finally:
            closing.cancel()
            await call.hang_up()

    async def _serve(self, call: Call) -> None:
        while True:
            came = await call.socket.receive()
            if came["type"] == "websocket.disconnect":
                return
            told = event_of(came.get("text") or "")
            match told.get("event"):
                case "connected":
                    pass
                case "start":
                    await self._started(call, told)
                case "media":
                    self._media(call, told)
                case "dtmf":
                    await self._dialled(call, digit_of(told))
                case "mark":
                    self._said(call)
                case "stop":
                    return
                case other:
                    _log.info("telephone.unknown_event", event=str(other)[:40])

    async def _started(self, call: Call, told: Mapping[str, Any]) -> None:
        if call.stream:
            raise InvalidInput("expected one start of a stream, found another")
        begun = opened(told)
        call.stream, call.parameters = begun.stream, begun.parameters
        call.name = derived("call", begun.call, begun.stream)
        if code := call.parameters.get("code", ""):
            await self._enter(call, code)
        else:
            await self._say(call, GREETING)

    async def _dialled(self, call: Call, digit: str) -> None:
        """Take a key: digits before the caller is known; afterwards the star cancels and the hash goes ahead."""
        if call.caller is not None:
            await self._pressed(call, digit)
            return
        if digit == "#":
            dialled, call.digits = call.digits, ""
            await self._enter(call, dialled)
        elif digit.isdigit():
            call.digits = (call.digits + digit)[-20:]

    async def _pressed(self, call: Call, key: str) -> None:
        if call.conversation is None or key not in {"*", "#"}:
            return
        waiting = call.waiting
        try:
            person = await self._now(call)
            if key == "*":
                await self._told(call, await call.conversation.cancelled(person))
            elif waiting:
                await self._told(call, await call.conversation.pressed(person, waiting))
        except QuarterdeckError as error:
            await self._say(call, f"{error.message}.")

    def _said(self, call: Call) -> None:
        """Note that something was played to its end; who speaks from then on is not heard together with us.

        Who began before is not cut off: their words are heard, and known to have begun over ours.
        """
        call.heard_marks += 1
        if call.speaking or call.interrupted or call.conversation is None:
            return
        if call.since_loud < TAIL:
            call.interrupted = True
        else:
            self._listen_anew(call)

    async def _enter(self, call: Call, code: str) -> None:
        """Let the caller in by their code, once; who tries too often is hung up on."""
        call.dials += 1
        try:
            call.caller = await self._dial_in.enter(code)
        except AuthenticationFailed as error:
            await self._ports.doorkeeper.refused(error)
            if call.dials >= MOST_DIALS:
                await self._say(call, GOODBYE)
                raise WebSocketDisconnect from None
            await self._say(call, WRONG_CODE)
            return
        if incident := call.parameters.get("incident", ""):
            await self._write_down(call, incident)
        else:
            await self._converse(call, call.caller)

    async def _converse(self, call: Call, caller: Dialled) -> None:
        person = await self._now(call)
        call.conversation = self._voice.conversation(person, caller.thread)
        self._listen_anew(call)
        await self._say(call, WELCOME.format(name=person.principal.name))

    async def _write_down(self, call: Call, incident: str) -> None:
        if self._scribe is None:
            raise InvalidInput("expected a house that writes calls down, found one that does not")
        await self._scribe.moments((await self._now(call)).require(Scope.PROPOSE), incident)
        for track in (INBOUND, OUTBOUND):
            self._listen(call, track, self._written)
        await self._say(call, WRITING.format(number=incident))

    def _listen_anew(self, call: Call) -> None:
        for task in call.listening:
            task.cancel()
        call.listening = [task for task in call.listening if not task.done()]
        self._listen(call, INBOUND, self._answered)

    def _listen(self, call: Call, track: str, take: Any) -> None:
        call.tracks[track] = Track()
        call.listening.append(asyncio.create_task(self._hear(call, track, take)))

    def _media(self, call: Call, told: Mapping[str, Any]) -> None:
        name, frame = frame_of(told)
        track = call.tracks.get(name)
        if track is None:
            return
        call.since_loud = 0 if is_loud(frame) else call.since_loud + 1
        track.take(frame)

    async def _hear(self, call: Call, track: str, take: Any) -> None:
        async for partial in self._voice.listen(call.tracks[track].stream(), Frames.MULAW_8K):
            try:
                await take(call, track, partial)
            except QuarterdeckError as error:
                _log.info("telephone.refused", code=error.code, why=error.message)
                await self._say(call, f"{error.message}.")

    async def _answered(self, call: Call, track: str, partial: Partial) -> None:
        """Be interrupted by whoever speaks, and answer what they said once they are done."""
        del track
        if call.speaking:
            await self._interrupt(call)
        if partial.heard is None:
            return
        over_us, call.interrupted = call.interrupted, False
        if call.conversation is None or not partial.heard.hypotheses:
            return
        began = self._ports.clock.now() - timedelta(seconds=partial.seconds)
        utterance = Utterance(partial.heard, began, over_us=over_us)
        if call.answering is not None:
            call.answering.cancel()  # they said something else meanwhile
        call.answering = asyncio.create_task(self._answer(call, call.conversation, utterance))

    async def _answer(self, call: Call, conversation: Conversation, utterance: Utterance) -> None:
        """Answer beside the listening, which begins anew whenever we have said something."""
        try:
            await self._told(call, await conversation.said(await self._now(call), utterance))
        except QuarterdeckError as error:
            _log.info("telephone.refused", code=error.code, why=error.message)
            await self._say(call, f"{error.message}.")

    async def _written(self, call: Call, track: str, partial: Partial) -> None:
        if partial.heard is None or not partial.heard.text or self._scribe is None or call.caller is None:
            return
        at = self._ports.clock.now() - timedelta(seconds=partial.seconds)
        speaker = call.parameters.get(f"speaker_{track}", track)
        principal = (await self._now(call)).require(Scope.PROPOSE)
        await self._scribe.heard(
            principal,
            call.parameters["incident"],
            speaker=speaker,
            text=partial.heard.text,
            at=at,
            call=call.name,
        )

    async def _told(self, call: Call, aloud: Aloud) -> None:
        if call.speaking:
            await call.socket.send_text(cleared(call.stream))
        call.waiting = aloud.waiting.id if aloud.waiting is not None else ""
        if aloud.says and not aloud.hush:
            await self._say(call, aloud.says, aloud.pace)

    async def _say(self, call: Call, text: str, pace: float = 1.0) -> None:
        sound = mulaw_of(await self._voice.speak(text, pace))
        call.marks += 1
        for message in played(call.stream, sound, f"said-{call.marks}"):
            await call.socket.send_text(message)

    async def _interrupt(self, call: Call) -> None:
        """Stop talking: what was sent and not heard yet is dropped, and its marks come back at once."""
        call.interrupted = True
        await call.socket.send_text(cleared(call.stream))

    async def _now(self, call: Call) -> Person:
        """Return who calls as they are now; raises `AuthenticationFailed` once their sign-in is over."""
        if call.caller is None:
            raise AuthenticationFailed("expected a caller who dialled their code, found nobody")
        return await self._dial_in.person(call.caller, call.name)

    async def _closing(self, socket: WebSocket) -> None:
        await self._ports.closing.wait()
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):
            await socket.close(CLOSING)
