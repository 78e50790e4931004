"""Words that stand for one of a few fixed values, looked up longest first. Pure."""

import re
from collections.abc import Iterator, Mapping

from agents.interpreter.slots.mention import Line, Mention, without_overlaps
from tools.contract import Slot


class PhraseTable:
    """The phrases of each value of one slot. A phrase is a regular expression of whole words."""

    def __init__(self, slot: Slot, phrases: Mapping[str, str]) -> None:
        self._slot = slot
        self._patterns = {
            value: re.compile(rf"(?<![\w-])(?:{words})(?![\w-])") for value, words in phrases.items()
        }

    def read(self, line: Line) -> Iterator[Mention]:
        """Yield what the words name; where two phrases share words, the longer one counts."""
        found = [
            line.mention(self._slot, value, match.span())
            for value, pattern in self._patterns.items()
            for match in pattern.finditer(line.lower)
        ]
        yield from without_overlaps(sorted(found, key=lambda mention: mention.start - mention.end))
