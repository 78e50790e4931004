"""What may have been seen before, in the words of whoever asks: "have we ever run into full disks". Pure."""

import re
from collections.abc import Iterator

from agents.interpreter.slots.mention import Line, Mention
from tools.contract import Slot

_PAST = r"(?:before|in the past|already|the last time|last time|earlier|once|back then)"
_SEEN = (
    r"\b(?:have|has|had|did|do) (?:we|you|i|anybody|anyone|somebody|someone) (?P<ever>ever )?(?:already )?"
    r"(?:seen?|saw|had|have|hit|met|run into|ran into|come across|encounter(?:ed)?|experienced?|dealt with|deal with|got|get) "
)
_POINTING = r"(?:this|that|it|these|those|them|trouble|problems?|issues?|any|some(?:thing)?|anything|one|a case|cases|incidents?|alerts?)"
_ASKING = re.compile(rf"{_SEEN}(?!{_POINTING}\b)(?P<body>[^?.,;]+?)(?P<past> {_PAST})?\s*[?.!]*$")


def read(line: Line) -> Iterator[Mention]:
    """Yield what somebody asks to have been seen, where they ask about the past."""
    match = _ASKING.search(line.lower)
    if match is not None and (match["ever"] or match["past"]):
        yield line.mention(Slot.MATTER, line.text[slice(*match.span("body"))], match.span("body"))
