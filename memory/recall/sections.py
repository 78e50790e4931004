"""Markdown in the parts it is read in: each section under its headings, long ones cut between paragraphs. Pure."""

import re
from collections.abc import Iterator

from memory.model.value import Value

LONGEST = 450  # characters of one part: about what the embedding reads, which is 128 word pieces
MOST = 200  # parts of one text; what follows is found by its words alone

_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*\s*$|^\s*(?:[-*]\s+)?\*\*([^*\n]{2,80})\*\*:?\s*$")
_FENCE = re.compile(r"^\s*(```|~~~)")
_BOLD_LEVEL = 7


class Part(Value):
    """One part of a text: the headings above it, outermost first, and its words."""

    headings: tuple[str, ...] = ()
    text: str

    @property
    def heading(self) -> str:
        """Return the nearest heading."""
        return self.headings[-1] if self.headings else ""


def parts(text: str) -> tuple[Part, ...]:
    """Return the parts of a Markdown text in order, at most `MOST`.

    A text without headings is cut all the same.
    """
    found: list[Part] = []
    for headings, lines in _sections(text):
        for piece in _pieces("\n".join(lines)):
            found.append(Part(headings=headings, text=piece))
            if len(found) == MOST:
                return tuple(found)
    return tuple(found)


def _sections(text: str) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    above: list[tuple[int, str]] = []
    lines: list[str] = []
    fenced = False
    for line in _without_front_matter(text).split("\n"):
        if _FENCE.match(line):
            fenced = not fenced
        heading = None if fenced else _HEADING.match(line)
        if heading is None:
            lines.append(line)
            continue
        yield tuple(title for _, title in above), lines
        level = len(heading[1]) if heading[1] else _BOLD_LEVEL
        above = [each for each in above if each[0] < level] + [(level, heading[2] or heading[3])]
        lines = []
    yield tuple(title for _, title in above), lines


def _without_front_matter(text: str) -> str:
    return re.sub(r"\A---\n.*?\n---\n", "", text, count=1, flags=re.DOTALL)


def _pieces(text: str) -> Iterator[str]:
    """Yield a section's words in pieces of at most `LONGEST` characters, cut where a paragraph or a line ends."""
    piece = ""
    for block in _blocks(text):
        if piece and len(piece) + len(block) > LONGEST:
            yield piece.strip()
            piece = ""
        piece += block
    if piece.strip():
        yield piece.strip()


def _blocks(text: str) -> Iterator[str]:
    for paragraph in re.split(r"(?<=\n)\s*\n", text):
        if len(paragraph) <= LONGEST:
            if paragraph.strip():
                yield paragraph
            continue
        for line in paragraph.splitlines(keepends=True):
            yield from (line[start : start + LONGEST] for start in range(0, len(line), LONGEST))
