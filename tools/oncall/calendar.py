"""Schedules that are calendars (RFC 5545): a file, or an address that is asked again every few minutes.

An event is somebody's time on call. Who that is says its first attendee, else its title without "On call:" before
it. Repetition, exceptions and moved events are the calendar's own.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from memory.errors import ConnectorError
from tools.oncall.shift import Shift

FRESH: Final = timedelta(minutes=5)
STALE: Final = timedelta(hours=24)  # how long an old copy is better than none
LONGEST: Final = 2_000_000  # bytes
WITHIN_S: Final = 10.0
_TITLE: Final = re.compile(r"^\s*on[- ]?(?:call|duty)\s*(?:[:\u2013\u2014-]|is|for)?\s*", re.IGNORECASE)
_TOO_OFTEN: Final = re.compile(rb"FREQ=(SECONDLY|MINUTELY)", re.IGNORECASE)  # would be counted for hours

Source = Callable[[], Awaitable[bytes]]


class CalendarSchedule:
    """One team's calendar."""

    def __init__(self, team: str, name: str, source: Source) -> None:
        self.team = team
        self.name = name
        self._source = source
        self._copy: tuple[datetime, Any] | None = None

    async def on_call(self, at: datetime) -> tuple[Shift, ...]:
        """Return who is on call then; raises `ConnectorError` where there is no calendar, not even an old one."""
        calendar = await self._calendar()
        try:
            async with asyncio.timeout(WITHIN_S):
                return await asyncio.to_thread(_shifts, calendar, at, self.team, self.name)
        except TimeoutError:
            raise ConnectorError(
                f"expected the calendar of {self.team} to be read in time, found it too long"
            ) from None

    async def _calendar(self) -> Any:
        now = datetime.now(UTC)  # of the copy alone: nothing that is told depends on it
        if self._copy is not None and now - self._copy[0] < FRESH:
            return self._copy[1]
        try:
            self._copy = now, await asyncio.to_thread(_read, await self._source(), self.team)
        except ConnectorError:
            if self._copy is None or now - self._copy[0] > STALE:
                raise
        return self._copy[1]


def file_source(path: Path) -> Source:
    """Return what reads a file."""

    async def read() -> bytes:
        try:
            return await asyncio.to_thread(path.read_bytes)
        except OSError as error:
            raise ConnectorError(f"expected a calendar at {path.name}, found: {error.strerror}") from None

    return read


def _read(raw: bytes, team: str) -> Any:
    from icalendar import Calendar  # seldom needed, and not quick to load

    if len(raw) > LONGEST or _TOO_OFTEN.search(raw):
        raise ConnectorError(f"expected the calendar of {team} to be a schedule, found it too long or too often")
    try:
        return Calendar.from_ical(raw)
    except (ValueError, KeyError, IndexError) as error:
        raise ConnectorError(f"expected the calendar of {team} as iCalendar, found: {str(error)[:120]}") from None


def _shifts(calendar: Any, at: datetime, team: str, name: str) -> tuple[Shift, ...]:
    from recurring_ical_events import of

    moment = at.astimezone(UTC)
    events = of(calendar, skip_bad_series=True).between(moment, moment)
    found = [_shift(event, team, name) for event in events]
    covering = [each for each in found if each is not None and _covers(each, moment)]
    return tuple(sorted(covering, key=lambda shift: (not shift.override, shift.starts_at or moment, shift.person)))


def _covers(shift: Shift, at: datetime) -> bool:
    """Return whether it is somebody's time: an event ends just before its end."""
    begun = shift.starts_at is None or shift.starts_at <= at
    return begun and (shift.until is None or at < shift.until)


def _shift(event: Any, team: str, name: str) -> Shift | None:
    person = _person(event)
    if not person or str(event.get("STATUS", "")).upper() == "CANCELLED":
        return None
    start, end = event.get("DTSTART"), event.get("DTEND")
    return Shift(
        person=person[:200],
        team=team,
        schedule=name,
        starts_at=_moment(start.dt) if start else None,
        until=_moment(end.dt) if end else None,
        override="override" in str(event.get("CATEGORIES", "")).lower() or "RECURRENCE-ID" in event,
    )


def _person(event: Any) -> str:
    attendees = event.get("ATTENDEE") or ()
    first = attendees[0] if isinstance(attendees, list) else attendees or None
    if first is not None:
        address = str(first)
        return address[7:] if address.lower().startswith("mailto:") else str(first.params.get("CN", address))
    return _TITLE.sub("", str(event.get("SUMMARY", ""))).strip()


def _moment(value: date | datetime) -> datetime:
    """Return a moment of a calendar: a day begins at midnight, and a clock without a zone is UTC's."""
    if not isinstance(value, datetime):
        value = datetime.combine(value, time())
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
