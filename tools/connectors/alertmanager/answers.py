"""What Alertmanager's HTTP API says, version 2, as values: https://github.com/prometheus/alertmanager, api/v2.

Everything in them comes from outside and is untrusted text, labels, annotations and comments included.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from memory.model.value import Moment

SilenceKey = Annotated[str, Field(pattern=r"^[0-9a-fA-F-]{4,64}$")]


class Said(BaseModel):
    """A part of what Alertmanager said. Fields this version does not know are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class Status(Said):
    """Whether an alert is told to anybody, and by what it is kept back."""

    state: Literal["unprocessed", "active", "suppressed"]
    silenced_by: tuple[str, ...] = Field(default=(), alias="silencedBy")
    inhibited_by: tuple[str, ...] = Field(default=(), alias="inhibitedBy")


class Told(Said):
    """An alert that fires."""

    labels: dict[str, str]
    annotations: dict[str, str] = Field(default_factory=dict)
    since: Moment = Field(alias="startsAt")
    status: Status


class Matcher(Said):
    """One condition of a silence."""

    name: str
    value: str
    is_regex: bool = Field(default=False, alias="isRegex")
    is_equal: bool = Field(default=True, alias="isEqual")

    def exact(self) -> bool:
        """Return whether it asks for one value and no other."""
        return self.is_equal and not self.is_regex

    def text(self) -> str:
        """Return the condition as Alertmanager writes it. Text from outside."""
        equal, unlike = ("=~", "!~") if self.is_regex else ("=", "!=")
        return f"{self.name}{equal if self.is_equal else unlike}{quoted(self.value)}"


class SilenceStatus(Said):
    """Where a silence stands."""

    state: Literal["pending", "active", "expired"]


class Silence(Said):
    """A silence: what it matches, until when, by whom and why."""

    id: SilenceKey
    status: SilenceStatus
    matchers: tuple[Matcher, ...]
    starts_at: Moment = Field(alias="startsAt")
    ends_at: Moment = Field(alias="endsAt")
    created_by: str = Field(default="", alias="createdBy")
    comment: str = ""

    def over(self) -> bool:
        """Return whether it has ended."""
        return self.status.state == "expired"


class Created(Said):
    """The id of a silence that was made."""

    id: SilenceKey = Field(alias="silenceID")


def quoted(value: str) -> str:
    """Return a matcher's value in quotes; Alertmanager knows these three escapes and no others."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
