"""Recordings made for the tests: a tone or given samples in any container, by FFmpeg."""

from io import BytesIO
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from bot.voice.decoding import RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

CONTAINERS = {
    "audio/webm": ("webm", "libopus", 48_000),
    "audio/ogg": ("ogg", "libopus", 48_000),
    "audio/mp4": ("mp4", "aac", 44_100),
    "audio/mpeg": ("mp3", "libmp3lame", 44_100),
    "audio/wav": ("wav", "pcm_s16le", 16_000),
    "audio/flac": ("flac", "flac", 16_000),
    "audio/aac": ("adts", "aac", 44_100),
}


def tone(seconds: float, hertz: float = 440.0) -> "NDArray[np.float32]":
    """Return a tone: 16 kHz samples."""
    at = np.arange(int(seconds * RATE)) / RATE
    return (0.3 * np.sin(2 * np.pi * hertz * at)).astype(np.float32)


def chords(seconds: float) -> "NDArray[np.float32]":
    """Return music of a kind: chords with a beat, without a voice."""
    at = np.arange(int(seconds * RATE)) / RATE
    beat = 0.5 + 0.5 * np.abs(np.sin(2 * np.pi * 2 * at))
    sounds = (np.sin(2 * np.pi * hertz * at) for hertz in (130.8, 261.6, 329.6, 392.0, 523.3))
    return (0.08 * beat * sum(sounds)).astype(np.float32)


def recorded(samples: "NDArray[np.float32]", media_type: str) -> bytes:
    """Return 16 kHz samples as a recording in a container."""
    form, codec, rate = CONTAINERS[media_type]
    written = BytesIO()
    with av.open(written, mode="w", format=form) as container:
        stream: Any = container.add_stream(codec, rate=rate)  # an audio stream, as the codec is one of sound
        stream.layout = "mono"
        resampler = av.AudioResampler(format=stream.format.name, layout="mono", rate=rate)
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="flt", layout="mono")
        frame.sample_rate = RATE
        frames = [*resampler.resample(frame), *resampler.resample(None)]
        for each in frames:
            container.mux(stream.encode(each))
        container.mux(stream.encode(None))
    return written.getvalue()
