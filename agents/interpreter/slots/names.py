"""Finding the names of one kind of thing in words: services, environments, flags, people. Pure.

A name is found as it is written, by its aliases, with other separators ("payment gateway" for
`payment-gateway`), and by a part of it. Where several names fit, all are returned: nothing is ever guessed.
Slips of the keyboard are `spelling`'s business.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import pairwise

from rapidfuzz.distance import OSA

from agents.interpreter.slots.mention import Line, Mention, Word
from tools.contract import Slot

_SEPARATORS = re.compile(r"[\W_]+")
_BETWEEN_WORDS = re.compile(r"[\s_-]{1,3}")
SHORTEST_PART = 3
SHORTEST_PLURAL = 5


class NameIndex:
    """The names of one slot, each with the phrases that people use for it."""

    def __init__(self, slot: Slot, phrases: Mapping[str, Iterable[str]], ordinary: Collection[str] = ()) -> None:
        """`ordinary` words never stand for a name of which they are only a part."""
        self.slot = slot
        self.names = tuple(phrases)
        self.phrases = frozenset(said.lower() for name, spoken in phrases.items() for said in (name, *spoken))
        self._ordinary = ordinary
        self._parts_of: dict[str, int] = {}
        self._exact: dict[str, set[str]] = defaultdict(set)
        self._by_part: dict[str, set[str]] = defaultdict(set)
        for name, spoken in phrases.items():
            for phrase in (name, *spoken):
                self._add(name, phrase)
        self._longest = max(self._parts_of.values(), default=0)

    def _add(self, name: str, phrase: str) -> None:
        parts = [part for part in _SEPARATORS.split(phrase.lower()) if part]
        if not parts:
            return
        key = "".join(parts)
        self._exact[key].add(name)
        self._parts_of[key] = max(len(parts), self._parts_of.get(key, 0))
        if len(parts) > 1:
            for part in parts:
                if len(part) >= SHORTEST_PART and part not in self._ordinary:
                    self._by_part[part].add(name)

    def exact(self, line: Line) -> Iterator[Mention]:
        """Yield every place where words are a whole name or alias, longer phrases first."""
        for size in range(self._longest, 0, -1):
            for run in _runs(line, size):
                key = _key(run)
                if size <= self._parts_of.get(key, 0):
                    yield line.choice(self.slot, self._in_order(self._exact[key]), _span(run))

    def near(self, line: Line) -> Iterator[Mention]:
        """Yield every place where a word is a part of names, or a name in the singular or plural."""
        for word in line.words:
            if names := self._by_part.get(word.lower) or self._inflected(word.lower):
                yield line.choice(self.slot, self._in_order(names), (word.start, word.end), near=True)

    def nearest(self, word: str, limit: int = 3) -> tuple[str, ...]:
        """Return the names most like `word`, best first, for asking back."""
        key = _SEPARATORS.sub("", word.lower())
        scored = [(OSA.normalized_similarity(key, _SEPARATORS.sub("", name.lower())), name) for name in self.names]
        return tuple(name for _, name in sorted(scored, key=lambda pair: (-pair[0], pair[1]))[:limit])

    def _inflected(self, word: str) -> Collection[str]:
        other = word[:-1] if word.endswith("s") else f"{word}s"
        return () if word in self._ordinary or len(word) < SHORTEST_PLURAL else self._exact.get(other, ())

    def _in_order(self, names: Collection[str]) -> Iterator[str]:
        return (name for name in self.names if name in names)


def _runs(line: Line, size: int) -> Iterator[tuple[Word, ...]]:
    """Yield the runs of `size` words with nothing between them but a space, hyphen or underscore."""
    words = line.words
    for index in range(len(words) - size + 1):
        run = words[index : index + size]
        gaps = (line.text[left.end : right.start] for left, right in pairwise(run))
        if all(_BETWEEN_WORDS.fullmatch(gap) for gap in gaps):
            yield run


def _key(run: Iterable[Word]) -> str:
    return "".join(_SEPARATORS.sub("", word.lower) for word in run)


def _span(run: tuple[Word, ...]) -> tuple[int, int]:
    return run[0].start, run[-1].end
