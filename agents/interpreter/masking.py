"""Names and values replaced by stand-ins, so that a phrasing is compared by what it asks and not by whom. Pure.

The same stand-ins fill the gaps of the examples and replace what was found in a message.
"""

import re
from collections.abc import Iterable, Sequence

from agents.interpreter.slots import Mention
from tools.contract import Slot

STAND_INS = {
    Slot.SERVICE: "the frontend",
    Slot.ENVIRONMENT: "production",
    Slot.VERSION: "1.4.2",
    Slot.WINDOW: "the last hour",
    Slot.DURATION: "two hours",
    Slot.NUMBER: "5",
    Slot.PERSON: "Alex",
    Slot.FLAG: "dark-banner",
    Slot.QUERY: "sum(rate(x[5m]))",
    Slot.TEXT: '"timeout"',
    Slot.IDENTIFIER: "HighLoad",
}
_GAP = re.compile(r"\{(\w+)\}")
_DOUBLE_ARTICLE = re.compile(r"\b(?:the|a|an|our|my|your) (?=the (?:frontend|last))")


def gaps(example: str) -> tuple[Slot, ...]:
    """Return the slots an example has gaps for; raises `ValueError` for a gap that is no slot."""
    return tuple(Slot(name) for name in _GAP.findall(example))


def filled(example: str) -> str:
    """Return an example with stand-ins in its gaps."""
    return _tidy(_GAP.sub(lambda match: STAND_INS[Slot(match[1])], example))


def masked(text: str, mentions: Iterable[Mention]) -> str:
    """Return the text with a stand-in for each mention of a name or value."""
    pieces, position = [], 0
    for mention in _replaced(mentions):
        pieces += [text[position : mention.start], STAND_INS[mention.slot]]
        position = mention.end
    return _tidy("".join([*pieces, text[position:]]))


def _replaced(mentions: Iterable[Mention]) -> Sequence[Mention]:
    return sorted((m for m in mentions if m.slot in STAND_INS), key=lambda mention: mention.start)


def _tidy(text: str) -> str:
    return _DOUBLE_ARTICLE.sub("", text)
