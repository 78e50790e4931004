"""Voice clips: those that people send are handed to whoever can listen; ours are given to who agrees to take them.

Teams lets a bot give somebody a file in a chat of their own alone, and only once they agreed: what is given is
made then, and kept nowhere here.
Source: learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from bot.surfaces.teams.activities import Attached, Incoming
from bot.surfaces.teams.arriving import name_of
from bot.surfaces.teams.calling import Calls
from bot.surfaces.teams.presses import CONSENT, Content
from bot.surfaces.teams.verbs import MADE
from bot.surfaces.teams.writing import Author
from memory.errors import InvalidInput
from memory.model.people import Principal
from memory.model.talk import Reply
from memory.model.teams import Place

LARGEST: Final = 10 * 1024 * 1024  # bytes: some ten minutes of speech
DEAF: Final = "I cannot listen to clips here yet. Please type it."
ASKS: Final = "application/vnd.microsoft.teams.card.file.consent"
GIVEN: Final = "application/vnd.microsoft.teams.card.file.info"
NAME: Final = "answer.mp3"
_SPEECH: Final[Mapping[str, str]] = {
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "mp4": "audio/mp4",
    "ogg": "audio/ogg",
    "wav": "audio/wav",
    "webm": "audio/webm",
}


class Listener(Protocol):
    """Writes down what was said; the voice surface is one."""

    async def heard(self, clip: bytes, media_type: str, person: Principal) -> str:
        """Return the words of a clip; raises `InvalidInput` for what is no speech."""


class Speaker(Protocol):
    """Says answers aloud; the voice surface is one."""

    async def spoken(self, person: Principal, reply: str) -> bytes:
        """Return an answer, by its id, as MP3; raises `NotFound` for one that was not given to this person."""


@dataclass(frozen=True)
class Sound:
    """Who listens and who speaks. Without a listener nothing is heard, without a speaker nothing given."""

    listener: Listener | None = None
    speaker: Speaker | None = None


SILENCE: Final = Sound()


class Clips:
    """Hears clips and gives them."""

    def __init__(self, calls: Calls, author: Author, sound: Sound = SILENCE) -> None:
        self._calls = calls
        self._author = author
        self._listener = sound.listener
        self._speaker = sound.speaker

    async def words(self, came: Incoming, person: Principal) -> str:
        """Return what the clip of a message says, empty where there is none; raises `InvalidInput`."""
        found = next((each for each in came.files if _media_type(each)), None)
        if found is None:
            return ""
        if self._listener is None:
            raise InvalidInput("expected words, found a clip", hint=DEAF)
        clip = await self._calls.fetch(found.url, LARGEST)
        return await self._listener.heard(clip, _media_type(found), person)

    async def offer(self, came: Incoming, place: Place, reply: Reply) -> None:
        """Ask whoever spoke whether they want the answer as a clip, where we are alone with them."""
        if self._speaker is None or not place.direct:
            return
        context = {"made": MADE, "reply": reply.id}
        content = {
            "description": "The answer, said aloud.",
            "sizeInBytes": LARGEST,
            "acceptContext": context,
            "declineContext": context,
        }
        told = {"type": "message", "attachments": [{"contentType": ASKS, "name": NAME, "content": content}]}
        await self._author.post(place, told, key=f"{name_of(came)}:clip")

    async def answered(self, came: Incoming, place: Place, person: Principal) -> None:
        """Give a clip to whoever agreed; who did not is left alone. Raises `InvalidInput` for what is not ours."""
        if came.name != CONSENT or self._speaker is None:
            raise InvalidInput("expected an answer to a clip that was offered, found another")
        context, where = _object(came.value, "context"), _object(came.value, "uploadInfo")
        reply, url = context.get("reply"), where.get("uploadUrl")
        if came.value.get("action") != "accept":
            return
        if context.get("made") != MADE or not isinstance(reply, str) or not isinstance(url, str):
            raise InvalidInput("expected an answer to a clip that was offered, found another")
        await self._calls.upload(url, await self._speaker.spoken(person, reply))
        content = {name: where.get(name) for name in ("uniqueId", "fileType")}
        card = {"contentType": GIVEN, "contentUrl": where.get("contentUrl"), "name": NAME, "content": content}
        await self._author.post(place, {"type": "message", "attachments": [card]}, key=f"{name_of(came)}:given")


def _media_type(file: Attached) -> str:
    return file.kind if file.kind.startswith("audio/") else _SPEECH.get(file.kind, "")


def _object(value: Mapping[str, Any], name: str) -> Content:
    found = value.get(name)
    return found if isinstance(found, dict) else {}
