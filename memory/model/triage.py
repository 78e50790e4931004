"""What becomes of alerts: the groups they make, what keeps them quiet, what people taught, and who was called.

Labels and texts in all of it came from outside: they are compared and quoted, never obeyed.
"""

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from memory.model.alert import Alert
from memory.model.incident import Happening
from memory.model.value import Digest, Identifier, Moment, Value


class AlertRecord(Value):
    """An alert with what was seen of it: how often it was told of, when it turned, what keeps it quiet, its group.

    `quiet` is what keeps it from an incident (the id of a `Quiet`, or "flapping"); `group` is where it belongs.
    """

    alert: Alert
    told: int = Field(default=1, ge=1)
    changed_at: Moment  # by our clock
    turns: tuple[Moment, ...] = Field(default=(), max_length=40)
    flapping: bool = False
    quiet: str = Field(default="", max_length=120)
    group: Identifier | None = None
    turn: int = Field(default=0, ge=0)  # which turn of its group its latest was


class AlertNews(Value):
    """What a source told once, kept until it is taken up. The same news told again has the same `id`.

    `timed` says whether the source told when it began, `settles` whether a change ends an alert like it.
    """

    id: Digest
    alert: Alert
    change: bool = False
    happening: Happening | None = None
    settles: bool = True
    timed: bool = True
    at: Moment | None = None  # when the source says so


class Trait(Value):
    """What makes alerts alike across time: the service they are of and their name without its numbers."""

    service: str = Field(default="", max_length=120)
    name: str = Field(max_length=300)


class AlertGroup(Value):
    """Alerts that tell of one matter. `incident` is what it became; it is open until all of them are resolved.

    `reasons` says why alerts came to it, the latest last; `heard` are words of their texts, for comparing.
    """

    id: Identifier
    tenant: Identifier
    title: str = Field(min_length=1, max_length=300)
    severity: int = Field(ge=1, le=5)
    services: tuple[Identifier, ...] = ()
    environment: Identifier | None = None
    traits: tuple[Trait, ...] = Field(default=(), max_length=50)
    heard: tuple[str, ...] = Field(default=(), max_length=200)
    reasons: tuple[str, ...] = Field(default=(), max_length=50)
    count: int = Field(default=0, ge=0)  # alerts that ever came to it
    firing: int = Field(default=0, ge=0)  # of them, those that fire now
    started_at: Moment  # by the clock of its first alert's source, as far as ours allows
    opened_at: Moment
    updated_at: Moment
    storm: bool = False  # it takes what belongs nowhere while too much comes at once
    incident: Identifier | None = None
    members: tuple[Identifier, ...] = Field(
        default=(), max_length=1000
    )  # those told of one by one, the first ones
    behind: bool = False  # the incident was not yet told of all that came
    turns: int = Field(default=0, ge=0)  # of its alerts, counted
    told_turns: int = Field(default=0, ge=0)  # of which its incident knows so many
    counted: int = Field(default=0, ge=0)  # how often it was told how many there are
    open: bool = True


class LessonKind(StrEnum):
    """What a person taught about two kinds of alerts."""

    TOGETHER = "together"
    APART = "apart"


class Lesson(Value):
    """What merging or splitting two incidents taught: alerts of these two kinds belong together, or do not.

    One that was taken back (`withdrawn_by`) counts no more and is kept.
    """

    id: Identifier
    tenant: Identifier
    kind: LessonKind
    one: Trait
    other: Trait
    taught_by: Identifier
    taught_at: Moment
    incident: Identifier
    other_incident: Identifier
    withdrawn_by: Identifier | None = None
    withdrawn_at: Moment | None = None


class Quiet(Value):
    """A time in which alerts that fit are kept and shown, and declare nothing. It hides nothing that was there.

    Empty fields fit everything; at least one is given. `labels` fit where all of them are as given.
    """

    id: Identifier
    tenant: Identifier
    maintenance: bool = False  # planned; else a person silenced them
    services: tuple[Identifier, ...] = ()
    environments: tuple[Identifier, ...] = ()
    labels: dict[str, str] = Field(default_factory=dict, max_length=20)
    fingerprint: Digest | None = None
    starts_at: Moment
    ends_at: Moment
    by: Identifier
    reason: str = Field(default="", max_length=300)

    @model_validator(mode="after")
    def _fits_something(self) -> Self:
        if not self.starts_at < self.ends_at:
            raise ValueError(f"a silence that ends after it begins, not at {self.ends_at.isoformat()}")
        if not (self.services or self.environments or self.labels or self.fingerprint):
            raise ValueError("a silence of a service, an environment, labels or one alert")
        return self

    def holds(self, alert: Alert, at: Moment) -> bool:
        """Return whether it keeps this alert quiet then."""
        return (
            self.starts_at <= at < self.ends_at
            and (not self.services or alert.service in self.services)
            and (not self.environments or alert.environment in self.environments)
            and (self.fingerprint is None or self.fingerprint == alert.fingerprint)
            and all(alert.labels.get(name) == value for name, value in self.labels.items())
        )


class Called(Value):
    """Somebody who was called for an incident: at which step, when, and why it was them."""

    person: str = Field(min_length=1, max_length=200)  # a principal's id, or the name a schedule has
    step: int = Field(ge=0)
    at: Moment
    why: str = Field(default="", max_length=300)


class Escalation(Value):
    """How far the calling for an incident is. `due_at` is when the next step is taken unless somebody is on it."""

    id: Identifier  # the incident's
    tenant: Identifier
    services: tuple[Identifier, ...] = ()
    severity: int = Field(ge=1, le=5)
    step: int = Field(default=0, ge=0)  # the next to be taken
    due_at: Moment
    called: tuple[Called, ...] = Field(default=(), max_length=100)
    ended: str = Field(default="", max_length=120)  # why it is over; empty: it is not
    version: int = Field(default=0, ge=0)
