"""Schedules of a file: rotations in a time zone of their own, with hours, and overrides before them. Pure.

Hand-overs happen at the same time of day all year: days and weeks are counted on the clock on the wall, whatever
daylight saving does to it. Rotations that are handed over every so many hours count hours that passed.

    schedules:
      - team: payments
        name: primary
        timezone: Europe/Berlin
        layers:
          - people: [alice, bob]
            starts: 2026-01-05 09:00
            every: 1w
            hours: {days: [mon, tue, wed, thu, fri], from: "09:00", to: "17:00"}
        overrides:
          - {person: carol, from: 2026-11-21 09:00, to: 2026-11-21 17:00}

A later layer comes before an earlier one where both have somebody.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Final, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from memory.errors import InvalidSettings
from memory.model.value import JsonValue
from tools.oncall.shift import Shift

_EVERY: Final = re.compile(r"(\d{1,4})([hdw])")
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"an IANA time zone such as Europe/Berlin, not {name!r}") from None
    return name


def _moment(given: object) -> object:
    """Take a moment as YAML has it: without a zone it is one of the schedule's."""
    if isinstance(given, date) and not isinstance(given, datetime):
        return datetime.combine(given, time())
    return given


Local = Annotated[datetime, BeforeValidator(_moment)]
Zone = Annotated[str, AfterValidator(_zone)]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Hours(_Part):
    """In which hours of which days a layer has somebody. Hours that end before they begin go over midnight."""

    days: tuple[str, ...] = _DAYS
    since: Clock = Field(default="00:00", alias="from")
    until: Clock = Field(default="24:00", alias="to")

    @model_validator(mode="after")
    def _known_days(self) -> Self:
        if unknown := set(self.days) - set(_DAYS):
            raise ValueError(f"days among {', '.join(_DAYS)}, not {', '.join(sorted(unknown))}")
        return self

    def cover(self, wall: datetime) -> bool:
        """Return whether they cover this moment on the wall."""
        minute = wall.hour * 60 + wall.minute
        begins, ends = _minutes(self.since), _minutes(self.until)
        today, before = _DAYS[wall.weekday()] in self.days, _DAYS[wall.weekday() - 1] in self.days
        if begins < ends:
            return today and begins <= minute < ends
        return (today and minute >= begins) or (before and minute < ends)


class Layer(_Part):
    """People who take turns."""

    people: tuple[str, ...] = Field(min_length=1)
    starts: Local
    every: str = Field(pattern=_EVERY.pattern)
    ends: Local | None = None
    hours: Hours | None = None

    @model_validator(mode="after")
    def _turns(self) -> Self:
        match = _EVERY.fullmatch(self.every)
        if match is None or int(match[1]) == 0:
            raise ValueError(f"a turn such as 12h, 1d or 1w, not {self.every!r}")
        return self

    @property
    def lasting(self) -> timedelta:
        """How long a turn is."""
        match = _EVERY.fullmatch(self.every)
        number, unit = (int(match[1]), match[2]) if match else (1, "w")
        return timedelta(hours=number) if unit == "h" else timedelta(days=number * (7 if unit == "w" else 1))

    def turn(self, at: datetime, zone: ZoneInfo) -> tuple[str, datetime, datetime] | None:
        """Return whose turn it is, from when until when; None outside of it."""
        wall, starts = _wall(at, zone), _wall(self.starts, zone)
        if self.every.endswith("h"):
            return self._by_hours(at, _moment_of(starts, zone))
        if wall < starts or (self.ends is not None and wall >= _wall(self.ends, zone)):
            return None
        number = (wall - starts) // self.lasting
        begins = starts + number * self.lasting
        person = self.people[number % len(self.people)]
        return person, _moment_of(begins, zone), _moment_of(begins + self.lasting, zone)

    def _by_hours(self, at: datetime, starts: datetime) -> tuple[str, datetime, datetime] | None:
        if at < starts:
            return None
        number = (at - starts) // self.lasting
        begins = starts + number * self.lasting
        return self.people[number % len(self.people)], begins, begins + self.lasting


class Override(_Part):
    """Somebody who stands in, whatever the rotation says."""

    person: str = Field(min_length=1)
    since: Local = Field(alias="from")
    until: Local = Field(alias="to")

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if not self.since.replace(tzinfo=None) < self.until.replace(tzinfo=None):
            raise ValueError(f"an override that ends after it begins, not at {self.until}")
        return self


class Rotation(_Part):
    """One schedule of a team."""

    team: str = Field(min_length=1)
    name: str = "primary"
    timezone: Zone = "UTC"
    level: int = Field(default=1, ge=1, le=10)
    layers: tuple[Layer, ...] = ()
    overrides: tuple[Override, ...] = ()

    def shifts(self, at: datetime) -> tuple[Shift, ...]:
        """Return who is on call then: who stands in, else the last layer that has somebody."""
        zone = ZoneInfo(self.timezone)
        wall = _wall(at, zone)
        for each in reversed(self.overrides):
            since, until = _wall(each.since, zone), _wall(each.until, zone)
            if since <= wall < until:
                return (self._shift(each.person, _moment_of(since, zone), _moment_of(until, zone), override=True),)
        for layer in reversed(self.layers):
            turn = layer.turn(at, zone)
            if turn is not None and (layer.hours is None or layer.hours.cover(wall)):
                return (self._shift(turn[0], turn[1], self._until(turn[2], at, zone), override=False),)
        return ()

    def _until(self, turn_ends: datetime, at: datetime, zone: ZoneInfo) -> datetime:
        """Return when somebody else may be: at the end of the turn, or where somebody stands in before it."""
        stands_in = [_moment_of(_wall(each.since, zone), zone) for each in self.overrides]
        return min([turn_ends, *(moment for moment in stands_in if moment > at)])

    def _shift(self, person: str, since: datetime, until: datetime, *, override: bool) -> Shift:
        return Shift(
            person=person,
            team=self.team,
            schedule=self.name,
            level=self.level,
            starts_at=since,
            until=until,
            override=override,
        )


class RotaFile(_Part):
    """A file of schedules."""

    schedules: tuple[Rotation, ...] = Field(min_length=1)


def read(told: JsonValue, where: str) -> RotaFile:
    """Return the schedules of a file that was read as YAML; raises `InvalidSettings` that names the place."""
    try:
        return RotaFile.model_validate(told)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise InvalidSettings(f"expected {place} of {where} to fit, found: {first['msg']}") from None


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return what the clock on the wall shows."""
    return moment.astimezone(zone).replace(tzinfo=None) if moment.tzinfo else moment


def _moment_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment at which the wall shows this; of an hour that comes twice the first, of none the next."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def _minutes(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)
