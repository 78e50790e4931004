"""What hears: a recogniser, as everything that takes speech in knows it. What it says is text, and no more."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from agents.hearing.heard import NO_HINTS, Heard, Hints


@dataclass(frozen=True)
class Clip:
    """A recording as it came. `media_type` is what its sender calls it, a hint only; `person` is who sent it.

    Who sent it comes from the session it came in, never from the voice.
    """

    sound: bytes
    media_type: str = ""
    person: str = ""


class Frames(StrEnum):
    """What the frames of a stream are: one channel without a container."""

    MULAW_8K = "audio/x-mulaw"  # G.711, as telephones and Twilio's media streams have it
    PCM_8K = "audio/l16;rate=8000"  # signed 16-bit, little-endian
    PCM_16K = "audio/l16;rate=16000"


@dataclass(frozen=True)
class Partial:
    """What was heard so far of one utterance.

    `agreed` stays until the utterance ends; `guess` is what may follow it. `seconds` is how much sound it is of.
    With `heard`, which alone counts, the utterance has ended: by a pause, by its length or with the stream.
    """

    agreed: str
    guess: str
    seconds: float
    heard: Heard | None = None

    @property
    def text(self) -> str:
        """Return all that was heard so far."""
        return f"{self.agreed} {self.guess}".strip()


class Recogniser(Protocol):
    """Writes down what was said, without blocking the event loop, and never asks the network."""

    async def hear(self, clip: Clip, hints: Hints = NO_HINTS) -> Heard:
        """Return what a clip says, with several hypotheses; without one where nobody speaks.

        Raises `InvalidInput` for what is no sound or too long, `DependencyMissing` where there is no model, and
        `QueueFull` where too many clips wait already.
        """

    def listen(
        self, frames: AsyncIterator[bytes], form: Frames, hints: Hints = NO_HINTS
    ) -> AsyncIterator[Partial]:
        """Yield what is heard while frames arrive: partial results, and each utterance when it has ended.

        Raises as `hear` does. It ends with the frames.
        """
