"""Gaps between words that a recogniser left out or made up: "with draw" is withdraw. Pure."""

import re
from collections.abc import Collection, Iterable
from typing import Final

_IN: Final = re.compile(r"(?P<name>\w{3,}?)(?:in|ing|en|an)")  # "searching staging": search in staging


class Gaps:
    """Mends the gaps of a text: `typed` are words that people type as one, `names` those of things in `places`."""

    def __init__(self, typed: Collection[str], names: Iterable[str], places: Iterable[str]) -> None:
        self._typed = frozenset(typed)
        self._names = frozenset(names)
        self._places = frozenset(places)

    def mended(self, text: str) -> str:
        """Return a text with its words apart and together as people type them."""
        words = text.split()
        for index in range(len(words) - 1, 0, -1):
            pair = words[index - 1 : index + 1]
            if "".join(pair) in self._typed and not self._typed.issuperset(pair):
                words[index - 1 : index + 1] = ["".join(pair)]
            elif pair[1] in self._places:
                words[index - 1] = self._apart(pair[0])
        return " ".join(words)

    def _apart(self, word: str) -> str:
        """Return a name that ran together with the "in" before a place as the two words that they are."""
        found = _IN.fullmatch(word)
        name = found["name"] if found else ""
        return f"{name} in" if name in self._names else word
