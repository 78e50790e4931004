"""Speech heard while it is spoken: a growing window is written down again and again; what two agree on stays.

An utterance ends with a pause, at its greatest length, or with the stream; silence between utterances is let go,
so that a call of hours takes no more memory than one sentence.
Source: local agreement, Macháček, Dabre and Bojar 2023, arXiv:2307.14743.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from agents.hearing.heard import Heard
from bot.voice.decoding import RATE, samples_of_frames
from bot.voice.installed import numpy_of_voice
from bot.voice.ports import Frames, Partial
from bot.voice.speech import Stretch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

STEP_S: Final = 0.7  # of new sound, before it is written down again
ENDS_S: Final = 0.8  # of silence after speech, which end an utterance
LONGEST_S: Final = 28.0  # of an utterance: a window of Whisper is 30 s
KEPT_S: Final = 0.5  # of silence before an utterance
MOST_UNREAD: Final = 60 * RATE * 2  # bytes that may wait: from then on the sender waits


@dataclass(frozen=True)
class Writing:
    """What writes samples down, each away from the event loop."""

    speech: "Callable[[NDArray[np.float32]], Awaitable[Sequence[Stretch]]]"
    quickly: "Callable[[NDArray[np.float32]], Awaitable[Heard]]"
    fully: "Callable[[NDArray[np.float32]], Awaitable[Heard]]"


class Stream:
    """One stream of frames."""

    def __init__(self, writing: Writing, form: Frames) -> None:
        self._writing = writing
        self._form = form
        self._inbox = _Inbox()
        self._samples: NDArray[np.float32] = numpy_of_voice().zeros(0, dtype="float32")
        self._agreed: list[str] = []
        self._last: list[str] = []

    async def hear(self, frames: AsyncIterator[bytes]) -> AsyncIterator[Partial]:
        """Yield what is heard, until the frames end."""
        pump = asyncio.create_task(self._inbox.fill(frames))
        try:
            while await self._more():
                if (heard := await self._look()) is not None:
                    yield heard
            if (heard := await self._ended()) is not None:
                yield heard
            await pump
        finally:
            pump.cancel()
            with suppress(asyncio.CancelledError):
                await pump

    async def _more(self) -> bool:
        """Take what arrived; return False once the stream has ended and nothing is left to take."""
        went_on = await self._inbox.has(int(STEP_S * _bytes_a_second(self._form)))
        came = samples_of_frames(self._inbox.take(_size(self._form)), self._form)
        self._samples = numpy_of_voice().concatenate([self._samples, came])
        return went_on

    async def _look(self) -> Partial | None:
        """Return what there is to say about the sound so far."""
        stretches = await self._writing.speech(self._samples)
        if not stretches:
            self._samples = self._samples[-int(KEPT_S * RATE) :]
            return None
        silent = (len(self._samples) - stretches[-1].end) / RATE
        if silent >= ENDS_S or len(self._samples) > LONGEST_S * RATE:
            return await self._ended()
        heard = await self._writing.quickly(self._samples)
        return self._grown(heard) if heard.text else None

    def _grown(self, heard: Heard) -> Partial:
        words = heard.text.split()
        self._agreed += words[len(self._agreed) : _agreed(self._last, words)]
        self._last = words
        return Partial(" ".join(self._agreed), " ".join(words[len(self._agreed) :]), heard.duration)

    async def _ended(self) -> Partial | None:
        """Return the utterance as it was in the end, and begin another one."""
        samples, self._samples = self._samples, self._samples[:0]
        self._agreed, self._last = [], []
        if not len(samples):
            return None
        heard = await self._writing.fully(samples)
        return Partial(heard.text, "", heard.duration, heard) if heard.hypotheses else None


class _Inbox:
    """Bytes that arrived and were not read yet; whoever sends too many waits."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ended = False
        self._changed = asyncio.Condition()

    async def fill(self, frames: AsyncIterator[bytes]) -> None:
        try:
            async for frame in frames:
                async with self._changed:
                    await self._changed.wait_for(lambda: len(self._bytes) < MOST_UNREAD)
                    self._bytes += frame
                    self._changed.notify_all()
        finally:
            self._ended = True
            async with self._changed:
                self._changed.notify_all()

    async def has(self, size: int) -> bool:
        """Wait for so many bytes; return False once there will be no more of them."""
        async with self._changed:
            self._changed.notify_all()  # there is room again since the last take
            await self._changed.wait_for(lambda: len(self._bytes) >= size or self._ended)
            return not self._ended

    def take(self, size: int) -> bytes:
        """Return all whole samples of `size` bytes."""
        whole = len(self._bytes) - len(self._bytes) % size
        taken = bytes(self._bytes[:whole])
        del self._bytes[:whole]
        return taken


def _agreed(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many words two transcripts begin with alike, whatever their case and stops."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if _plain(left) != _plain(right):
            break
        count += 1
    return count


def _plain(word: str) -> str:
    return re.sub(r"[^\w]", "", word.lower())


def _size(form: Frames) -> int:
    return 1 if form is Frames.MULAW_8K else 2


def _bytes_a_second(form: Frames) -> int:
    return _size(form) * (RATE if form is Frames.PCM_16K else RATE // 2)
