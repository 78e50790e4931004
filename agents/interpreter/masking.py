"""Names and values replaced by stand-ins, so that a phrasing is compared by what it asks and not by whom. Pure.

The same stand-ins fill the gaps of the examples and replace what was found in a message.
"""

import re
from collections.abc import Iterable, Sequence

from agents.interpreter.slots import Mention, identifiers
from tools.contract import Slot

ALERT = "alert"
STAND_INS = {
    "service": "the frontend",
    "environment": "production",
    "version": "1.4.2",
    "window": "the last hour",
    "duration": "two hours",
    "number": "5",
    "money": "5,000 dollars",
    "person": "Alex",
    "flag": "dark-banner",
    "query": "sum(rate(x[5m]))",
    "text": '"timeout"',
    "identifier": "3f9a1c2e",
    "alert": "HighLoad",
    "incident": "incident 7",
    "target": "incident 9",
    "grade": "sev2",
    "duty": "commander",
    "matter": "orders fail everywhere",
}
_MYSELF = "me"  # whoever speaks is said as they say it
_GAP = re.compile(r"\{(\w+)\}")
_DOUBLE_ARTICLE = re.compile(r"\b(?:the|a|an|our|my|your) (?=the (?:frontend|last))")


def gaps(example: str) -> tuple[Slot, ...]:
    """Return the slots an example has gaps for; `{alert}` is an identifier that names an alert.

    Raises `ValueError` for a gap that is no slot.
    """
    return tuple(Slot.IDENTIFIER if name == ALERT else Slot(name) for name in _GAP.findall(example))


def filled(example: str) -> str:
    """Return an example with stand-ins in its gaps."""
    return _tidy(_GAP.sub(lambda match: STAND_INS[match[1]], example))


def masked(text: str, mentions: Iterable[Mention]) -> str:
    """Return the text with a stand-in for each mention of a name or value."""
    pieces, position = [], 0
    for mention in _replaced(mentions):
        pieces += [text[position : mention.start], stand_in(mention)]
        position = mention.end
    return _tidy("".join([*pieces, text[position:]]))


def gapped(text: str, mentions: Iterable[Mention]) -> str:
    """Return the text as an example: with a gap for each mention of a name or value."""
    pieces, position = [], 0
    for mention in _replaced(mentions):
        pieces += [text[position : mention.start], f"{{{_name(mention)}}}"]
        position = mention.end
    return "".join([*pieces, text[position:]])


def stand_in(mention: Mention) -> str:
    """Return what replaces a mention."""
    return STAND_INS[_name(mention)]


def _name(mention: Mention) -> str:
    is_alert = mention.slot is Slot.IDENTIFIER and not (
        identifiers.is_id(mention.value) or identifiers.is_entry(mention.value)
    )
    return ALERT if is_alert else mention.slot.value


def _replaced(mentions: Iterable[Mention]) -> Sequence[Mention]:
    known = (m for m in mentions if m.slot.value in STAND_INS and m.value != _MYSELF)
    return sorted(known, key=lambda mention: mention.start)


def _tidy(text: str) -> str:
    return _DOUBLE_ARTICLE.sub("", text)
