"""Sums of money, where a line is about money at all: "5,000 dollars", "$5k", "under 5000". Pure."""

import re
from collections.abc import Iterator
from typing import Final

from agents.interpreter.slots.mention import Line, Mention
from tools.contract import Slot

_ABOUT: Final = re.compile(
    r"[$€£]|\b(?:bills?|costs?|spend(?:ing)?|spent|budget|month(?:ly)?|savings?|save|dollars?|usd|eur|euros?)\b"
)
_SUM: Final = re.compile(
    r"(?<![\w.,:#-])(?P<sign>[$€£]\s?)?"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,9}(?:\.\d{1,2})?)(?P<thousands>\s?k\b)?"
    r"(?P<word>\s?(?:dollars?|bucks|usd|eur|euros?|gbp|pounds?)\b)?(?![\w%:-]|[.,]\d)"
)
_A_MONTH: Final = re.compile(r"\s*(?:(?:a|per|each|every)\s+month|/\s?mo(?:nth)?\b|monthly)")
_BOUND: Final = frozenset({"under", "below", "beneath", "to", "than", "at"})
_LEAST: Final = 100  # without any sign of money, a smaller number after "under" is a count


def read(line: Line) -> Iterator[Mention]:
    """Yield the sums, as numbers."""
    if not _ABOUT.search(line.lower):
        return
    for match in _SUM.finditer(line.lower):
        amount = float(match["digits"].replace(",", "")) * (1000 if match["thousands"] else 1)
        if _certain(match, line) or (line.word_before(match.start()) in _BOUND and amount >= _LEAST):
            yield line.mention(Slot.MONEY, amount, match.span())


def _certain(match: re.Match[str], line: Line) -> bool:
    return bool(
        match["sign"]
        or match["word"]
        or match["thousands"]
        or "," in match["digits"]
        or _A_MONTH.match(line.lower, match.end())
    )
