"""BM25 (Robertson and Zaragoza 2009), grown one text at a time: what is added or taken away counts at once.

The idf is Lucene's, which is never negative. In memory; some microseconds for each term of a query and thousand
texts.
"""

import math
from array import array
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

K1 = 1.2
B = 0.6
FEW = 1000  # texts that are gone and may stay in the lists of terms


class Bm25:
    """Texts by the number they were given, each a count of terms."""

    def __init__(self, k1: float = K1, b: float = B) -> None:
        self._k1 = k1
        self._b = b
        self._texts: dict[str, array[int]] = {}
        self._counts: dict[str, array[float]] = {}
        self._lengths = array("f")
        self._gone = 0
        self._listed = 0  # texts that are gone and still in the lists of their terms
        self._total = 0.0
        self._rare: dict[str, float] = {}  # idf of terms that were asked, until a text comes or goes

    def __len__(self) -> int:
        """Return how many texts there are."""
        return len(self._lengths) - self._gone

    def add(self, counts: Mapping[str, float]) -> int:
        """Add a text and return its number, one more than the last."""
        number = len(self._lengths)
        length = float(sum(counts.values()))
        self._lengths.append(length)
        self._total += length
        self._rare.clear()
        for term, count in counts.items():
            self._texts.setdefault(term, array("I")).append(number)
            self._counts.setdefault(term, array("f")).append(count)
        return number

    def remove(self, number: int) -> None:
        """Take a text away; its number is never given again."""
        if self._lengths[number] < 0:
            return
        self._total -= self._lengths[number]
        self._lengths[number] = -1.0
        self._gone += 1
        self._rare.clear()
        self._listed += 1
        if self._listed > max(FEW, len(self)):
            self._unlist()

    def scores(self, query: Mapping[str, float]) -> NDArray[np.float32]:
        """Return one score a number ever given, 0 where nothing matches or the text is gone."""
        found = np.zeros(len(self._lengths), dtype=np.float32)
        if not len(self):
            return found
        lengths = np.frombuffer(self._lengths, dtype=np.float32)
        norm = self._k1 * (1 - self._b + self._b * lengths * np.float32(len(self) / max(self._total, 1e-9)))
        for term, weight in query.items():
            if term not in self._texts:
                continue
            texts = np.frombuffer(self._texts[term], dtype=np.uint32)
            counts = np.frombuffer(self._counts[term], dtype=np.float32)
            idf = self.rarity(term)
            found[texts] += weight * idf * counts * (self._k1 + 1) / (counts + norm[texts])
        found[lengths < 0] = 0
        return found

    def whole(self, query: Mapping[str, float]) -> float:
        """Return what a text would come near that says all of a query, over and over."""
        return sum(weight * self.rarity(term) for term, weight in query.items()) * (self._k1 + 1)

    def rarity(self, term: str) -> float:
        """Return the idf of a term: how much it tells apart. Counting is what costs, where most texts have it."""
        if term not in self._texts:
            return self._idf(0)
        if term not in self._rare:
            self._rare[term] = self._idf(self._having(term))
        return self._rare[term]

    def _having(self, term: str) -> int:
        """Return how many texts have a term."""
        lengths = np.frombuffer(self._lengths, dtype=np.float32)
        return int(np.count_nonzero(lengths[np.frombuffer(self._texts[term], dtype=np.uint32)] >= 0))

    def _idf(self, having: int) -> float:
        """Return how much a term tells apart that so many texts have."""
        return math.log(1 + (len(self) - having + 0.5) / (having + 0.5))

    def _unlist(self) -> None:
        """Take texts that are gone out of the lists of terms, which would grow for ever where texts change."""
        lengths = np.frombuffer(self._lengths, dtype=np.float32)
        for term, texts in list(self._texts.items()):
            kept = lengths[np.frombuffer(texts, dtype=np.uint32)] >= 0
            self._texts[term] = array("I", np.array(texts, dtype=np.uint32)[kept].tobytes())
            self._counts[term] = array("f", np.array(self._counts[term], dtype=np.float32)[kept].tobytes())
            if not self._texts[term]:
                del self._texts[term], self._counts[term]
        self._listed = 0
