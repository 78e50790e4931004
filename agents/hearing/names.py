"""Names found by how they sound, where a recogniser wrote down other words for them. Pure.

A name is only put in where it is close and no other is nearly as close: a span that fits several is a doubt, left
as it was heard, with the names it may be. Words that everybody uses for commands are never taken for a name,
unless they are one but for the gap between them: "check out" is checkout.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from agents.hearing.sounds import alike, sound
from agents.interpreter.slots import environments
from memory.model.catalogue import Catalogue

CLOSE: Final = 0.80  # from which a name is put in
POSSIBLE: Final = 0.68  # from which it is worth asking about
MARGIN: Final = 0.08  # by which the closest name is closer than any other
SHORTEST: Final = 4  # letters below which only what is a name to the letter is one
SHORTEST_BOLD: Final = 8  # letters of several everyday words that may be one name
MOST_WORDS: Final = 5  # of a span
MOST_HEARD: Final = 60  # words of a text in which names are sought
ADDRESSED: Final = "quarterdeck"  # what people call us
_SEPARATORS: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Doubt:
    """Words that sound like several names, or like one but not enough."""

    said: str
    candidates: tuple[str, ...]


@dataclass(frozen=True)
class Named:
    """A text with the names that were found in it, and what remains doubtful."""

    text: str
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True)
class _Span:
    start: int
    end: int
    said: str
    written: str
    score: float
    candidates: tuple[str, ...]

    @property
    def rank(self) -> float:
        return len(self.said) * self.score**4


class SpokenNames:
    """The names of one tenant, by how they sound."""

    def __init__(self, phrases: Mapping[str, Iterable[str]], known: Collection[str]) -> None:
        """`phrases` are what people say for each name; `known` words are those of commands."""
        self._known = known
        self._meant: dict[str, set[str]] = {}
        for name, spoken in phrases.items():
            for phrase in (name, *spoken):
                if key := _letters(phrase):
                    self._meant.setdefault(key, set()).add(name)
        self._written = {_letters(phrase): phrase for name, said in phrases.items() for phrase in (*said, name)}
        self.phrases = frozenset(_SEPARATORS.sub(" ", phrase.lower()) for phrase in self._written.values())
        self._keys = tuple(self._meant)
        self._sounds = tuple(map(sound, self._keys))
        self._same_sound = {
            sound(key): self._written[key]
            for key in self._keys
            if len(key) >= SHORTEST and len(self._meant[key]) == 1
        }
        self._near = lru_cache(maxsize=4096)(self._nearest)

    @classmethod
    def of(cls, catalogue: Catalogue, people: Iterable[str], known: Collection[str]) -> "SpokenNames":
        """Return the names of a tenant: services, flags, environments and people."""
        phrases: dict[str, Iterable[str]] = {service.name: service.aliases for service in catalogue.services}
        places = catalogue.environments()
        phrases |= {place: [] for place in environments.phrases(places)}
        phrases |= {f"in {place}": [] for place in places}
        phrases |= {name: [] for name in (*catalogue.flags(), *people, ADDRESSED)}
        return cls(phrases, known)

    def put_in(self, text: str, *, boldly: bool = False) -> Named:
        """Return the text with names in place of the words that sound like them.

        `boldly` takes everyday words for a name, too: "store for on" is storefront. That is only ever asked, or
        looked up.
        """
        words = text.split()[:MOST_HEARD]
        taken: list[_Span] = []
        doubts: list[Doubt] = []
        for span in sorted(self._spans(words, boldly=boldly), key=lambda each: -each.rank):
            if any(span.start < other.end and other.start < span.end for other in taken):
                continue
            taken.append(span)
            if not span.written:
                doubts.append(Doubt(span.said, span.candidates))
        named = {span.start: span for span in taken if span.written}
        return Named(" ".join(_put_together(words, named)), tuple(doubts))

    def likeness(self, name: str, text: str) -> float:
        """Return how much any words of a text sound like one name or one of its phrases, 0 to 1."""
        keys = [key for key, names in self._meant.items() if name in names]
        words = text.split()[:MOST_HEARD]
        return max((alike(said, key) for _, _, said in _runs(words) for key in keys), default=0.0)

    def _spans(self, words: Sequence[str], *, boldly: bool) -> Iterator[_Span]:
        for start, end, said in _runs(words):
            letters = _letters(said)
            exact = letters in self._meant
            strange = any(not self._is_known(word) for word in words[start:end])
            strange |= boldly and end - start > 1 and len(letters) >= SHORTEST_BOLD
            same = boldly and end - start == 1 and self._same_sound.get(sound(letters), "")
            if exact and len(letters) >= SHORTEST - 1:
                yield _Span(start, end, said, self._written[letters], 1.0, ())
            elif same and len(letters) >= SHORTEST - 1:
                yield _Span(start, end, said, same, 1.0, ())
            elif strange and len(letters) >= SHORTEST and not _is_number(letters):
                yield from self._sounding(start, end, said)

    def _is_known(self, word: str) -> bool:
        return all(part in self._known or part.isdecimal() for part in _SEPARATORS.split(word) if part)

    def _sounding(self, start: int, end: int, said: str) -> Iterator[_Span]:
        near = self._near(_letters(said))
        if not near or near[0][0] < POSSIBLE or _has_number(said) > _has_number(near[0][1]):
            return  # a number that is in no name is an argument
        best, key = near[0]
        names = self._meant[key]
        rivals = [other for score, other in near[1:] if score > best - MARGIN and self._meant[other] != names]
        if best >= CLOSE and not rivals and len(names) == 1:
            yield _Span(start, end, said, self._written[key], best, ())
        elif best >= POSSIBLE:
            candidates = dict.fromkeys(name for each in (key, *rivals) for name in sorted(self._meant[each]))
            yield _Span(start, end, said, "", best - MARGIN, tuple(candidates))

    def _nearest(self, letters: str) -> tuple[tuple[float, str], ...]:
        """Return the closest phrases, best first, each with how close it is."""
        found = process.extract(
            sound(letters),
            self._sounds,
            scorer=OSA.normalized_similarity,
            score_cutoff=POSSIBLE - 0.1,
            limit=8,
        )
        scored = [(alike(letters, self._keys[index]), self._keys[index]) for _, _, index in found]
        return tuple(sorted(scored, key=lambda pair: (-pair[0], pair[1])))


def _put_together(words: Sequence[str], named: Mapping[int, _Span]) -> Iterator[str]:
    index = 0
    while index < len(words):
        span = named.get(index)
        yield span.written if span else words[index]
        index = span.end if span else index + 1


def _runs(words: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    for start in range(len(words)):
        for end in range(start + 1, min(len(words), start + MOST_WORDS) + 1):
            yield start, end, " ".join(words[start:end])


def _letters(text: str) -> str:
    return _SEPARATORS.sub("", text.lower())


def _has_number(text: str) -> bool:
    return any(each.isdecimal() for each in text)


def _is_number(letters: str) -> bool:
    return letters.isdecimal()
