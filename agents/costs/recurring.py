"""Times that come again and again as what costs are told apart by: weekdays and weekends, hours of the day. Pure.

Both sides in one question are a comparison of the two, and none with an earlier time.
"""

import re
from typing import Final

from agents.costs.words import Words
from memory.model.cost import CostField, Dimension

_PLACE: Final = r"(?:(?:on|at|over|during|in|through|outside(?: of)?)(?: the)? )?"
_MONEY: Final = r"(?: (?:costs?|spend(?:ing)?|bills?|charges?|usage))?"
_OFFICE: Final = r"(?:business|working|work|office) hours?"
_SIDES: Final = (
    (Dimension.WEEK_PART, r"(?:weekdays?|work(?:ing)? ?days?|business days?)", r"weekends?"),
    (Dimension.OFFICE, _OFFICE, r"(?:after hours|off-?hours|out of hours|the rest)"),
    (
        Dimension.OFFICE,
        rf"(?:during|in|inside|within) {_OFFICE}",
        rf"outside(?: of)?(?: (?:them|those|{_OFFICE}))?",
    ),
    (Dimension.DAY_PART, r"(?:day ?time|days?|by day)", r"(?:night ?time|nights?|by night|overnight)"),
)
_AGAINST: Final = (
    r" ?(?:,|/|-|and|or|against|versus|vs\.?|with|to|than|compared? (?:to|with|against)|rather than"
    r"|as opposed to) ?"
)
_MORE: Final = (
    r"(?:(?:compare|comparing|the difference between|split (?:by|into)|by|between)(?: the)? "
    r"|(?:much )?(?:more|less|higher|lower|cheaper|pricier)(?: expensive)? (?:(?:money|cost|spend) )?)?"
)
_PAIRS: Final = tuple(
    (of, re.compile(rf"\b{_MORE}{_PLACE}(?:{first}){_MONEY}{_AGAINST}{_PLACE}(?:{second})\b{_MONEY}"))
    for of, one, other in _SIDES
    for first, second in ((one, other), (other, one))
)
_BY: Final = (
    r"\b(?:(?:told apart|grouped|broken down|split|break (?:it |this )?down) )?"
    r"(?:by|per|for each|each|across|which|what|on which|on what) (?:the )?"
)
_EVERY: Final = (
    (Dimension.WEEKDAY, re.compile(_BY + r"(?:days? of (?:the )?week|weekdays?)\b|(?<=\d )weekdays\b")),
    (Dimension.HOUR, re.compile(_BY + r"(?:hours? of (?:the )?day|times? of (?:the )?day)\b")),
    (Dimension.WEEK_PART, re.compile(_BY + r"parts? of (?:the )?week\b")),
    (Dimension.DAY_PART, re.compile(_BY + r"parts? of (?:the )?day\b")),
    (Dimension.OFFICE, re.compile(rf"{_BY}{_OFFICE}\b")),
)


def recurring(words: Words) -> tuple[tuple[CostField, int], ...]:
    """Return by which of such times is to be told apart, and where the words of each end."""
    found: dict[CostField, int] = {}
    for of, pattern in (*_PAIRS, *_EVERY):
        if match := words.seek(pattern):
            found.setdefault(CostField(dimension=of), match.end())
    return tuple(found.items())
