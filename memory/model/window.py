"""Time ranges as people name them, in one written form each, and what they mean at a given moment. Pure.

Written forms: a duration back from now (`15m`, `2h`, `7d`); a named range (`today`, `yesterday`, `this_week`,
`last_week`, `this_month`, `last_month`); or an ISO 8601 interval in UTC
(`2026-11-20T14:00:00Z/2026-11-20T15:00:00Z`).
"""

import re
from datetime import UTC, datetime, timedelta, tzinfo

from memory.errors import InvalidWindow
from memory.model.evidence import TimeRange

NAMED = ("today", "yesterday", "this_week", "last_week", "this_month", "last_month")
UNIT_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
LONGEST = timedelta(days=400)

_DURATION = re.compile(r"(\d{1,6})([smhdw])")


def parse_duration(text: str) -> timedelta:
    """Return the length of a duration such as `90s`, `15m`, `2h`, `7d`, `1w`.

    Raises `InvalidWindow` for any other form, for zero and for more than 400 days.
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        raise InvalidWindow(f"expected a duration such as 15m, 2h or 7d, found {text!r}")
    length = timedelta(seconds=int(match[1]) * UNIT_SECONDS[match[2]])
    if not timedelta(0) < length <= LONGEST:
        raise InvalidWindow(f"expected a duration between 1s and 400d, found {text!r}")
    return length


def resolve(window: str, now: datetime, zone: tzinfo = UTC) -> TimeRange:
    """Return the range that `window` means at `now`, days and weeks taken in `zone`, weeks from Monday.

    Raises `InvalidWindow` when it cannot be read, ends before it begins, or lies in the future.
    """
    if "/" in window:
        return _interval(window, now)
    if window in NAMED:
        return _named(window, now, zone)
    return TimeRange(start=now - parse_duration(window), end=now)


def _interval(window: str, now: datetime) -> TimeRange:
    try:
        start, end = (datetime.fromisoformat(part) for part in window.split("/"))
    except ValueError:
        raise InvalidWindow(f"expected an interval START/END in ISO 8601, found {window!r}") from None
    if start.tzinfo is None or end.tzinfo is None:
        raise InvalidWindow(f"expected times with a zone, such as 2026-11-20T14:00:00Z, found {window!r}")
    if not start < end:
        raise InvalidWindow(f"expected an interval that ends after it begins, found {window!r}")
    if start > now:
        raise InvalidWindow(f"expected an interval that has begun, found {window!r}")
    return TimeRange(start=start.astimezone(UTC), end=min(end.astimezone(UTC), now))


def _named(window: str, now: datetime, zone: tzinfo) -> TimeRange:
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = midnight - timedelta(days=midnight.weekday())
    first = midnight.replace(day=1)
    ranges = {
        "today": (midnight, now),
        "yesterday": (midnight - timedelta(days=1), midnight),
        "this_week": (monday, now),
        "last_week": (monday - timedelta(days=7), monday),
        "this_month": (first, now),
        "last_month": ((first - timedelta(days=1)).replace(day=1), first),
    }
    start, end = ranges[window]
    return TimeRange(start=start.astimezone(UTC), end=end.astimezone(UTC))
