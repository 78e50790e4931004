"""Single clips, without a conversation: what was heard, and what it means. Nothing is done."""

from agents.hearing.heard import Heard, Hints
from agents.hearing.understanding import SpokenReader, Understood
from bot.voice.ports import Clip
from bot.voice.recognising import LocalRecogniser
from memory.clock import Clock


class Ear:
    """Hears clips and understands them with one catalogue. To be closed."""

    def __init__(self, recogniser: LocalRecogniser, reader: SpokenReader, hints: Hints, clock: Clock) -> None:
        self._recogniser = recogniser
        self._reader = reader
        self._hints = hints
        self._clock = clock

    async def hear(self, clip: Clip) -> tuple[Heard, Understood]:
        """Return what was heard and what it means; raises as `Recogniser.hear` does."""
        heard = await self._recogniser.hear(clip, self._hints)
        return heard, self._reader.understand(heard, now=self._clock.now())

    def close(self) -> None:
        """Let go of the model."""
        self._recogniser.close()
