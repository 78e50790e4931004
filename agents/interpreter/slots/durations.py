"""Lengths of time that lie ahead or stand alone: "for two hours", "30m". Pure."""

import re
from collections.abc import Iterator

from agents.interpreter.slots import quantities, windows
from agents.interpreter.slots.mention import Line, Mention
from tools.contract import Slot

_LENGTH = re.compile(rf"(?<![\w.-])(?:(?:the )?next )?(?P<length>{quantities.SPOKEN})")

_STATUS = re.compile(r"5\d\ds")  # "500s" are responses


def read(line: Line) -> Iterator[Mention]:
    """Yield the lengths in their written form; `None` as value where one is too long to be meant."""
    for match in _LENGTH.finditer(line.lower):
        if match["length"].startswith("the ") or _STATUS.fullmatch(match["length"]):
            continue
        yield line.mention(Slot.DURATION, windows.in_range(quantities.written(match["length"])), match.span())
