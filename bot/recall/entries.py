"""Texts of files to be searched, embedded all at once or as far as a question needs it."""

from collections.abc import Iterable, Sequence

import numpy as np

from memory.recall.brute import BruteForce
from memory.recall.cache import VectorCache
from memory.recall.entry import Entry, Features, Hit, Query
from memory.recall.hybrid import HybridIndex
from memory.recall.terms import spaced

PROMISING = 32
_TENANT = "library"


class EntryShelf:
    """Entries, to be searched.

    Embedding takes seconds where the cache does not have it: that belongs in a thread.

    With `at_once` all are embedded while it is built, and every one is compared; else those alone that a
    question's words or a title speak for, `PROMISING` of them, when it is asked.
    """

    def __init__(
        self, entries: Sequence[Entry], cache: VectorCache, weights: Features, *, at_once: bool = True
    ) -> None:
        self._entries = {entry.id: entry for entry in entries}
        self._cache = cache
        self._index = HybridIndex(_TENANT, BruteForce(), cache.embed, weights)
        self._index.add_words(list(self._entries.values()))
        self._bare = set(self._entries)  # those without vectors
        if at_once:
            self._embed(list(self._entries))

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._entries)

    def __getitem__(self, identifier: str) -> Entry:
        """Return one of them."""
        return self._entries[identifier]

    def search(self, query: Query, limit: int) -> list[Hit]:
        """Return those that fit, the best first."""
        if self._bare and query.said.strip():
            self._embed(self._index.promising(query, self._by_title(query), PROMISING))
        return self._index.search(query, limit)

    def _embed(self, names: Iterable[str]) -> None:
        wanted = [name for name in names if name in self._bare]
        self._index.embed([self._entries[name] for name in wanted])
        self._bare.difference_update(wanted)
        self._cache.save()

    def _by_title(self, query: Query) -> list[str]:
        names = list(self._entries)
        titles = self._cache.embed([spaced(self._entries[name].title) for name in names])
        cosines = titles @ self._cache.once(query.said)
        return [names[int(place)] for place in np.argsort(-cosines, kind="stable")]
