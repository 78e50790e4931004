"""What Prometheus's HTTP API says, version 1, as values: https://prometheus.io/docs/prometheus/latest/querying/api/.

Everything in them comes from outside and is untrusted text, labels and annotations included.
"""

from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from memory.model.value import JsonValue, Moment

D = TypeVar("D")
Point = tuple[float, float]  # Prometheus writes the value as text: "0.5", "NaN", "+Inf"


class Said(BaseModel):
    """A part of what Prometheus said. Fields this version does not know are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class Envelope(Said, Generic[D]):
    """What every answer comes in."""

    data: D


class Line(Said):
    """One series: labels, and its points in time order. An instant answer has one point."""

    metric: dict[str, str] = Field(default_factory=dict)
    value: Point | None = None
    values: tuple[Point, ...] = ()
    histogram: JsonValue = None
    histograms: JsonValue = None

    def points(self) -> tuple[Point, ...]:
        """Return the points, whichever form they came in."""
        return self.values if self.value is None else (self.value,)

    def is_histogram(self) -> bool:
        """Return whether there are native histograms instead of, or beside, numbers."""
        return self.histogram is not None or self.histograms is not None


class Lines(Said):
    """A vector or a matrix."""

    kind: Literal["vector", "matrix"] = Field(alias="resultType")
    result: tuple[Line, ...]


class Scalar(Said):
    """One number without labels."""

    kind: Literal["scalar"] = Field(alias="resultType")
    result: Point


class Text(Said):
    """A string."""

    kind: Literal["string"] = Field(alias="resultType")
    result: tuple[float, str]


class Answer(Said):
    """What a query brought, and what Prometheus warned of."""

    data: Annotated[Lines | Scalar | Text, Field(discriminator="kind")]
    warnings: tuple[str, ...] = ()
    infos: tuple[str, ...] = ()

    def cautions(self) -> tuple[str, ...]:
        """Return what Prometheus itself says is doubtful about the answer. Text from outside."""
        return tuple(f"prometheus: {words[:300]}" for words in (*self.warnings, *self.infos))


class Target(Said):
    """Something that is scraped."""

    labels: dict[str, str]
    url: str = Field(default="", alias="scrapeUrl")
    health: str
    error: str = Field(default="", alias="lastError")
    scraped_at: Moment | None = Field(default=None, alias="lastScrape")


class Targets(Said):
    """All that is scraped."""

    active: tuple[Target, ...] = Field(alias="activeTargets")


class Firing(Said):
    """An alert that waits or fires."""

    labels: dict[str, str]
    annotations: dict[str, str] = Field(default_factory=dict)
    state: str
    since: Moment | None = Field(default=None, alias="activeAt")


class Alerts(Said):
    """The alerts that wait or fire."""

    alerts: tuple[Firing, ...]


class Rule(Said):
    """An alerting rule, and the alerts that came of it."""

    name: str
    query: str
    duration: float = 0.0
    labels: dict[str, str] = Field(default_factory=dict)
    annotations: dict[str, str] = Field(default_factory=dict)
    state: str = ""
    health: str = ""
    error: str = Field(default="", alias="lastError")
    alerts: tuple[Firing, ...] = ()


class Group(Said):
    """Rules that are evaluated together."""

    name: str
    rules: tuple[Rule, ...]


class Groups(Said):
    """All alerting rules."""

    groups: tuple[Group, ...]
