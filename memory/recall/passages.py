"""Entries by their parts: which one has a part that says the words of a question, close together.

A long text that has them far apart says less. In memory; the headings above a part are not counted with it.
"""

from collections.abc import Mapping, Sequence

from memory.recall.bm25 import Bm25
from memory.recall.sections import parts
from memory.recall.terms import terms


class Passages:
    """The parts of entries, by the entries' numbers."""

    def __init__(self) -> None:
        self._bm25 = Bm25()
        self._of: dict[int, list[int]] = {}

    def add(self, entry: int, text: str) -> None:
        """Add an entry's parts."""
        self._of[entry] = [self._bm25.add(terms(part.text)) for part in parts(text)]

    def remove(self, entry: int) -> None:
        """Take an entry's parts away."""
        for part in self._of.pop(entry, ()):
            self._bm25.remove(part)

    def best(self, query: Mapping[str, float], entries: Sequence[int]) -> list[float]:
        """Return for each entry the score of its best part by BM25, 0 where it has none."""
        scores = self._bm25.scores(query)
        return [max((float(scores[part]) for part in self._of.get(entry, ())), default=0.0) for entry in entries]
