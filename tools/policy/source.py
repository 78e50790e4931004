"""Where policies come from: named texts, and where in them each policy stands. Pure; somebody else reads files."""

import re
from collections.abc import Iterator

import cedarpy

from memory.model.value import Value

_PIECE = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*|;', re.DOTALL)
_BLANK = re.compile(r"(?:\s|//[^\n]*)*")
_ID = re.compile(r'@id\s*\(\s*"((?:\\.|[^"\\])*)"\s*\)')


class Source(Value):
    """A text and the name people know it by, such as its path."""

    name: str
    text: str


class Library(Value):
    """A set of policies as it is kept: its texts, and the decisions it must give (`tools/policy/golden.py`)."""

    policies: tuple[Source, ...]
    decisions: tuple[Source, ...] = ()

    def text(self) -> str:
        """Return all the policies as one text."""
        return "\n".join(source.text.rstrip("\n") + "\n" for source in self.policies)

    def written(self, name: str) -> "Written | None":
        """Return where and how the policy of this id is written."""
        return next((each for each in self.every() if each.name == name), None)

    def every(self) -> Iterator["Written"]:
        """Yield every policy as it is written, whether it parses or not."""
        for source in self.policies:
            yield from statements(source)


class Written(Value):
    """One policy as somebody wrote it: its `@id`, its text without the remarks above it, and `file:line`."""

    name: str
    text: str
    place: str


def statements(source: Source) -> Iterator[Written]:
    """Yield the statements of a text, each with the line it begins on."""
    start = 0
    for piece in _PIECE.finditer(source.text):
        if piece[0] == ";":
            yield from _statement(source, start, piece.end())
            start = piece.end()
    yield from _statement(source, start, len(source.text))


def unparsed(source: Source) -> Iterator[tuple[Written, str]]:
    """Yield each statement that does not parse on its own, and what Cedar says of it."""
    for each in statements(source):
        try:
            cedarpy.policies_to_json_str(each.text)
        except ValueError as error:
            yield each, str(error)


def _statement(source: Source, start: int, end: int) -> Iterator[Written]:
    blank = _BLANK.match(source.text, start)
    begin = min(blank.end(), end) if blank else start
    text = source.text[begin:end]
    if text.strip():
        name = _ID.search(text)
        line = source.text.count("\n", 0, begin) + 1
        yield Written(name=name[1] if name else "", text=text, place=f"{source.name}:{line}")
