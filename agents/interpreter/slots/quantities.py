"""Lengths of time as people say them, in the written form of `memory.model.window`: "an hour and a half" is 90m.

Pure. A month is 30 days here; calendar months are named ranges and belong to `windows`.
"""

import re
from fractions import Fraction

from agents.interpreter.slots import numbers
from memory.model.window import UNIT_SECONDS

_UNIT_NAMES = {
    "s": r"s|secs?|seconds?",
    "m": r"m|mins?|minutes?",
    "h": r"h|hrs?|hours?",
    "d": r"d|days?",
    "w": r"w|wks?|weeks?",
    "30d": r"months?",
    "2w": r"fortnights?",
}
_UNIT = "|".join(_UNIT_NAMES.values())
_COUNT = rf"\d+(?:\.\d+)?|half(?: an?)?|three quarters of an|(?:a )?quarter of an|an?|one|the|(?:a )?couple(?: of)?|{numbers.SPOKEN}"
_HALF = r"(?: and a half)?"
_GAP = r"(?:(?<=\d)\s?|[\s-]+)(?:(?:full|whole|entire|solid|good) )?"
_AMOUNT = rf"(?:{_COUNT}){_HALF}{_GAP}(?:{_UNIT})\b{_HALF}"
_HOURS_AND_MINUTES = r"\d{1,2}h ?\d{1,2}(?:m\w*)?\b"  # 1h30, 1h30m
SPOKEN = rf"(?:{_HOURS_AND_MINUTES}|{_AMOUNT}(?:\s*,?\s*(?:and\s+)?{_AMOUNT})*)"
_ONE_AMOUNT = re.compile(rf"({_COUNT})({_HALF}){_GAP}({_UNIT})\b({_HALF})")
UNIT_ALONE = r"sec|second|min|minute|hr|hour|day|week|month|fortnight"
_COUNTS = {
    "half": Fraction(1, 2),
    "half a": Fraction(1, 2),
    "half an": Fraction(1, 2),
    "quarter of an": Fraction(1, 4),
    "three quarters of an": Fraction(3, 4),
    "a quarter of an": Fraction(1, 4),
}


def written(text: str) -> str:
    """Return the written form of a length such as "two hours", "1h30m" or "half an hour", in lower case.

    The unit stays as it was said where there is one of it: "24 hours" is `24h`, "90 minutes" is `90m`.
    """
    if hours_and_minutes := re.fullmatch(r"(\d+)h ?(\d+)(?:m\w*)?", text):
        return _shortest(Fraction(int(hours_and_minutes[1]) * 3600 + int(hours_and_minutes[2]) * 60))
    amounts = [_amount(*match.groups()) for match in _ONE_AMOUNT.finditer(text)]
    if len(amounts) == 1 and (whole := amounts[0][0]).denominator == 1:
        return f"{whole}{amounts[0][1]}"
    return _shortest(sum((count * UNIT_SECONDS[unit] for count, unit in amounts), Fraction(0)))


def _amount(count: str, half_before: str, unit: str, half_after: str) -> tuple[Fraction, str]:
    symbol = next(symbol for symbol, names in _UNIT_NAMES.items() if re.fullmatch(names, unit))
    times, letter = int(symbol[:-1] or 1), symbol[-1]
    return (_count(count) + (Fraction(1, 2) if half_before or half_after else 0)) * times, letter


def _count(text: str) -> Fraction:
    if text in _COUNTS:
        return _COUNTS[text]
    if text in {"a", "an", "the"}:
        return Fraction(1)
    if "couple" in text:
        return Fraction(2)
    return Fraction(text) if text[0].isdigit() else Fraction(numbers.value(text))


def _shortest(seconds: Fraction) -> str:
    whole = max(1, round(seconds))
    unit = next(unit for unit in ("h", "m", "s") if whole % UNIT_SECONDS[unit] == 0)
    return f"{whole // UNIT_SECONDS[unit]}{unit}"
