"""Times as people and programs write them, read in the order of a timeline. Pure.

A time of day without a date belongs to the day of the entry before it, or to the next one where it would go
back by more than six hours; a smaller step back is a late arrival and stays. What cannot be read is said to be
so, never guessed at.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from agents.summaries.dates import YEARLESS, Order, dated, order
from agents.summaries.zones import differ, parted, shared

_EPOCH_FROM, _EPOCH_TO = 10**9, 10**10  # seconds since 1970 that mean our days: 2001 to 2286
_FINER = (10**3, 10**6, 10**9)  # parts of a second that programs count in
_NIGHT = timedelta(hours=6)
_NO_DATE = date(YEARLESS, 1, 1)  # the day of what has none
_NOWHERE = timedelta()
BEGINNING = datetime.combine(_NO_DATE, time(), UTC)  # of a timeline whose first entry has no time
_HALF = r"(?P<half>[AaPp])\.?[Mm]\.?"
_CLOCK = re.compile(
    rf"^[~≈]?\s*(?P<hour>\d{{1,2}})[:.h](?P<minute>\d{{2}})(?:[:.](?P<second>\d{{2}})(?:[.,]\d+)?)?\s*(?:{_HALF})?$"
)
_COMPACT = re.compile(r"^(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)$")
_NOON = re.compile(rf"^(?P<hour>\d{{1,2}})\s*{_HALF}$")
_HOURS = re.compile(r"(?<=\d)\s*(?:h|hrs?|hours|[Uu]hr)\.?$")
_OFFSET = re.compile(
    r"^(?:[Tt]0?\s*)?(?P<sign>[+-])\s*(?:(\d+)\s*h(?:ours?)?)?\s*(?:(\d+)\s*m(?:in\w*)?)?\s*(?:(\d+)\s*s\w*)?$"
)
_OFFSET_CLOCK = re.compile(r"^(?:[Tt]0?\s*)?(?P<sign>[+-])\s*(\d+):(\d{2})(?::(\d{2}))?$")
_RANGE = re.compile(r"\s*(?:-|\u2013|to|until)\s*[~≈]?\d{1,2}[:.]\d{2}.*$")
_COUNT = re.compile(r"^\d{10,19}(?:\.\d+)?$")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = re.compile(r"^(mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+(?:at\s+)?", re.IGNORECASE)


@dataclass
class Reader:
    """Reads the times of one timeline, one after the other. `dated` says whether any of them had a date.

    `mixed`: its times are of several zones, so that each is brought to UTC; else they stay as they are written.
    `kept`: all of them are written at this one distance from UTC.
    """

    last: datetime | None = None
    dated: bool = False
    zones: frozenset[str] = frozenset()
    mixed: bool = False
    kept: timedelta | None = None
    order: Order = Order.DAY_FIRST

    @classmethod
    def of(cls, times: Collection[str]) -> "Reader":
        """Return a reader for a timeline with these times."""
        return cls(mixed=differ(times), kept=shared(times), order=order(times))

    def read(self, given: object) -> datetime | None:
        """Return the moment, None where it cannot be read."""
        found = self._number(given) if isinstance(given, int | float) else self._text(_bare(str(given)))
        if found is not None:
            self.last = found
        return found

    def converted(self) -> bool:
        """Return whether times are told in UTC rather than as they are written."""
        return self.mixed or (self.kept is None and any(sign in zone for zone in self.zones for sign in "+-"))

    def _number(self, given: float) -> datetime | None:
        part = next((each for each in reversed(_FINER) if given >= each * _EPOCH_FROM), 1)
        seconds = given / part
        if isinstance(given, bool) or not _EPOCH_FROM <= seconds < _EPOCH_TO:
            return None
        self.dated = True
        return datetime.fromtimestamp(seconds, UTC)

    def _text(self, text: str) -> datetime | None:
        if not text:
            return None
        if _COUNT.match(text):
            return self._number(float(text) if "." in text else int(text))
        exact = _iso(text)
        if exact is not None:
            self.dated = True
            self.zones |= frozenset({parted(text)[1]}) - {""}
            return exact + (self.kept or _NOWHERE)
        return self._after_start(text) or self._in_zone(*parted(text))

    def _in_zone(self, text: str, zone: str, away: timedelta | None) -> datetime | None:
        counts = self.mixed or (self.kept is None and any(sign in zone for sign in "+-"))
        shift = away if away is not None and counts else _NOWHERE
        found = self._dated(text)
        found = found - shift if found is not None else self._of_day(text, shift)
        if found is not None and zone:
            self.zones |= {zone}
        return found

    def _dated(self, text: str) -> datetime | None:
        exact = _iso(text)
        if exact is None and (found := dated(_WEEKDAY.sub("", text), self.order)) is not None:
            day, rest = found
            clock = _clock(_RANGE.sub("", rest))
            exact = None if clock is None else datetime.combine(day, clock, UTC)
        self.dated = self.dated or (exact is not None and exact.year != YEARLESS)
        return exact

    def _after_start(self, text: str) -> datetime | None:
        offset = _OFFSET_CLOCK.match(text) or _OFFSET.match(text)
        if offset is None or not any(offset.groups()[1:]):
            return None
        hours, minutes, seconds = (int(part or 0) for part in offset.groups()[1:])
        after = timedelta(hours=hours, minutes=minutes, seconds=seconds)
        return BEGINNING + after if offset["sign"] == "+" else BEGINNING - after

    def _of_day(self, text: str, shift: timedelta) -> datetime | None:
        weekday = _WEEKDAY.match(text)
        clock = _clock(_RANGE.sub("", _WEEKDAY.sub("", text)))
        if clock is None:
            return None
        day = self._day_of(shift)
        if weekday is not None:
            return datetime.combine(_nearest(day, _DAYS.index(weekday[1].lower())), clock, UTC) - shift
        found = datetime.combine(day, clock, UTC) - shift
        if self.last is not None and found < self.last - _NIGHT:
            found += timedelta(days=1)
        return found

    def _day_of(self, shift: timedelta = _NOWHERE) -> date:
        """Return the day of the entry before, as it is where this time is told."""
        return (self.last + shift).date() if self.last is not None else _NO_DATE


def _bare(text: str) -> str:
    text = text.strip()
    return text[1:-1].strip() if text.startswith("[") and text.endswith("]") else text


def _nearest(day: date, weekday: int) -> date:
    """Return the day of the week that is nearest to a day."""
    ahead = (weekday - day.weekday()) % 7
    return day + timedelta(days=ahead if ahead <= 3 else ahead - 7)  # noqa: PLR2004 - half a week


def _iso(text: str) -> datetime | None:
    if not re.match(r"^\d{4}-?\d{2}-?\d{2}[T ]\d{2}:?\d{2}", text):
        return None
    try:
        found = datetime.fromisoformat(re.sub(r"\s+(?=(?:Z|[+-]\d{2}:?\d{2})$)", "", text))
    except ValueError:
        return None
    try:
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except OverflowError:
        return None


def _clock(text: str) -> time | None:
    """Return a time of day: `14:03`, `14.03`, `1403`, `2:03 PM`, `2 PM`; None where it is none."""
    text = _HOURS.sub("", text.strip())
    found = _CLOCK.match(text) or _COMPACT.match(text) or _NOON.match(text)
    if found is None:
        return None
    parts = {name: part for name, part in found.groupdict().items() if part}
    hour, minute, second = (int(parts.get(name, 0)) for name in ("hour", "minute", "second"))
    half = parts.get("half", "")
    if half:
        hour = hour % 12 + (12 if half in "Pp" else 0)
    try:
        return time(hour, minute, second)
    except ValueError:
        return None
