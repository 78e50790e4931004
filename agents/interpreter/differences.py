"""Numbers that say how many more or fewer there are to be, and not how many: "add two replicas". Pure.

How many there are is not known to whoever only reads words, so such a number fills no argument.
"""

import re

from agents.interpreter.slots import Line, Mention

_MORE_BY = re.compile(
    r"\b(?:add|adding|remove|removing|kill|shed|lose|cut|extra|additional|another)(?: (?:an?|just|about|only|another|extra))* $"
)
_MORE_THAN_NOW = re.compile(r"^\s*(?:more|extra|additional|fewer|less)\b")


def is_a_difference(mention: Mention, line: Line) -> bool:
    """Return whether a number is how many more or fewer there are to be."""
    before, after = line.lower[: mention.start], line.lower[mention.end :]
    return (_MORE_BY.search(before) or _MORE_THAN_NOW.match(after)) is not None
