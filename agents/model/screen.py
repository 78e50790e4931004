"""What a model says, without secrets, as it comes: nothing is let out that what follows may still complete.

A secret that lies over two pieces is found as if it had come in one. Where that cannot be told any more, nothing
further is let out: the whole is scanned again at the end, and is what stays.
"""

import re

from agents.profiles import Veil
from memory.model.value import JsonValue

CONTEXT = 400  # characters before a piece that it is read with: "password:" may have gone out already
_END = "\n."
_SPACE = re.compile(r"\s")
_OPEN = re.compile(r"""(?:[=:]\s*(?:"[^"\n]*|'[^'\n]*)|-----[A-Z ]*)\Z""")  # a quotation, or the head of a key
_JOINED = 8  # characters below which two texts are not taken for the halves of one


class Screen:
    """One answer, in pieces or in texts, in the order in which they come."""

    def __init__(self, veil: Veil) -> None:
        self._veil = veil
        self._before = ""
        self._held = ""
        self._blind = False

    def take(self, piece: str) -> str:
        """Return what may go out now: whole words that nothing which follows can make part of a secret."""
        self._held += piece
        if not _SPACE.search(piece):
            return ""
        return self._let_out(self._safe())

    def rest(self) -> str:
        """Return what was held back, once nothing follows."""
        return self._let_out(len(self._held))

    def document(self, value: JsonValue) -> JsonValue:
        """Return a document whose texts hold no secret, neither alone nor after the text before."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, list):
            return [self.document(each) for each in value]
        if isinstance(value, dict):
            return {name: self.document(each) for name, each in value.items()}
        return value

    def _safe(self) -> int:
        """Return up to where what is held may go out."""
        at = max(found.end() for found in _SPACE.finditer(self._held))
        begun = _OPEN.search(self._held[:at])
        at = at if begun is None else begun.start()
        said = self._before + self._held[:at]
        return at if self._veil.scan(said + _END).endswith(_END) else 0

    def _let_out(self, at: int) -> str:
        if self._blind or not at:
            return ""
        said = self._before + self._held[:at]
        known, told = self._veil.scan(self._before), self._veil.scan(said)
        self._held = self._held[at:]
        self._before = _tail(said)
        if not told.startswith(known):
            self._blind = True
            return ""
        return told[len(known) :]

    def _text(self, text: str) -> str:
        told = self._veil.scan(text)
        if len(text) < _JOINED or self._blind:
            return "" if self._blind else told
        before, self._before = self._before, text[-CONTEXT:]
        if before and self._veil.scan(before + text) != self._veil.scan(before) + told:
            return ""
        return told


def _tail(text: str) -> str:
    """Return the end of a text, from the beginning of a word on."""
    if len(text) <= CONTEXT:
        return text
    start = _SPACE.search(text, len(text) - CONTEXT)
    return text[start.end() :] if start else text[-CONTEXT:]
