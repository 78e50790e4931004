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
_DOING = (
    r"(?:roll|rollback|restart|scale|deploy|redeploy|release|revert|undo|declare|open|close|resolve|ack|page|silence"
    r"|disable|enable|turn|switch|stop|start|kill|show|tell|give|list|check|let|can|could|then)"
)  # after a comma this may be an order, which is never taken for what is to be recalled
_NAMED_AFTER = re.compile(
    rf"{_SEEN}(?:(?:something|anything) like )?(?:this|that|these|it)(?: (?:kind of )?(?:one|alert|error|problem|issue|incident)s?)?"
    rf"(?P<past> {_PAST})?(?:\s*:\.?\s+|(?:,|\s+-+|\s*[–—])\s+(?!{_DOING}\b))"  # noqa: RUF001 - dashes as people type them
    r"(?!(?:or|and|but|so|if|by|please|thanks|thank|because|i|we|is|was|right|bot|what|how|who|when|why)\b)"
    r"(?P<body>\S+\s+\S.*?)\s*[?.!]*$"
)


def read(line: Line) -> Iterator[Mention]:
    """Yield what somebody asks to have been seen, where they ask about the past."""
    return _asked(line, _ASKING)


def named_after(line: Line) -> Iterator[Mention]:
    """Yield what somebody says after having asked whether "this" was seen: "seen this before: checkout 5xx"."""
    return _asked(line, _NAMED_AFTER)


def _asked(line: Line, expression: re.Pattern[str]) -> Iterator[Mention]:
    match = expression.search(line.lower)
    if match is not None and (match["ever"] or match["past"]):
        yield line.mention(Slot.MATTER, line.text[slice(*match.span("body"))], match.span("body"))
