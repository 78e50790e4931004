"""What the estate's control API says, as values.

Everything in them comes from outside. Names and versions are held to the form of names here, so that a sentence of
ours may repeat them; any other text is quoted as evidence or not at all.
"""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from memory.model.value import JsonValue, Moment
from tools.readings import ChangeKind, ChangeReading, FlagReading, ServiceReading

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/@+-]*$", max_length=120)]
Blank = Annotated[str, Field(max_length=0)]


class Said(BaseModel):
    """A part of what the estate said. Fields this version does not know are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Running(ServiceReading):
    """A service as it runs. `converged`: its processes are what was ordered last."""

    name: Name
    environment: Name
    version: Name
    previous_version: Name | Blank
    known_versions: tuple[Name, ...]
    replicas: int
    most_replicas: int
    ready: int
    health: Name
    converged: bool
    traffic_rps: float
    started_at: Moment | None
    uptime_s: float
    last_change_at: Moment | None
    instances: tuple[Name, ...]
    owner: Name | Blank
    depends_on: tuple[Name, ...]
    flags: dict[Name, bool]
    description: str


class Services(Said):
    """All services."""

    services: tuple[Running, ...]


class Flag(FlagReading):
    """A feature flag of one service."""

    name: Name
    service: Name
    environment: Name


class Flags(Said):
    """The flags of one service, or all."""

    flags: tuple[Flag, ...]


class Done(ChangeReading):
    """What came of an order. `changed` is false where the estate stood so already."""

    key: Name
    service: Name
    environment: Name
    flag: Name | Blank = ""
    before: Name
    after: Name
    changed: bool
    converged: bool = True

    @model_validator(mode="after")
    def _counts_replicas(self) -> Self:
        if self.kind is ChangeKind.SCALE and not (self.before.isdecimal() and self.after.isdecimal()):
            raise ValueError("numbers of replicas")
        return self

    def plain(self) -> ChangeReading:
        """Return the change alone."""
        return ChangeReading.model_validate(self.model_dump(include=set(ChangeReading.model_fields)))


class Changes(Said):
    """What was changed, newest first."""

    changes: tuple[Done, ...]


class LogPage(Said):
    """The newest of the log lines that fit, newest first, and how many fit."""

    found: int
    lines: tuple[dict[str, JsonValue], ...]


class Problem(Said):
    """Why the estate refused."""

    code: str = ""


class Refusal(Said):
    """What a refusal comes in."""

    error: Problem


__all__ = ["ChangeKind", "Changes", "Done", "Flag", "Flags", "LogPage", "Refusal", "Running", "Services"]
