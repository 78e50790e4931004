"""Reads the elements of a list while the document around it still comes in. Pure.

Of the arguments of a tool, `{"sentences": [{…}, {…}, …], …}`, each element is told as soon as it is whole. Of what
is no JSON nothing is told: whoever needs all of it reads the whole document again at its end.
"""

import json
from collections.abc import Iterator

from memory.model.value import JsonValue

LONGEST = 100_000  # characters that are looked through
_OPENS, _CLOSES = frozenset("[{"), frozenset("]}")
_IN_LIST = 2  # as deep as an element of a list in an object begins


class Items:
    """One document that comes in; of its lists the first is read."""

    def __init__(self) -> None:
        self._text = ""
        self._at = 0
        self._depth = 0
        self._quoted = False
        self._escaped = False
        self._begun: int | None = None
        self._over = False

    def take(self, piece: str) -> Iterator[JsonValue]:
        """Yield the objects of the list that this piece completes."""
        self._text += piece
        while self._at < len(self._text) and not self._over:
            ended = self._step(self._text[self._at])
            self._at += 1
            if ended and self._begun is not None:
                yield from self._element(self._text[self._begun : self._at])
                self._begun = None
        self._over = self._over or len(self._text) > LONGEST

    def _step(self, char: str) -> bool:
        """Take one character; return whether an element ends with it."""
        if self._quoted:
            self._quoted = self._escaped or char != '"'
            self._escaped = not self._escaped and char == "\\"
        elif char == '"':
            self._quoted = True
        elif char in _OPENS:
            if self._depth == _IN_LIST and char == "{":
                self._begun = self._at
            self._depth += 1
        elif char in _CLOSES:
            self._depth -= 1
            self._over = self._depth < _IN_LIST and char == "]"
            return self._depth == _IN_LIST and char == "}"
        return False

    def _element(self, text: str) -> Iterator[JsonValue]:
        try:
            found: JsonValue = json.loads(text)
        except (ValueError, RecursionError):
            self._over = True
            return
        yield found
