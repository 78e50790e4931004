"""Slips of the keyboard put right, with what was typed kept for quoting. Pure.

Only a word that nobody writes on purpose is touched: one the embedding model has never met whole and that no
example and no name contains. A name is only recognised where its first and last letters were hit, so that
`authz` never becomes `auth`.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from rapidfuzz import process
from rapidfuzz.distance import OSA

_WORD = re.compile(r"(?<![\w.])[^\W\d_]+(?:-[^\W\d_]+)*(?![\w])")
SHORTEST = 4
TWO_SLIPS = 8  # letters from which two slips are forgiven
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

    `long_forms` writes chat shorthand out; `is_word` says whether a word is one that people write, whatever it means.
    """

    def __init__(
        self,
        words: Iterable[str],
        names: Iterable[str],
        long_forms: Mapping[str, str],
        is_word: Callable[[str], bool],
    ) -> None:
        self._words = frozenset(word for word in words if len(word) >= SHORTEST and word.isalpha())
        self._names = frozenset(name.lower() for name in names)
        self._known = self._words | self._known_names()
        self._long_forms = {short: long for short, long in long_forms.items() if short not in self._known_names()}
        self._is_word = is_word

    def _known_names(self) -> frozenset[str]:
        return self._names | {part for name in self._names for part in re.split(r"\W", name)}

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
        if len(word) < SHORTEST or word in self._known or self._is_word(word):
            return word
        right = self._closest(word, self._names, names=True) or self._closest(word, self._words, names=False)
        return right or word

    def _closest(self, word: str, known: Collection[str], *, names: bool) -> str | None:
        """Return the one known word that is closest, or None where none is close or two are equally so."""
        allowed = 1 if len(word) < TWO_SLIPS else 2
        near = process.extract(word, known, scorer=OSA.distance, score_cutoff=allowed, limit=None)
        fitting = [
            (distance, candidate)
            for candidate, distance, _ in near
            if candidate[0] == word[0] and (candidate[-1] == word[-1] or not names)
        ]
        best = min(fitting, default=(0, ""))[0]
        closest = [candidate for distance, candidate in fitting if distance == best]
        return closest[0] if len(closest) == 1 else None
