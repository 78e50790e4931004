"""The embedded interpreter as an understanding: in a thread of its own, so that other turns go on meanwhile."""

import asyncio
from collections.abc import Sequence
from functools import partial

from agents.interpreter.focus import Focus
from agents.interpreter.interpreter import Interpreter
from agents.reading import Reading
from memory.clock import Clock
from memory.embedding import Embedder
from memory.model.catalogue import Catalogue
from memory.recent_vectors import RecentVectors
from tools.contract import Capability


class EmbeddedUnderstanding:
    """Understands without a language model. Building it learns the examples: a second or two, once in a process.

    An interpreter is only read, so threads may share it; another takes its place whole, between two messages.
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
        self.embedder: Embedder = RecentVectors(embedder)
        self._known = (tuple(capabilities), catalogue)
        self._people = tuple(people)
        self._untaught = Interpreter(*self._known, self.embedder, self._people)
        self.interpreter = self._untaught
        self._clock = clock

    def taught(self, phrasings: Sequence[tuple[str, str]], embedder: Embedder | None = None) -> Interpreter:
        """Return an interpreter that learned these besides, each with its tool; without any, the first one.

        With an `embedder` of the same model, one that asks that embedder.
        """
        if not phrasings and embedder is None:
            return self._untaught
        return Interpreter(*self._known, embedder or self.embedder, self._people, taught=tuple(phrasings))

    async def interpret(self, text: str, focus: Focus) -> Reading:
        """Return what the words mean after what was said before."""
        read = partial(self.interpreter.interpret, text, focus, now=self._clock.now())
        return Reading(intent=await asyncio.to_thread(read))
