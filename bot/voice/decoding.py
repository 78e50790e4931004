"""Recordings to samples: any common container, or bare telephone frames, as 16 kHz mono float32.

The container is told by its first bytes and by nothing else, so that FFmpeg never guesses and never follows a
playlist to a file or an address. Size and length are bounded before and while decoding.
"""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from bot.voice.installed import numpy_of_voice, pyav
from bot.voice.ports import Clip, Frames
from memory.errors import InputTooLarge, InvalidInput

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples: TypeAlias = NDArray[np.float32]

RATE: Final = 16_000  # samples a second, as Whisper hears
LARGEST: Final = 25 * 1024 * 1024  # bytes of a recording
LONGEST_S: Final = 300.0  # a command is seconds long; a call is heard as a stream
TRUNCATED: Final = 0.9  # the part of the announced length below which a recording was cut off
_SLACK_S: Final = 0.5
_BIAS: Final = 0x84  # of G.711's mu-law

_UNKNOWN: Final = 0x7FFF_0000  # a size from which on a WAV file has none
_AGAIN: Final = "It was cut off on its way: send it again."
_EXPECTED: Final = "webm, ogg, m4a, mp3, wav, flac or aac"
_RAW: Final = {form.value: form for form in Frames} | {
    "audio/basic": Frames.MULAW_8K,
    "audio/pcmu": Frames.MULAW_8K,
}


def samples_of(clip: Clip, longest_s: float = LONGEST_S) -> "Samples":
    """Return a clip's samples at 16 kHz, between -1 and 1.

    Raises `InputTooLarge` for what is too big or too long, `InvalidInput` for what is no sound or cut off, and
    `DependencyMissing` where the extra is not installed.
    """
    if len(clip.sound) > LARGEST:
        raise InputTooLarge(f"expected a recording of at most {LARGEST:,} bytes, found {len(clip.sound):,}")
    bare = _RAW.get(clip.media_type.lower().replace(" ", ""))
    if bare is not None:
        return _bounded(samples_of_frames(clip.sound, bare), longest_s)
    return _decoded(clip.sound, container_of(clip.sound), longest_s)


def container_of(sound: bytes) -> str:
    """Return FFmpeg's name for the container of a recording; raises `InvalidInput` for what is none we know."""
    found = next((name for name, fits in _CONTAINERS.items() if fits(sound)), None)
    if found is None:
        what = f"{len(sound)} bytes that begin with {sound[:8]!r}" if sound else "nothing"
        raise InvalidInput(f"expected a recording ({_EXPECTED}), found {what}")
    return found


def samples_of_frames(sound: bytes, form: Frames) -> "Samples":
    """Return bare frames as samples at 16 kHz; raises `InvalidInput` for half a sample."""
    np = numpy_of_voice()
    if form is Frames.MULAW_8K:
        return _doubled(_MULAW()[np.frombuffer(sound, dtype=np.uint8)])
    if len(sound) % 2:
        raise InvalidInput(f"expected 16-bit samples, found {len(sound)} bytes")
    samples: Samples = np.frombuffer(sound, dtype="<i2").astype(np.float32) / 32768
    return samples if form is Frames.PCM_16K else _doubled(samples)


def _decoded(sound: bytes, container: str, longest_s: float) -> "Samples":
    av = pyav()
    if container == "wav":
        _check_whole(sound)
    try:
        with av.open(BytesIO(sound), mode="r", format=container, metadata_errors="ignore") as opened:
            return _read(opened, longest_s)
    except av.error.FFmpegError as error:
        raise InvalidInput(
            f"expected a whole recording, found {container} that cannot be read: {error.strerror}",
            hint="Was it sent to the end?",
        ) from error


