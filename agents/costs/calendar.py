"""Days, weeks, months, quarters and years in UTC: where one starts, and where the next does. Pure."""

from datetime import UTC, datetime, timedelta
from typing import Final

from agents.costs.plan import Window

UNITS: Final = ("hour", "day", "week", "month", "quarter", "year")
MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS_IN: Final = {"month": 1, "quarter": 3, "year": 12}
_FIXED: Final = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}


def started(unit: str, at: datetime) -> datetime:
    """Return the start of the hour, day, week (Monday), month, quarter or year that a moment is in."""
    hour = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    day = hour.replace(hour=0)
    match unit:
        case "hour":
            return hour
        case "day":
            return day
        case "week":
            return day - timedelta(days=day.weekday())
        case _:
            first = (day.month - 1) // _MONTHS_IN[unit] * _MONTHS_IN[unit] + 1
            return day.replace(month=first, day=1)


def moved(unit: str, at: datetime, by: int) -> datetime:
    """Return a moment so many units later, or earlier; the last of a shorter month where there is no such day."""
    if unit in _FIXED:
        return at + by * _FIXED[unit]
    months = at.year * 12 + at.month - 1 + by * _MONTHS_IN[unit]
    year, month = divmod(months, 12)
    for day in range(at.day, 0, -1):
        try:
            return at.replace(year=year, month=month + 1, day=day)
        except ValueError:  # the 31st of a shorter month
            continue
    raise AssertionError  # every month has a first


def whole(unit: str, at: datetime, by: int = 0) -> tuple[datetime, datetime]:
    """Return the unit that a moment is in, or one so many units away: its start, and that of the next."""
    since = moved(unit, started(unit, at), by)
    return since, moved(unit, since, 1)


def earlier(window: Window) -> Window:
    """Return the time just before a window: the same unit before where it is whole ones, else as long as it is."""
    for unit in ("year", "quarter", "month", "week", "day"):
        since = started(unit, window.since)
        if since != window.since:
            continue
        count = _count(unit, window)
        if count:
            return Window(
                since=moved(unit, since, -count), until=since, label=f"the {_counted(count, unit)} before"
            )
    return Window(since=window.since - window.length(), until=window.since, label="the same length of time before")


def _count(unit: str, window: Window) -> int:
    """Return how many whole units a window is, 0 where it is none."""
    for count in range(1, 60):
        until = moved(unit, window.since, count)
        if until >= window.until:
            return count if until == window.until else 0
    return 0


def _counted(count: int, unit: str) -> str:
    return unit if count == 1 else f"{count} {unit}s"


def shown(window: Window) -> str:
    """Return a window with its days, the last of them included: `9 to 15 Nov 2026`."""
    since, until = window.since, window.until
    if since.hour or until.hour or until.minute:
        return f"{since:%-d %b %Y %H:%M} to {until:%-d %b %Y %H:%M} UTC"
    last = until - timedelta(days=1)
    if since == last:
        return f"{since:%-d %b %Y}"
    if since.year == last.year:
        start = f"{since:%-d}" if since.month == last.month else f"{since:%-d %b}"
        return f"{start} to {last:%-d %b %Y}"
    return f"{since:%-d %b %Y} to {last:%-d %b %Y}"
