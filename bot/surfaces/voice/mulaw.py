"""A WAV as a telephone has it: 8 kHz mu-law (ITU-T G.711), one byte a sample."""

import io
import wave
from typing import TYPE_CHECKING, Final

from bot.voice.installed import numpy_of_voice
from memory.errors import InvalidInput

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RATE: Final = 8000
FRAME: Final = 160  # bytes: 20 ms, as Twilio has them
_BIAS, _CLIP = 0x84, 32_635
_TAPS: Final = 31  # of the filter against what 8 kHz cannot carry


def mulaw_of(wav: bytes) -> bytes:
    """Return a WAV of 16-bit samples, one channel, as mu-law; raises `InvalidInput` for another."""
    np = numpy_of_voice()
    try:
        with wave.open(io.BytesIO(wav)) as file:
            rate, width, channels = file.getframerate(), file.getsampwidth(), file.getnchannels()
            data = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as error:
        raise InvalidInput(f"expected a WAV, found {error}") from None
    if (width, channels) != (2, 1):
        raise InvalidInput(f"expected 16-bit samples of one channel, found {8 * width}-bit of {channels}")
    samples = np.frombuffer(data, dtype="<i2").astype(np.float64)
    if rate != RATE and len(samples):
        places = np.arange(_TAPS) - _TAPS // 2
        low = np.sinc(places * RATE / rate) * np.hamming(_TAPS)
        samples = np.convolve(samples, low / low.sum(), mode="same")
        samples = np.interp(np.arange(0, len(samples), rate / RATE), np.arange(len(samples)), samples)
    return encoded(np.clip(np.rint(samples), -32_768, 32_767).astype(np.int32))


def encoded(samples: "NDArray[np.int32]") -> bytes:
    """Return 16-bit samples as mu-law."""
    np = numpy_of_voice()
    sign = np.where(samples < 0, 0x80, 0)
    size = np.minimum(np.abs(samples), _CLIP) + _BIAS
    exponent = np.floor(np.log2(size)).astype(np.int32) - 7
    mantissa = (size >> (exponent + 3)) & 0x0F
    return bytes(((~(sign | (exponent << 4) | mantissa)) & 0xFF).astype(np.uint8).tobytes())
