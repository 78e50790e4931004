"""Times as people and programs write them, read in the order of a timeline. Pure.

A time of day without a date belongs to the day of the entry before it, or to the next one where it would go
back by more than six hours; a smaller step back is a late arrival and stays. What cannot be read is said to be
so, never guessed at.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

_EPOCH_FROM, _EPOCH_MS_FROM = 10**9, 10**12  # seconds and milliseconds since 1970 that mean our days
_EPOCH_TO = 10**10  # seconds: the year 2286
_NIGHT = timedelta(hours=6)
_NO_DATE = date(2000, 1, 1)  # the day of what has none
BEGINNING = datetime.combine(_NO_DATE, time(), UTC)  # of a timeline whose first entry has no time
_ZONE = re.compile(r"\s*\(?\b(UTC|GMT|Z|[A-Z]{2,4}T|BST)\b\)?\s*$")
_HALF = r"(?P<half>[AaPp])\.?[Mm]\.?"
_CLOCK = re.compile(
    rf"^[~≈]?\s*(?P<hour>\d{{1,2}})[:.h](?P<minute>\d{{2}})(?:[:.](?P<second>\d{{2}})(?:[.,]\d+)?)?\s*(?:{_HALF})?$"
)
_COMPACT = re.compile(r"^(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)$")
_NOON = re.compile(rf"^(?P<hour>\d{{1,2}})\s*{_HALF}$")
_OFFSET = re.compile(
    r"^(?:[Tt]0?\s*)?\+\s*(?:(\d+)\s*h(?:ours?)?)?\s*(?:(\d+)\s*m(?:in\w*)?)?\s*(?:(\d+)\s*s\w*)?$"
)
_OFFSET_CLOCK = re.compile(r"^(?:[Tt]0?\s*)?\+\s*(\d+):(\d{2})(?::(\d{2}))?$")
_DAY_FIRST = re.compile(r"^(\d{1,2})[/.](\d{1,2})[/.](\d{4})[ ,T]+(.+)$")
_NAMED = ("%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y")
_DATED = re.compile(r"^(\d{4}-\d{1,2}-\d{1,2})[ ,T]+(.+)$")
_RANGE = re.compile(r"\s*(?:-|\u2013|to|until)\s*[~≈]?\d{1,2}[:.]\d{2}.*$")


@dataclass
class Reader:
    """Reads the times of one timeline, one after the other. `dated` says whether any of them had a date."""

    last: datetime | None = None
    dated: bool = False
    zones: frozenset[str] = frozenset()

    def read(self, given: object) -> datetime | None:
        """Return the moment, None where it cannot be read."""
        found = self._number(given) if isinstance(given, int | float) else self._text(str(given).strip())
        if found is not None:
            self.last = found
        return found

    def _number(self, given: float) -> datetime | None:
        seconds = given / 1000 if given >= _EPOCH_MS_FROM else given
        if isinstance(given, bool) or not _EPOCH_FROM <= seconds < _EPOCH_TO:
            return None
        self.dated = True
        return datetime.fromtimestamp(seconds, UTC)

    def _text(self, text: str) -> datetime | None:
        if not text:
            return None
        if text.isdigit() and len(text) >= len(str(_EPOCH_FROM)):
            return self._number(int(text))
        exact = _iso(text)
        if exact is not None:
            self.dated = True
            return exact
        zone = _ZONE.search(text)
        if zone is not None:
            self.zones |= {zone[1]}
            text = text[: zone.start()].strip()
        return self._dated(text) or self._after_start(text) or self._of_day(text)

    def _dated(self, text: str) -> datetime | None:
        exact = _iso(text)
        if exact is None:
            exact = _with_date(text)
        self.dated = self.dated or exact is not None
        return exact

    def _after_start(self, text: str) -> datetime | None:
        offset = _OFFSET_CLOCK.match(text) or _OFFSET.match(text)
        if offset is None or not any(offset.groups()):
            return None
        hours, minutes, seconds = (int(part or 0) for part in offset.groups())
        return datetime.combine(_NO_DATE, time(), UTC) + timedelta(hours=hours, minutes=minutes, seconds=seconds)

    def _of_day(self, text: str) -> datetime | None:
        clock = _clock(_RANGE.sub("", text))
        if clock is None:
            return None
        day = self.last.date() if self.last is not None else _NO_DATE
        found = datetime.combine(day, clock, UTC)
        if self.last is not None and found < self.last - _NIGHT:
            found += timedelta(days=1)
        return found


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


def _with_date(text: str) -> datetime | None:
    first = _DAY_FIRST.match(text)
    if first is not None:
        return _joined(f"{first[3]}-{first[2]}-{first[1]}", first[4])
    dated = _DATED.match(text)
    if dated is not None:
        return _joined(dated[1], dated[2])
    words = text.replace(",", "").split()
    for form in _NAMED:
        count = len(form.split())
        try:
            day = datetime.strptime(" ".join(words[:count]), form).replace(tzinfo=UTC)
        except ValueError:
            continue
        return _joined(f"{day:%Y-%m-%d}", " ".join(words[count:]))
    return None


def _joined(day: str, rest: str) -> datetime | None:
    clock = _clock(_RANGE.sub("", rest.strip()))
    if clock is None:
        return None
    try:
        year, month, number = (int(part) for part in day.split("-"))
        return datetime.combine(date(year, month, number), clock, UTC)
    except ValueError:
        return None


def _clock(text: str) -> time | None:
    """Return a time of day: `14:03`, `14.03`, `1403`, `2:03 PM`, `2 PM`; None where it is none."""
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
