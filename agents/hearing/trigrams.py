"""How usual it is to ask in certain words: a model of three words at a time, over phrasings with gaps. Pure.

It tells which of several things that sound alike people say to us; it is no reason to believe that they said it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import log
from typing import Final

_TOKEN: Final = re.compile(r"\{\w+\}|\w(?:[\w'.%-]*[\w%])?")
_NAMED: Final = {"{alert}": "{identifier}", "{target}": "{incident}"}
_ORDER: Final = 3
_START: Final = ("<s>",) * (_ORDER - 1)
_END: Final = "</s>"
_STRANGE: Final = 0.1  # of the chance of a known word out of nowhere: what one that nobody uses has

Context = tuple[str, ...]


class Trigrams:
    """The words of some phrasings, each by the two before it; interpolated after Witten and Bell (1991)."""

    def __init__(self, phrasings: Iterable[str]) -> None:
        """`phrasings` have gaps in place of names and values: "restart {service}"."""
        self._uses: Counter[Context] = Counter()
        self._followed: Counter[Context] = Counter()
        for words in map(_words, phrasings):
            for end in range(_ORDER, len(words) + 1):
                for start in range(end - _ORDER, end):
                    self._uses[words[start:end]] += 1
                    self._followed[words[start : end - 1]] += 1
        self._kinds = Counter(used[:-1] for used in self._uses)
        self._strange = _STRANGE / (self._kinds[()] + 1)
        self.usual = lru_cache(maxsize=4096)(self._usual)

    def _usual(self, phrasing: str) -> float:
        """Return the mean natural logarithm of the chance of each word of a phrasing, its end one of them."""
        words = _words(phrasing)
        ends = range(_ORDER, len(words) + 1)
        return sum(log(self._chance(words[end - _ORDER : end])) for end in ends) / len(ends)

    def _chance(self, words: Context) -> float:
        """Return the chance of the last word after those before it, of which the farthest count least."""
        context = words[:-1]
        nearer = self._chance(words[1:]) if context else self._strange
        uses, kinds = self._followed[context], self._kinds[context]
        return (self._uses[words] + kinds * nearer) / (uses + kinds) if uses else nearer


def _words(phrasing: str) -> Context:
    found: Sequence[str] = _TOKEN.findall(phrasing.lower())
    return (*_START, *(_NAMED.get(word, word) for word in found), _END)
