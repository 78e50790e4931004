"""Quantities, moments and lengths of time in the flow of a sentence. Pure.

Numbers are rounded to what a person takes in; the evidence (`tools.wording`) has them more exactly.
"""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from tools.wording import clock

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_BYTES = ((2**40, "TiB"), (2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"), (1, "B"))
_LENGTHS = ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def quantity(value: float, unit: str) -> str:
    """Return a number with its unit: `31 %` for 0.312 ratio, `84 ms` for 0.084 s, `1.5 MiB` for 1572864 bytes."""
    if not math.isfinite(value):
        return "no number"
    match unit:
        case "ratio" if 0.99 <= value < 1:  # noqa: PLR2004  # of an availability the last digits matter
            return f"{math.floor(value * 10_000) / 100:.2f} %"
        case "ratio":
            return f"{rounded(value * 100)} %"
        case "s" if abs(value) < 1:
            return f"{rounded(value * 1000)} ms"
        case "bytes":
            scale, name = next(((s, n) for s, n in _BYTES if abs(value) >= s), _BYTES[-1])
            return f"{rounded(value / scale)} {name}"
        case _:
            return f"{rounded(value)} {unit}".rstrip()


def rounded(value: float) -> str:
    """Return two significant digits of a small number, all whole digits of a large one."""
    if value == 0:
        return "0"
    decimals = min(6, max(0, 1 - math.floor(math.log10(abs(value)))))
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def moment(at: datetime, now: datetime) -> str:
    """Return a time as `03:02 UTC`, with its date when it is not today's."""
    return clock(at, now)


def length(span: timedelta) -> str:
    """Return a length of time in one whole unit: `two minutes`, `45 days`."""
    seconds = abs(span.total_seconds())
    size, name = next(((s, n) for s, n in _LENGTHS if seconds >= s), _LENGTHS[-1])
    return counted(max(1, round(seconds / size)), name)


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return a count with its noun: `one alert`, `three alerts`, `14 alerts`."""
    number = _WORDS[count] if 0 <= count < len(_WORDS) else str(count)
    return f"{number} {noun if count == 1 else plural or noun + 's'}"


def listed(names: Sequence[str], *, last: str = "and") -> str:
    """Return names as a list in a sentence: `a, b and c`."""
    if len(names) < 2:  # noqa: PLR2004  # one name needs no "and"
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def sentence(text: str) -> str:
    """Return the text with a full stop, unless it ends with another sign. The case of a name is left alone."""
    text = text.strip()
    return text if text.endswith((".", "?", "!", "…", ":")) else f"{text}."
