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


class Bm25:
    """Texts by the number they were given, each a count of terms."""

    def __init__(self, k1: float = K1, b: float = B) -> None:
        self._k1 = k1
        self._b = b
        self._texts: dict[str, array[int]] = {}
        self._counts: dict[str, array[float]] = {}
        self._lengths = array("f")
        self._gone = 0
        self._total = 0.0

    def __len__(self) -> int:
        """Return how many texts there are."""
        return len(self._lengths) - self._gone

    def add(self, counts: Mapping[str, float]) -> int:
        """Add a text and return its number, one more than the last."""
        number = len(self._lengths)
        length = float(sum(counts.values()))
        self._lengths.append(length)
        self._total += length
        for term, count in counts.items():
            self._texts.setdefault(term, array("I")).append(number)
            self._counts.setdefault(term, array("f")).append(count)
        return number

    def remove(self, number: int) -> None:
        """Take a text away; its number is never given again. Its terms stay until `compacted` is asked for."""
        if self._lengths[number] >= 0:
            self._total -= self._lengths[number]
            self._lengths[number] = -1.0
            self._gone += 1

    def idf(self, term: str) -> float:
        """Return how much a term tells apart: most where no text has it."""
        having = len(self._texts.get(term, ()))
        return math.log(1 + (len(self._lengths) - having + 0.5) / (having + 0.5))

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
            texts = np.array(self._texts[term], dtype=np.uint32)
            counts = np.array(self._counts[term], dtype=np.float32)
            found[texts] += weight * self.idf(term) * counts * (self._k1 + 1) / (counts + norm[texts])
        found[lengths < 0] = 0
        return found
