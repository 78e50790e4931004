"""A recogniser that hears text: a clip is the words themselves, readings parted by `|`; silence is no bytes."""

from collections.abc import AsyncIterator

from agents.hearing.heard import NO_HINTS, Heard, Hints, Hypothesis
from bot.voice.ports import Clip, Frames, Partial
from memory.errors import InvalidInput

SILENCE = b"\xff"  # what a frame of silence is made of, as in mu-law
NOISE = b"\x00"  # a clip that begins so is no sound at all


class FakeRecogniser:
    """Serves `bot.voice.ports.Recogniser`."""

    def __init__(self) -> None:
        self.hints: list[Hints] = []
        self.closed = False

    async def hear(self, clip: Clip, hints: Hints = NO_HINTS) -> Heard:
        self.hints.append(hints)
        if clip.sound.startswith(NOISE):
            raise InvalidInput("expected a recording, found another thing")
        return heard(*clip.sound.decode().split("|"))

    async def listen(
        self, frames: AsyncIterator[bytes], form: Frames, hints: Hints = NO_HINTS
    ) -> AsyncIterator[Partial]:
        del form, hints
        words = ""
        async for frame in frames:
            if frame.strip(SILENCE):
                words = f"{words} {frame.decode().strip()}".strip()
                yield Partial("", words, 0.0)
            elif words:
                yield Partial(words, "", 0.0, heard(words))
                words = ""
        if words:
            yield Partial(words, "", 0.0, heard(words))


def heard(*texts: str) -> Heard:
    """Return what was heard in these readings, the likeliest first."""
    found = tuple(Hypothesis(text.strip(), -0.2) for text in texts if text.strip())
    return Heard(found, "en", 1.0, 0.8 if found else 0.0)