def _read(opened: Any, longest_s: float) -> "Samples":
    np = numpy_of_voice()
    if not opened.streams.audio:
        raise InvalidInput("expected a recording with sound in it, found none")
    announced = (opened.duration or 0) / 1_000_000
    if announced > longest_s + _SLACK_S:
        raise _too_long(announced, longest_s)
    parts: list[Samples] = []
    heard = 0
    for part in _resampled(opened):
        parts.append(part)
        heard += len(part)
        if heard > longest_s * RATE:  # what it announced was not true
            raise _too_long(heard / RATE, longest_s)
    if heard < announced * TRUNCATED * RATE - _SLACK_S * RATE:
        raise InvalidInput(
            f"expected {announced:.1f} s of sound as the recording says, found {heard / RATE:.1f} s",
            hint=_AGAIN,
        )
    whole: Samples = np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)
    return whole


def _resampled(opened: Any) -> "Iterator[Samples]":
    av = pyav()
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    for frame in opened.decode(opened.streams.audio[0]):
        frame.pts = None  # gaps in the clock of a browser's recording are no gaps in its sound
        for each in resampler.resample(frame):
            yield each.to_ndarray()[0]
    for each in resampler.resample(None):
        yield each.to_ndarray()[0]


def _check_whole(sound: bytes) -> None:
    """Raise `InvalidInput` for a WAV file that says it is longer; one that was streamed says no size."""
    announced = int.from_bytes(sound[4:8], "little")
    if _UNKNOWN > announced > len(sound) / TRUNCATED:
        raise InvalidInput(
            f"expected {announced:,} bytes of sound as the recording says, found {len(sound):,}", hint=_AGAIN
        )


def _bounded(samples: "Samples", longest_s: float) -> "Samples":
    if len(samples) > longest_s * RATE:
        raise _too_long(len(samples) / RATE, longest_s)
    return samples


def _too_long(seconds: float, longest_s: float) -> InputTooLarge:
    return InputTooLarge(
        f"expected a recording of at most {longest_s:.0f} s, found {seconds:.0f} s",
        hint="Say one thing at a time; a whole call is heard as a stream.",
    )


def _doubled(samples: "Samples") -> "Samples":
    """Return 8 kHz samples at 16 kHz, each new one half way between its neighbours."""
    np = numpy_of_voice()
    doubled: Samples = np.repeat(samples, 2)
    if len(samples) > 1:
        doubled[1:-1:2] = (samples[:-1] + samples[1:]) / 2
    return doubled


def _MULAW() -> "Samples":  # noqa: N802 - a table, made where numpy is there
    """Return the 256 values of mu-law (ITU-T G.711)."""
    np = numpy_of_voice()
    code = ~np.arange(256, dtype=np.uint8)
    exponent, mantissa = (code >> 4) & 7, code & 15
    size = ((mantissa.astype(np.int32) << 3) + _BIAS << exponent) - _BIAS
    values: Samples = (np.where(code & 0x80, -size, size) / 32768).astype(np.float32)
    return values


def _is_mpeg(sound: bytes) -> bool:
    """Return whether it begins with a tag or a frame of MPEG audio, layer III."""
    return sound[:3] == b"ID3" or (len(sound) > 2 and sound[0] == 0xFF and sound[1] & 0xE6 == 0xE2)  # noqa: PLR2004 - a frame's sync bits


def _is_adts(sound: bytes) -> bool:
    return len(sound) > 2 and sound[0] == 0xFF and sound[1] & 0xF6 == 0xF0  # noqa: PLR2004 - likewise


_CONTAINERS: Final[dict[str, Callable[[bytes], bool]]] = {
    "matroska": lambda sound: sound[:4] == b"\x1a\x45\xdf\xa3",
    "ogg": lambda sound: sound[:4] == b"OggS",
    "wav": lambda sound: sound[:4] in {b"RIFF", b"RF64"} and sound[8:12] == b"WAVE",
    "mp4": lambda sound: sound[4:8] == b"ftyp",
    "flac": lambda sound: sound[:4] == b"fLaC",
    "aac": _is_adts,
    "mp3": _is_mpeg,
}
