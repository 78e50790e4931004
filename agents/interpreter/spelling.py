"""Slips of the keyboard put right, with what was typed kept for quoting. Pure.

Only a word that nobody writes on purpose is touched: one the embedding model has never met whole and that no
example and no name contains. A name is only recognised where its first and last letters were hit, so that
`authz` never becomes `auth`.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from rapidfuzz import process
from rapidfuzz.distance import OSA

_WORD = re.compile(r"(?<![\w.])[^\W\d_]+(?:-[^\W\d_]+)*(?![\w])")
SHORTEST = 4
LONG_NAME = 8  # letters from which two slips are forgiven in a name
LONG_WORD = 6  # likewise in any other word
FAR = 2  # how many times more common the likelier of two words is
MOST_WORDS = 100


@dataclass(frozen=True)
class Slip:
    """A word that was corrected: where it stands now, and what was typed."""

    start: int
    end: int
    typed: str


@dataclass(frozen=True)
class Spelled:
    """A text with its slips put right."""

    text: str
    slips: tuple[Slip, ...] = ()

    def typed(self, start: int, end: int) -> str:
        """Return what was typed where `text[start:end]` stands now."""
        parts, position = [], start
        for slip in self.slips:
            if start <= slip.start and slip.end <= end:
                parts += [self.text[position : slip.start], slip.typed]
                position = slip.end
        return "".join([*parts, self.text[position:end]])


class Speller:
    """Knows the words of the examples and the names of the catalogue.

    `words` says how often the examples use each word, `long_forms` writes chat shorthand out, and `is_word` tells
    whether a word is one that people write, whatever it means.
    """

    def __init__(
        self,
        words: Mapping[str, int],
        names: Iterable[str],
        long_forms: Mapping[str, str],
        is_word: Callable[[str], bool],
    ) -> None:
        whole = {name.lower() for name in names}
        self._names = frozenset(whole | {part for name in whole for part in re.split(r"[\W_]", name) if part})
        self._words = {word: count for word, count in words.items() if len(word) >= SHORTEST and word.isalpha()}
        self._long_forms = {short: long for short, long in long_forms.items() if short not in self._names}
        self._is_word = is_word

    def correct(self, text: str, untouched: Sequence[tuple[int, int]] = ()) -> Spelled:
        """Return the text with its slips put right and its shorthand written out, but for the `untouched` spans."""
        pieces: list[str] = []
        slips: list[Slip] = []
        position = length = 0
        for match in islice(_WORD.finditer(text), MOST_WORDS):
            right = self._corrected(match[0].lower())
            kept = any(start <= match.start() and match.end() <= end for start, end in untouched)
            if kept or right == match[0].lower():
                continue
            pieces += [text[position : match.start()], right]
            length += match.start() - position + len(right)
            slips.append(Slip(length - len(right), length, match[0]))
            position = match.end()
        return Spelled("".join([*pieces, text[position:]]), tuple(slips))

    def _corrected(self, word: str) -> str:
        if word in self._long_forms:
            return self._long_forms[word]
        if len(word) < SHORTEST or word in self._words or word in self._names or self._is_word(word):
            return word
        return self._closest_name(word) or self._closest_word(word) or word

    def _closest_name(self, word: str) -> str | None:
        """Return the one name that is closest; a slip never hits the first or the last letter of it."""
        near = [
            found
            for found in _near(word, self._names, 1 if len(word) < LONG_NAME else 2)
            if found[1][-1] == word[-1]
        ]
        closest = [name for distance, name in near if distance == min(near)[0]]
        return closest[0] if len(closest) == 1 else None

    def _closest_word(self, word: str) -> str | None:
        """Return the closest word; of several, the one that is by far the most common in the examples."""
        near = _near(word, self._words.keys(), 1 if len(word) < LONG_WORD else 2)
        closest = [other for distance, other in near if distance == min(near)[0]]
        by_use = sorted(closest, key=lambda other: -self._words[other])
        if len(by_use) > 1 and self._words[by_use[0]] < FAR * self._words[by_use[1]]:
            return None
        return by_use[0] if by_use else None


def _near(word: str, known: Iterable[str], allowed: int) -> list[tuple[float, str]]:
    """Return the known words that begin alike and are at most `allowed` slips away, with how many."""
    found = process.extract(word, tuple(known), scorer=OSA.distance, score_cutoff=allowed, limit=None)
    return [(distance, other) for other, distance, _ in found if other[0] == word[0]]
