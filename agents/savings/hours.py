"""The hours of a week: which of them people work in, and what a load was like in each."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from agents.savings.readings import Hours
from memory.model.value import Value

WEEK = 168


class Office(Value):
    """When people work: these days of the week (0 is Monday), from one hour until just before another."""

    days: tuple[int, ...] = (0, 1, 2, 3, 4)
    begins: int = Field(default=7, ge=0, le=23)
    ends: int = Field(default=20, ge=1, le=24)
    zone: str = "UTC"

    @field_validator("zone")
    @classmethod
    def _known(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"a time zone such as Europe/Berlin, not {zone[:60]!r}") from error
        return zone

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.begins >= self.ends or not self.days or not set(self.days) <= set(range(7)):
            raise ValueError("days are 0 (Monday) to 6, and `begins` is before `ends`")
        return self

    def open_at(self, moment: datetime) -> bool:
        """Return whether people work at a moment."""
        local = moment.astimezone(ZoneInfo(self.zone))
        return local.weekday() in self.days and self.begins <= local.hour < self.ends

    def closed(self) -> int:
        """Return how many hours of a week nobody works."""
        return WEEK - len(set(self.days)) * (self.ends - self.begins)

    def says(self) -> str:
        """Return them in words."""
        names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
        days = ", ".join(names[day] for day in sorted(set(self.days)))
        return f"{days} {self.begins:02d}:00-{self.ends:02d}:00 {self.zone}"


def told(first: datetime, hours: Hours) -> Iterator[tuple[datetime, float]]:
    """Return each hour that was told of, with its value."""
    for number, value in enumerate(hours):
        if value is not None:
            yield first + timedelta(hours=number), value


def hour_of_week(moment: datetime) -> int:
    """Return which hour of the week a moment is in, in UTC: 0 is Monday, midnight."""
    return moment.weekday() * 24 + moment.hour
