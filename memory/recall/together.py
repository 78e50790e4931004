"""Pairs of a question's words that a text has close together, too: `disk full` is more than `disk` and `full`.

After the sequential dependence model (Metzler and Croft 2005), with BM25's curve for how often and how long. Only
candidates are compared, so no list of pairs is kept: of each text the order of its words, four bytes each.
"""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from memory.recall.bm25 import K1, B
from memory.recall.terms import ordered

WINDOW = 6  # words: two of them are together where fewer than so many steps lie between
MOST_WORDS = 600  # of a question: as many as its 4,000 characters have

Numbers = NDArray[np.uint32]


class Together:
    """The words of entries in their order, by the entries' numbers."""

    def __init__(self) -> None:
        self._of: dict[int, Numbers] = {}

    def add(self, entry: int, text: str) -> None:
        """Add an entry's text."""
        self._of[entry] = _numbered(ordered(text))

    def remove(self, entry: int) -> None:
        """Take an entry's text away."""
        self._of.pop(entry, None)

    def shares(self, said: str, rarity: Callable[[str], float], entries: Sequence[int]) -> list[float]:
        """Return for each entry its share, from 0 to 1, of the pairs that were said; rare words count most.

        `rarity` is a word's idf. Lengths are compared with those of the other entries that are asked about.
        """
        asked = _asked(ordered(said)[:MOST_WORDS], rarity)
        if asked is None or not entries:
            return [0.0] * len(entries)
        texts = [self._of.get(entry, _NOTHING) for entry in entries]
        found = _counted(texts, asked)
        lengths = np.array([len(text) for text in texts])
        norm = K1 * (1 - B + B * lengths / max(float(lengths.mean()), 1.0))
        return [float(share) for share in (found / (found + norm[:, None])) @ asked.weights]


_NOTHING: Numbers = np.zeros(0, dtype=np.uint32)


@dataclass(frozen=True)
class _Asked:
    """The words that are asked, by their numbers; their pairs, by their keys; what each pair weighs. In order."""

    words: Numbers
    keys: NDArray[np.int64]
    weights: NDArray[np.float64]  # of all pairs together: 1


def _asked(words: Sequence[str], rarity: Callable[[str], float]) -> _Asked | None:
    """Return the pairs of a question, in whichever order their words stand; None where it has none that counts."""
    rare = {word: rarity(word) for word in dict.fromkeys(words)}
    numbers = np.unique(_numbered(list(rare)))
    places = dict(zip(rare, np.searchsorted(numbers, _numbered(list(rare))).tolist(), strict=True))
    pairs: dict[int, float] = {}
    for start, one in enumerate(words):
        for other in words[start + 1 : start + WINDOW]:
            if one != other:
                low, high = sorted((places[one], places[other]))
                pairs[low * len(numbers) + high] = rare[one] + rare[other]
    whole = sum(pairs.values())
    if not whole:
        return None
    keys = sorted(pairs)
    return _Asked(numbers, np.array(keys), np.array([pairs[key] for key in keys]) / whole)


def _counted(texts: Sequence[Numbers], asked: _Asked) -> NDArray[np.float64]:
    """Return how often each text has each pair together: (texts, pairs).

    All texts are gone through at once, far enough from each other that no pair lies across two of them.
    """
    every = np.concatenate(texts)
    of = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    places = np.minimum(np.searchsorted(asked.words, every), len(asked.words) - 1)
    said = np.flatnonzero(asked.words[places] == every)
    where, which, whose = said + WINDOW * of[said], places[said], of[said]
    found = np.zeros(len(texts) * len(asked.keys))
    for step in range(1, WINDOW):
        near = where[step:] - where[:-step] < WINDOW
        one, other = which[step:][near], which[:-step][near]
        keys = np.minimum(one, other) * len(asked.words) + np.maximum(one, other)
        at = np.minimum(np.searchsorted(asked.keys, keys), len(asked.keys) - 1)
        same = asked.keys[at] == keys
        np.add.at(found, whose[step:][near][same] * len(asked.keys) + at[same], 1)
    return found.reshape(len(texts), len(asked.keys))


def _numbered(words: Sequence[str]) -> Numbers:
    return np.array([_number(word) for word in words], dtype=np.uint32)


@lru_cache(maxsize=50_000)
def _number(word: str) -> int:
    """Return a number for a word. That two words have the same is rare, and puts a pair too much into a score."""
    return zlib.crc32(word.encode("utf-8", "surrogatepass"))
