"""The embedded interpreter as an understanding: in a thread of its own, so that other turns go on meanwhile."""

import asyncio
from collections.abc import Sequence
from functools import partial

from agents.interpreter import Focus, Interpreter
from agents.reading import Reading
from memory.clock import Clock
from memory.embedding import Embedder
from memory.model.catalogue import Catalogue
from tools.contract import Capability


class EmbeddedUnderstanding:
    """Understands without a language model. Building it learns the capabilities' examples: half a second of work.

    The interpreter is only read afterwards, so threads may share it.
    """

    def __init__(
        self,
        capabilities: Sequence[Capability],
        catalogue: Catalogue,
        embedder: Embedder,
        *,
        clock: Clock,
        people: Sequence[str] = (),
    ) -> None:
        self.embedder = embedder
        self.interpreter = Interpreter(capabilities, catalogue, embedder, people)
        self._clock = clock

    async def interpret(self, text: str, focus: Focus) -> Reading:
        """Return what the words mean after what was said before."""
        read = partial(self.interpreter.interpret, text, focus, now=self._clock.now())
        return Reading(intent=await asyncio.to_thread(read))
