"""On or off. "On" is read only where it cannot be a preposition. Pure."""

import re
from collections.abc import Iterator

from agents.interpreter.slots.mention import Line, Mention, without_overlaps
from tools.contract import Slot

_PLAIN = (
    (
        re.compile(
            r"(?<![\w-])(?:re-?)?(?:enabled?|enabling|activated?|activating|true|launch|light up|live)(?![\w-])"
        ),
        True,
    ),
    (
        re.compile(
            r"(?<![\w-])(?:disabled?|disabling|deactivated?|deactivating|false|kill(?:ed)?|inactive|offline|stop|unset"
            r"|pull(?:ing)? the plug|shut(?:ting)? down)(?![\w-])"
        ),
        False,
    ),
    (re.compile(r"(?<![\w-])(?:make|be|is|to)\b[^,.;]{0,40}?\b(active)(?![\w-])"), True),
)
_TURN = re.compile(
    r"(?<![\w-])(?:turn|switch|flip|toggle|shut|put)(?:ed|ing)? (?:it |them |back )*(on|off)(?![\w-])"
)
_OFF = re.compile(r"(?<![\w-])off(?![\w-])")
_ON = re.compile(
    r"(?:(?<=to )|(?<==)|(?<= = )|(?<=back )|(?<=switched )|(?<=turned )|(?<=flag )|(?<=set ))on(?![\w-])"
)
_LAST_ON = re.compile(
    r"(?<![\w-])on(?=(?: (?:please|pls|plz|now|again|for now|today|for everyone|thanks|thx))*[\s.!?]*$)"
)


def read(line: Line) -> Iterator[Mention]:
    """Yield the positions a switch is to take, in the order they are said."""
    found = [line.mention(Slot.SWITCH, match[1] == "on", match.span(1)) for match in _TURN.finditer(line.lower)]
    patterns = (*_PLAIN, (_OFF, False), (_ON, True), (_LAST_ON, True))
    found += [
        line.mention(Slot.SWITCH, value, match.span(match.lastindex or 0))
        for pattern, value in patterns
        for match in pattern.finditer(line.lower)
    ]
    yield from sorted(without_overlaps(found), key=lambda mention: mention.start)
