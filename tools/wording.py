"""How numbers, times and names from outside read in a sentence of ours. Pure.

Only `named` may carry text from outside into a summary: it lets identifiers through and nothing else.
"""

import re
from datetime import UTC, datetime, timedelta

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:/@+-]{0,99}")
_BINARY = ("bytes", "KiB", "MiB", "GiB", "TiB")
_KIBI = 1024
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_THOUSAND = 1000


def named(text: str, otherwise: str) -> str:
    """Return `text` if it is an identifier of 100 characters at most, `otherwise` where it could be a sentence."""
    return text if _NAME.fullmatch(text) else otherwise


def whose(name: str) -> str:
    """Return the possessive: `checkout's`, `payments'`."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def amount(value: float, unit: str) -> str:
    """Return a number as people read it: `2.31 %`, `230 ms`, `512 MiB`, `12.3 req/s`."""
    match unit:
        case "ratio":
            return f"{_short(value * 100)} %"
        case "s" if abs(value) < 1:
            return f"{_short(value * _THOUSAND)} ms"
        case "bytes":
            return _bytes(value)
        case _:
            return f"{_short(value)} {unit}".rstrip()


def clock(moment: datetime, now: datetime) -> str:
    """Return a moment in UTC, with its date unless it is today's: `03:02 UTC`, `2026-11-19 03:02 UTC`."""
    moment, now = moment.astimezone(UTC), now.astimezone(UTC)
    return f"{moment:%H:%M} UTC" if moment.date() == now.date() else f"{moment:%Y-%m-%d %H:%M} UTC"


def length(span: timedelta) -> str:
    """Return a length of time as windows are written: `90s`, `15m`, `2h`, `7d`. Beyond an hour, to the minute."""
    seconds = max(1, round(span.total_seconds()))
    if seconds > _HOUR:
        seconds = round(seconds / _MINUTE) * _MINUTE
    for letter, size in (("d", _DAY), ("h", _HOUR), ("m", _MINUTE)):
        if seconds % size == 0:
            return f"{seconds // size}{letter}"
    return f"{seconds}s"


def capital(sentence: str) -> str:
    """Return a sentence that begins with a capital letter."""
    return f"{sentence[:1].upper()}{sentence[1:]}"


def many(count: int, one: str, more: str = "") -> str:
    """Return a count with its noun: `no alerts`, `1 alert`, `2 alerts`. `more` is an irregular plural."""
    return f"{count or 'no'} {one if count == 1 else more or one + 's'}"


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= _THOUSAND else f"{value:.3g}"


def _bytes(value: float) -> str:
    size = abs(value)
    index = 0
    while size >= _KIBI and index < len(_BINARY) - 1:
        size /= _KIBI
        index += 1
    return f"{'-' if value < 0 else ''}{size:.4g} {_BINARY[index]}"
