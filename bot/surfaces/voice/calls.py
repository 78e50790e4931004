"""A recorded call as utterances: each channel by itself, so that who spoke stays known, in the order of the call.

A recording is read in blocks, so that one of hours takes the memory of minutes. Blocking: it belongs in a thread.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from bot.voice.decoding import LARGEST, RATE, container_of
from bot.voice.installed import numpy_of_voice, pyav
from bot.voice.speech import Stretch, speech_in
from memory.errors import InputTooLarge, InvalidInput

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples: TypeAlias = NDArray[np.float32]

LONGEST_S: Final = 4 * 3600.0
MOST_CHANNELS: Final = 8
BLOCK_S: Final = 120.0
UTTERANCE_S: Final = 25.0  # what a recogniser hears at once
JOINED_S: Final = 1.2  # a pause shorter than this is one within an utterance
ALIKE: Final = 0.95  # two channels that are as alike as this are one
TOGETHER: Final = -1  # the channel of what is the same on both: nobody knows who of them spoke


@dataclass(frozen=True)
class Spoken:
    """An utterance: on which channel, from 0, or `TOGETHER`; when it began, in seconds of the call; its sound.

    The sound is 16-bit samples at 16 kHz.
    """

    channel: int
    start: float
    sound: bytes


@dataclass(frozen=True)
class Call:
    """A whole call."""

    channels: int
    seconds: float
    utterances: tuple[Spoken, ...]


def utterances_of(sound: bytes) -> Call:
    """Return what is spoken on a recording; raises `InvalidInput`, `InputTooLarge` or `DependencyMissing`."""
    if len(sound) > LARGEST:
        raise InputTooLarge(f"expected a recording of at most {LARGEST:,} bytes, found {len(sound):,}")
    av = pyav()
    try:
        with av.open(BytesIO(sound), mode="r", format=container_of(sound), metadata_errors="ignore") as opened:
            return _read(opened)
    except av.error.FFmpegError as error:
        raise InvalidInput(
            f"expected a whole recording, found one that cannot be read: {error.strerror}"
        ) from error


def _read(opened: Any) -> Call:
    if not opened.streams.audio:
        raise InvalidInput("expected a recording with sound in it, found none")
    found: list[Spoken] = []
    start, channels = 0.0, 1
    for block in _blocks(opened):
        channels = max(channels, len(block))
        for channel, samples in block.items():
            found += _spoken(channel, start, samples)
        start += max(map(len, block.values())) / RATE
        if start > LONGEST_S:
            raise InputTooLarge(f"expected a call of at most {LONGEST_S / 3600:.0f} hours, found a longer one")
    return Call(channels, start, tuple(sorted(found, key=lambda each: (each.start, each.channel))))


def _blocks(opened: Any) -> "Iterator[dict[int, Samples]]":
    """Yield blocks by channel; two channels that say the same are one."""
    np, av = numpy_of_voice(), pyav()
    stream = opened.streams.audio[0]
    many = min(stream.codec_context.channels, MOST_CHANNELS)
    layout = "stereo" if many == 2 else stream.codec_context.layout.name  # noqa: PLR2004 - left and right
    resampler = av.AudioResampler(format="fltp", layout=layout, rate=RATE)
    parts: list[Samples] = []
    size = 0
    for frame in opened.decode(stream):
        frame.pts = None
        for each in resampler.resample(frame):
            parts.append(each.to_ndarray()[:many])
            size += parts[-1].shape[1]
        if size >= BLOCK_S * RATE:
            yield _apart(np.concatenate(parts, axis=1))
            parts, size = [], 0
    parts += [each.to_ndarray()[:many] for each in resampler.resample(None)]
    if parts:
        yield _apart(np.concatenate(parts, axis=1))


def _apart(block: "Samples") -> "dict[int, Samples]":
    np = numpy_of_voice()
    apart = dict(enumerate(block))
    norms = np.linalg.norm(block, axis=1)
    if len(block) != 2 or norms.min() == 0.0:  # noqa: PLR2004 - only in stereo one voice is on both
        return apart
    alike = float(np.dot(block[0], block[1]) / (norms[0] * norms[1]))
    return {TOGETHER: block.mean(axis=0)} if alike > ALIKE else apart


def _spoken(channel: int, start: float, samples: "Samples") -> list[Spoken]:
    np = numpy_of_voice()
    found = []
    for each in _joined(speech_in(samples)):
        cut = np.clip(samples[each.start : each.end] * 32767, -32768, 32767).astype("<i2")
        found.append(Spoken(channel, start + each.start / RATE, cut.tobytes()))
    return found


def _joined(stretches: tuple[Stretch, ...]) -> list[Stretch]:
    """Return stretches with short pauses closed, and cut to what a recogniser hears at once."""
    joined: list[Stretch] = []
    for each in stretches:
        last = joined[-1] if joined else None
        near = last is not None and (each.start - last.end) / RATE < JOINED_S
        if last is not None and near and (each.end - last.start) / RATE <= UTTERANCE_S:
            joined[-1] = Stretch(last.start, each.end)
        else:
            joined.append(each)
    longest = int(UTTERANCE_S * RATE)
    return [
        Stretch(begin, min(begin + longest, each.end))
        for each in joined
        for begin in range(each.start, each.end, longest)
    ]
