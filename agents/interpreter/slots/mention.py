"""A line of words, and what was found in it: one mention a value, with the place it was read from. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from memory.model.value import JsonValue
from tools.contract import Slot

_WORD = re.compile(r"\w+(?:[-.+]\w+)*")


@dataclass(frozen=True)
class Word:
    """One word of a line, in lower case, and where it stands."""

    lower: str
    start: int
    end: int


@dataclass(frozen=True)
class Mention:
    """One value that the words name. `quote` is how they say it.

    Several `candidates` mean the words fit each of them; a `value` of None means they fit nothing that is
    known. `near` marks a name of which only a part was said.
    """

    slot: Slot
    value: JsonValue
    start: int
    end: int
    quote: str
    candidates: tuple[str, ...] = ()
    near: bool = False

    def overlaps(self, other: "Mention") -> bool:
        """Return whether the two share a character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class Line:
    """One line of text. Offsets of mentions are offsets into `text`."""

    text: str

    @cached_property
    def lower(self) -> str:
        """Return the text in lower case, character by character, so that offsets stay."""
        return "".join(low if len(low := char.lower()) == 1 else char for char in self.text)

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """Return the words in order; hyphens, dots and plus signs inside a word belong to it."""
        return tuple(Word(match[0], match.start(), match.end()) for match in _WORD.finditer(self.lower))

    def mention(self, slot: Slot, value: JsonValue, span: tuple[int, int]) -> Mention:
        """Return a mention of `value` at `span`, a pair of offsets."""
        start, end = span
        return Mention(slot, value, start, end, self.text[start:end])

    def choice(self, slot: Slot, names: Iterable[str], span: tuple[int, int], *, near: bool = False) -> Mention:
        """Return a mention of the one name of `names`, or of several candidates without a value."""
        candidates = tuple(names)
        start, end = span
        value = candidates[0] if len(candidates) == 1 else None
        return Mention(slot, value, start, end, self.text[start:end], candidates, near)

    def word_before(self, position: int) -> str:
        """Return the last word that ends at or before `position`, or an empty string."""
        return next((word.lower for word in reversed(self.words) if word.end <= position), "")

    def word_after(self, position: int) -> str:
        """Return the first word that starts at or after `position`, or an empty string."""
        return next((word.lower for word in self.words if word.start >= position), "")


def without_overlaps(mentions: Iterable[Mention], taken: Iterable[Mention] = ()) -> tuple[Mention, ...]:
    """Return the mentions that share no character with `taken` or with an earlier mention."""
    kept: list[Mention] = []
    claimed = list(taken)
    for mention in mentions:
        if not any(mention.overlaps(other) for other in claimed):
            kept.append(mention)
            claimed.append(mention)
    return tuple(kept)
