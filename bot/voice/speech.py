"""Where in a recording somebody speaks: Silero's detector, as faster-whisper has it. Never what, or who."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.voice.decoding import RATE
from bot.voice.installed import faster_whisper

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PAUSE_MS: Final = 500  # of silence part two stretches of speech
PAD_MS: Final = 200
SHORTEST_S: Final = 0.2  # of speech: a knock is shorter, and "yes" is not


@dataclass(frozen=True)
class Stretch:
    """A stretch of speech, in samples of the recording."""

    start: int
    end: int

    @property
    def seconds(self) -> float:
        """Return how long it is."""
        return (self.end - self.start) / RATE


def speech_in(samples: "NDArray[np.float32]") -> tuple[Stretch, ...]:
    """Return the stretches of speech in 16 kHz samples, in order; none where nobody speaks."""
    faster_whisper()
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(min_silence_duration_ms=PAUSE_MS, speech_pad_ms=PAD_MS)
    found = [Stretch(each["start"], each["end"]) for each in get_speech_timestamps(samples, options)]
    spoken = sum(each.seconds for each in found) - 2 * len(found) * PAD_MS / 1000
    return tuple(found) if spoken >= SHORTEST_S else ()
