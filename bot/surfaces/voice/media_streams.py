"""The form of Twilio's media streams: what comes in, checked, and what goes out. Pure.

Source: twilio.com/docs/voice/media-streams/websocket-messages.
"""

import json
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.surfaces.frames import json_object
from bot.surfaces.voice.mulaw import FRAME
from memory.errors import InvalidInput

LARGEST: Final = 64 * 1024  # characters of one message
INBOUND, OUTBOUND = "inbound", "outbound"
_LONGEST_NAME: Final = 120
_FORM: Final = ("audio/x-mulaw", 8000, 1)
_LOUD: Final = 0x30  # of a sample's magnitude in mu-law: some 900 of 32,768
_LOUD_PART: Final = 0.05


@dataclass(frozen=True)
class Opened:
    """A stream that began: its name, the call's, and the parameters of the TwiML."""

    stream: str
    call: str
    parameters: Mapping[str, str]


def event_of(text: str) -> dict[str, Any]:
    """Return a message; raises `InvalidInput`."""
    return json_object(text, LARGEST, what="a message of ")


def opened(told: Mapping[str, Any]) -> Opened:
    """Return what a `start` opens; raises `InvalidInput` for sound of another form."""
    start = _object(told, "start")
    form = _object(start, "mediaFormat")
    if (form.get("encoding"), form.get("sampleRate"), form.get("channels")) != _FORM:
        raise InvalidInput(f"expected audio/x-mulaw at 8000 Hz on one channel, found {str(form)[:120]}")
    stream = str(start.get("streamSid") or told.get("streamSid") or "")[:_LONGEST_NAME]
    given = _object(start, "customParameters")
    parameters = {str(name)[:40]: str(value)[:_LONGEST_NAME] for name, value in given.items()}
    return Opened(stream, str(start.get("callSid", ""))[:_LONGEST_NAME], parameters)


def frame_of(told: Mapping[str, Any]) -> tuple[str, bytes]:
    """Return the track of a `media` and its sound; raises `InvalidInput`."""
    media = _object(told, "media")
    try:
        return str(media.get("track", INBOUND)), b64decode(str(media.get("payload", "")), validate=True)
    except (NotBase64, ValueError):
        raise InvalidInput("expected media in base64, found other text") from None


def digit_of(told: Mapping[str, Any]) -> str:
    """Return the key of a `dtmf`, empty for none."""
    return str(_object(told, "dtmf").get("digit", ""))[:1]


def is_loud(frame: bytes) -> bool:
    """Return whether somebody may be heard in a frame of mu-law."""
    return sum((~sample & 0x7F) > _LOUD for sample in frame) > _LOUD_PART * len(frame)


def played(stream: str, sound: bytes, mark: str) -> Iterator[str]:
    """Yield the messages that play mu-law, and the mark that comes back once it was heard."""
    for first in range(0, len(sound), FRAME):
        payload = b64encode(sound[first : first + FRAME]).decode()
        yield json.dumps({"event": "media", "streamSid": stream, "media": {"payload": payload}})
    yield json.dumps({"event": "mark", "streamSid": stream, "mark": {"name": mark}})


def cleared(stream: str) -> str:
    """Return the message that drops what was sent and not heard yet; its marks come back at once."""
    return json.dumps({"event": "clear", "streamSid": stream})


def _object(told: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = told.get(name)
    return found if isinstance(found, dict) else {}
