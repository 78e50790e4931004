"""Audio clips that people send: handed to whoever can listen; where nobody can, that is said."""

from typing import Final, Protocol

from bot.surfaces.slack.ports import Visit
from bot.surfaces.slack.presses import mapping
from memory.model.arrival import Arrival
from memory.model.people import Principal
from memory.model.value import JsonValue

LARGEST: Final = 10 * 1024 * 1024  # bytes: some ten minutes of speech
DEAF: Final = "I cannot listen to clips here yet. Please type it."


class Listener(Protocol):
    """Writes down what was said; the voice surface is one."""

    async def heard(self, clip: bytes, media_type: str, person: Principal) -> str:
        """Return the words of a clip; raises `InvalidInput` for what is no speech."""


def clip(arrival: Arrival) -> tuple[str, str] | None:
    """Return the address and media type of an audio clip that was sent, None where none was."""
    files = arrival.payload.get("files")
    for each in files if isinstance(files, list) else []:
        file = mapping(each)
        kind, url = str(file.get("mimetype", "")), str(file.get("url_private", ""))
        if url and (kind.startswith("audio/") or _spoken(file.get("subtype"))):
            return url, kind
    return None


async def words_of(visit: Visit, listener: Listener, found: tuple[str, str]) -> str:
    """Return what a clip says."""
    url, kind = found
    return await listener.heard(await visit.web.download(url, LARGEST), kind, visit.person)


def _spoken(subtype: JsonValue | None) -> bool:
    return subtype == "slack_audio"
