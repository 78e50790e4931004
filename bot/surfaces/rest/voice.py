"""Routes for what is said aloud: a clip in, the answer out as it is said and shown; a cancel is always taken."""

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from bot.surfaces.ports import Ports
from bot.surfaces.rest.keyed import SOUND, Asker, Caller
from bot.surfaces.rest.problems import described
from bot.surfaces.rest.shapes import Form
from bot.surfaces.speech import LARGEST_CLIP, Aloud, Person, VoiceDesk
from bot.voice.ports import Clip
from memory.errors import InvalidInput
from memory.model.people import Principal, Surface
from memory.model.value import Identifier

Thread = Annotated[Identifier | None, Query(description="Where the conversation goes on; a new one without it")]
RECORDING: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": f"A recording of at most {LARGEST_CLIP // 2**20} MiB: webm, ogg, m4a, mp3 or wav",
        "content": {"audio/*": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class Words(Form):
    """What is to be said."""

    text: str
    pace: float = 1.0


class Going(Form):
    """What to go ahead with, or whose conversation to stop."""

    thread: Identifier
    id: Identifier | None = None


class VoiceRoutes:
    """Takes clips in a key's name. Its conversations are those of the key and a thread."""

    def __init__(self, ports: Ports, voice: VoiceDesk) -> None:
        self._voice = voice
        self._ids = ports.ids

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        asked = described(400, 409, 413)
        post = router.post
        post("/voice", tags=["voice"], summary="Say something", responses=asked, openapi_extra=RECORDING)(
            self.said
        )
        post("/voice/go-ahead", tags=["voice"], summary="Press the button", responses=asked)(self.pressed)
        post("/voice/cancel", tags=["voice"], summary="Drop what waits", responses=asked)(self.cancelled)
        spoken: dict[int | str, Any] = {200: {"content": {"audio/wav": {}}}}
        post(
            "/voice/speech",
            tags=["voice"],
            summary="Words as sound",
            response_class=Response,
            responses=asked | spoken,
        )(self.speech)

    async def said(self, request: Request, asker: Asker, thread: Thread = None) -> Aloud:
        """Say what the recording says, as in a chat. What does more than look is read back and waits for its code.

        The same recording again may ask, and never does more than that.
        """
        sound = await sound_of(request)
        where = thread or self._ids.new("thr")
        person = _person(request, asker, where)
        kind = request.headers.get("Content-Type", "")
        utterance = await self._voice.hear(person, Clip(sound, kind, asker.id))
        return await self._voice.conversation(person, where).said(person, utterance)

    async def pressed(self, request: Request, form: Going, asker: Asker) -> Aloud:
        """Go ahead with what was read back in a thread, as its button does."""
        person = _person(request, asker, form.thread)
        return await self._voice.conversation(person, form.thread).pressed(person, form.id or "")

    async def cancelled(self, request: Request, form: Going, asker: Asker) -> Aloud:
        """Drop whatever waits for a code in a thread."""
        person = _person(request, asker, form.thread)
        return await self._voice.conversation(person, form.thread).cancelled(person)

    async def speech(self, form: Words, asker: Asker) -> Response:
        """Return words as a WAV."""
        del asker
        return Response(await self._voice.speak(form.text, form.pace), media_type="audio/wav")


async def sound_of(request: Request) -> bytes:
    """Return the recording of a request; raises `InvalidInput` where it is not sent as one."""
    kind = request.headers.get("Content-Type", "")
    if not kind.startswith(SOUND):
        raise InvalidInput(
            f"expected a recording, found {kind[:80] or 'no type'}", hint="Send it with Content-Type: audio/webm."
        )
    sound = await request.body()
    if not sound:
        raise InvalidInput("expected a recording, found nothing")
    return sound


def _person(request: Request, asker: Principal, thread: str) -> Person:
    known: Caller = request.state.caller
    key = hashlib.sha256(request.headers.get("Authorization", "").encode()).hexdigest()[:16]
    return Person(asker, known.scopes, f"rest:{key}:{thread}"[:120], Surface.REST)
