"""Ranges of time that lie behind us: "the last two hours", "yesterday", "since 14:00". Pure.

Words that need to know what time it is are read when `now` is given; without it they are found and left
without a value, so that nobody is answered about another time than they asked for.
"""

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta

from agents.interpreter.slots import quantities
from agents.interpreter.slots.mention import Line, Mention
from memory.errors import InvalidWindow
from memory.model.window import parse_duration
from tools.contract import Slot

_NAMED = {
    name: re.compile(rf"(?<!the )\b(?:{words})(?:'s)?(?!\w)")
    for name, words in {
        "today": r"today|this (?:morning|afternoon|evening)|tonight|since midnight",
        "yesterday": r"yesterday",
        "this_week": r"this week|since monday",
        "last_week": r"last week",
        "this_month": r"this month",
        "last_month": r"last month",
    }.items()
}
_PAST = r"(?:last|past|previous|preceding|trailing|recent)"
_BACK = re.compile(
    rf"\b(?:the )?{_PAST} (?P<several>{quantities.SPOKEN})"
    rf"|\b(?:the )?{_PAST} (?P<one>{quantities.UNIT_ALONE})\b"
    rf"|(?P<ago>{quantities.SPOKEN}) ago\b"
)
_CLOCK = r"(?:[01]?\d|2[0-3])(?::[0-5]\d| ?(?:am|pm)\b)(?: ?(?:am|pm)\b)?"
_SINCE = re.compile(rf"\bsince (?P<start>{_CLOCK})(?: ?(?:utc|z))?")
_BETWEEN = re.compile(
    rf"\b(?:between|from) (?P<start>{_CLOCK}) (?:and|to|until|till) (?P<end>{_CLOCK})(?: ?(?:utc|z))?"
)
_MOMENT = r"\d{4}-\d\d-\d\dt\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:z|[+-]\d\d:\d\d)"
_INTERVAL = re.compile(rf"(?:between |from )?({_MOMENT})(?:/| and | to )({_MOMENT})")


def read(line: Line, now: datetime | None = None) -> Iterator[Mention]:
    """Yield the ranges in their written form (`memory.model.window`)."""
    for match in _INTERVAL.finditer(line.lower):
        yield line.mention(Slot.WINDOW, f"{match[1]}/{match[2]}".upper(), match.span())
    for pattern in (_BETWEEN, _SINCE):
        for match in pattern.finditer(line.lower):
            yield line.mention(Slot.WINDOW, _clock_interval(match, now), match.span())
    for name, pattern in _NAMED.items():
        for match in pattern.finditer(line.lower):
            yield line.mention(Slot.WINDOW, name, match.span())
    for match in _BACK.finditer(line.lower):
        yield line.mention(Slot.WINDOW, _length(match), match.span())


def _length(match: re.Match[str]) -> str | None:
    said = match["several"] or match["ago"] or f"one {match['one']}"
    return in_range(quantities.written(said))


def in_range(duration: str) -> str | None:
    """Return the duration, or None where it is longer than any that is answered."""
    try:
        parse_duration(duration)
    except InvalidWindow:
        return None
    return duration


def _clock_interval(match: re.Match[str], now: datetime | None) -> str | None:
    if now is None:
        return None
    start = _latest(match["start"], now)
    end = _latest(match["end"], now) if "end" in match.re.groupindex else now
    if end < start:
        start -= timedelta(days=1)
    return f"{_iso(start)}/{_iso(end)}"


def _latest(clock: str, now: datetime) -> datetime:
    """Return the last moment at or before `now` when a clock in the zone of `now` showed this time."""
    digits = re.match(r"(\d+)(?::(\d+))?", clock)
    assert digits is not None  # noqa: S101 - the pattern that found the clock begins with digits
    hour = int(digits[1])
    if clock.endswith("pm") and hour < 12:
        hour += 12
    elif clock.endswith("am") and hour == 12:
        hour = 0
    moment = datetime.combine(now.date(), time(hour % 24, int(digits[2] or 0)), now.tzinfo)
    return moment if moment <= now else moment - timedelta(days=1)


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
