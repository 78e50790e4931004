"""Speech is written down while it is spoken; what was agreed on stays, and hours take no more than a sentence."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from agents.hearing.heard import Heard, Hypothesis
from bot.voice.decoding import RATE
from bot.voice.ports import Frames, Partial
from bot.voice.speech import Stretch
from bot.voice.streaming import LONGEST_S, Stream, Writing
from tests.bot.voice.recordings import tone

if TYPE_CHECKING:
    from numpy.typing import NDArray

WORDS = [
    "roll",
    "back",
    "checkout",
    "in",
    "production",
    "please",
    "and",
    "then",
    "tell",
    "me",
    "how",
    "it",
    "is",
    "doing",
]


class Ears:
    """Hears a word for every half second of tone, and the last of them wrong until more follows."""

    def __init__(self) -> None:
        self.longest = 0
        self.looks = 0

    async def speech(self, samples: "NDArray[np.float32]") -> Sequence[Stretch]:
        loud = np.flatnonzero(np.abs(samples) > 0.05)
        return (Stretch(int(loud[0]), int(loud[-1]) + 1),) if len(loud) else ()

    async def quickly(self, samples: "NDArray[np.float32]") -> Heard:
        self.looks += 1
        self.longest = max(self.longest, len(samples))
        words = self._words(samples)
        return self._heard([*words[:-1], f"{words[-1]}ish"] if words else [], samples)

    async def fully(self, samples: "NDArray[np.float32]") -> Heard:
        return self._heard(self._words(samples), samples)

    def writing(self) -> Writing:
        return Writing(self.speech, self.quickly, self.fully)

    def _words(self, samples: "NDArray[np.float32]") -> list[str]:
        said = int((np.abs(samples) > 0.05).sum() / RATE / 0.45)
        return [WORDS[index % len(WORDS)] for index in range(said)]

    def _heard(self, words: list[str], samples: "NDArray[np.float32]") -> Heard:
        seconds = len(samples) / RATE
        return Heard((Hypothesis(" ".join(words), -0.1),) if words else (), "en", seconds, seconds)


async def frames(samples: "NDArray[np.float32]", milliseconds: int = 20) -> AsyncIterator[bytes]:
    size = RATE * milliseconds // 1000
    sound = (samples * 32767).astype("<i2")
    for start in range(0, len(sound), size):
        yield sound[start : start + size].tobytes()
        await asyncio.sleep(0)


async def listened(samples: "NDArray[np.float32]", ears: Ears) -> list[Partial]:
    return [each async for each in Stream(ears.writing(), Frames.PCM_16K).hear(frames(samples))]


def silence(seconds: float) -> "NDArray[np.float32]":
    return np.zeros(int(seconds * RATE), dtype=np.float32)


def loud(seconds: float) -> "NDArray[np.float32]":
    return np.sign(tone(seconds)).astype(np.float32) * np.float32(0.3)


async def test_partial_results_come_while_somebody_still_speaks_and_the_utterance_at_its_end() -> None:
    partials = await listened(np.concatenate([loud(4), silence(2)]), Ears())

    while_speaking, ended = partials[:-1], partials[-1]
    assert len(while_speaking) >= 3
    assert while_speaking[0].text
    assert while_speaking[0].seconds < 4
    assert ended.heard is not None
    assert ended.text == "roll back checkout in production please and then"


async def test_what_was_agreed_on_stays_at_the_beginning_of_all_that_follows() -> None:
    partials = await listened(np.concatenate([loud(5), silence(2)]), Ears())

    agreed = [each.agreed for each in partials if each.heard is None]
    assert agreed[-1]
    assert all(later.startswith(earlier) for earlier, later in pairwise(agreed))
    assert "ish" not in agreed[-1]


async def test_a_pause_ends_an_utterance_and_another_begins() -> None:
    sound = np.concatenate([loud(2), silence(1.6), loud(3), silence(1.6)])

    heard = [each.heard for each in await listened(sound, Ears()) if each.heard]

    assert [each.text for each in heard] == ["roll back checkout in", "roll back checkout in production please"]


async def test_the_end_of_the_stream_ends_the_utterance() -> None:
    partials = await listened(loud(1.5), Ears())

    assert partials[-1].heard is not None


async def test_silence_says_nothing_at_all() -> None:
    assert await listened(silence(20), Ears()) == []


async def test_who_never_pauses_is_heard_in_utterances_of_bounded_length() -> None:
    ears = Ears()

    heard = [each.heard for each in await listened(loud(95), ears) if each.heard]

    assert len(heard) >= 3
    assert ears.longest <= (LONGEST_S + 2) * RATE


async def test_a_stream_that_breaks_off_raises_what_broke_it() -> None:
    async def breaking() -> AsyncIterator[bytes]:
        yield bytes(320)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        async for _ in Stream(Ears().writing(), Frames.PCM_16K).hear(breaking()):
            pass


async def test_telephone_frames_are_heard_as_they_are() -> None:
    from tests.eval.voice.spoken import mulaw

    async def call() -> AsyncIterator[bytes]:
        sound = mulaw(np.concatenate([loud(2), silence(1.5)])[::2])
        for start in range(0, len(sound), 160):
            yield sound[start : start + 160]

    stream = Stream(Ears().writing(), Frames.MULAW_8K)
    partials = [each async for each in stream.hear(call())]
    assert partials[-1].heard is not None
    assert partials[-1].heard.text.startswith("roll back checkout")
