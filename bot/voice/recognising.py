"""The recogniser of this process: one model, loaded at the first clip, in a thread of its own, with a queue.

The event loop is never blocked and memory does not grow with what was heard: nothing of a clip is kept.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

from agents.hearing.heard import NO_HINTS, Heard, Hints
from bot.voice.decoding import LONGEST_S, samples_of
from bot.voice.ports import Clip, Frames, Partial
from bot.voice.speech import speech_in
from bot.voice.streaming import Stream, Writing
from bot.voice.whisper import Depth, Whisper
from memory.errors import QueueFull

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_WAITING: Final = 8
A_CLIP_S: Final = 2.0  # what one takes, roughly: when to try again

P = ParamSpec("P")
T = TypeVar("T")


class LocalRecogniser:
    """Hears with a model on this machine. `load` is called once, when somebody speaks. To be closed."""

    def __init__(
        self, load: Callable[[], Whisper], *, most_waiting: int = MOST_WAITING, longest_s: float = LONGEST_S
    ) -> None:
        self._load = load
        self._whisper: Whisper | None = None
        self._most_waiting = most_waiting
        self._longest_s = longest_s
        self._waiting = 0
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="hearing")

    async def hear(self, clip: Clip, hints: Hints = NO_HINTS) -> Heard:
        """Return what a clip says; see `Recogniser.hear`."""
        return await self._apart(self._hear, clip, hints)

    async def listen(
        self, frames: AsyncIterator[bytes], form: Frames, hints: Hints = NO_HINTS
    ) -> AsyncIterator[Partial]:
        """Yield what is heard while frames arrive; see `Recogniser.listen`."""
        writing = Writing(
            speech=lambda samples: self._apart(speech_in, samples),
            quickly=lambda samples: self._apart(self._written, hints, Depth.ONE, samples),
            fully=lambda samples: self._apart(self._written, hints, Depth.SEVERAL, samples),
        )
        async for heard in Stream(writing, form).hear(frames):
            yield heard

    async def warm(self) -> None:
        """Load the model now rather than at the first clip; raises `DependencyMissing` or `InvalidInput`."""
        await self._apart(self._loaded)

    def close(self) -> None:
        """Let go of the model; clips that wait are not heard any more."""
        self._thread.shutdown(wait=False, cancel_futures=True)
        self._whisper = None

    def _hear(self, clip: Clip, hints: Hints) -> Heard:
        samples = samples_of(clip, self._longest_s)
        return self._loaded().hear(samples, hints)

    def _written(self, hints: Hints, depth: Depth, samples: "NDArray[np.float32]") -> Heard:
        return self._loaded().hear(samples, hints, depth)

    def _loaded(self) -> Whisper:
        if self._whisper is None:
            self._whisper = self._load()
        return self._whisper

    async def _apart(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what a function returns in the thread that hears; raises `QueueFull` instead of piling up."""
        if self._waiting >= self._most_waiting:
            error = QueueFull(
                f"expected fewer than {self._most_waiting} clips to wait to be heard, found {self._waiting}",
                hint="Try again in a moment, or type it.",
            )
            error.retry_after_s = self._waiting * A_CLIP_S
            raise error
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._thread, partial(function, *args, **kwargs)
            )
        finally:
            self._waiting -= 1
