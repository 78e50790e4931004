"""How moments, spans and names are said. Pure."""

from datetime import datetime, timedelta

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def clock(at: datetime) -> str:
    """Return the time of day: `14:03`."""
    return f"{at:%H:%M}"


def day(at: datetime) -> str:
    """Return the date: `2026-11-21`."""
    return f"{at:%Y-%m-%d}"


def to_the_minute(at: datetime) -> datetime:
    """Return a moment as it is shown, so that a span is the distance between two times that people read."""
    return at.replace(second=0, microsecond=0)


def spoken(span: timedelta) -> str:
    """Return a span as people say it: `40 s`, `7 min`, `2 h 5 min`, `3 d 4 h`. Never negative."""
    seconds = max(0, round(span.total_seconds()))
    if seconds < _MINUTE:
        return f"{seconds} s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min"
    if seconds < _DAY:
        return _pair(seconds // _HOUR, "h", seconds % _HOUR // _MINUTE, "min")
    return _pair(seconds // _DAY, "d", seconds % _DAY // _HOUR, "h")


def _pair(large: int, unit: str, small: int, smaller: str) -> str:
    return f"{large} {unit} {small} {smaller}" if small else f"{large} {unit}"
