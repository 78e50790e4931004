"""What a runbook file says, as frozen values: its head, its steps, and the action a step may hold. Pure."""

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, SkipValidation, model_validator

from memory.errors import InvalidWindow
from memory.model.plan import Budget, Effect, Tier
from memory.model.value import JsonValue, Value
from memory.model.window import parse_duration
from runbooks.format.finding import Mark
from runbooks.format.inputs import Input
from runbooks.format.references import NAME, whole
from runbooks.format.tree import Tree
from tools.contract import Signal

LONGEST_WAIT_S = 86_400.0


def _seconds(text: str) -> str:
    try:
        fits = 0 < parse_duration(text).total_seconds() <= LONGEST_WAIT_S
    except InvalidWindow:
        fits = False
    if not fits:
        raise ValueError("a duration of at most a day, such as 30s or 5m")
    return text


def _reference(value: float | str) -> float | str:
    if isinstance(value, str) and whole(value) is None:
        raise ValueError('a number, or a reference to one such as "{{ most }}"')
    return value


Duration = Annotated[str, AfterValidator(_seconds)]
Bound = Annotated[float | str, AfterValidator(_reference)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
VersionText = Annotated[str, Field(pattern=r"^[0-9]{1,6}(\.[0-9]{1,6}){0,2}$")]
Line = Annotated[str, Field(min_length=1, max_length=300)]


class Change(StrEnum):
    """How a change of this kind is managed."""

    STANDARD = "standard"  # agreed to beforehand
    NORMAL = "normal"
    EMERGENCY = "emergency"


class DataClass(StrEnum):
    """How careful the data that the procedure touches have to be handled."""

    PUBLIC = "public"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"
    RESTRICTED = "restricted"


class Markers(Value):
    """What an auditor asks of a procedure. Empty ones are found by `lint`."""

    reviewed: str = ""  # the day, as 2026-11-21
    review_by: str = ""
    change: Change | Literal[""] = ""
    data: DataClass | Literal[""] = ""

    @model_validator(mode="after")
    def _days(self) -> "Markers":
        for text in filter(None, (self.reviewed, self.review_by)):
            try:
                date.fromisoformat(text)
            except ValueError:
                raise ValueError(f"a day such as 2026-11-21, not {text[:20]!r}") from None
        return self


class Telemetry(Value):
    """What should be seen while the procedure helps."""

    signal: Signal | None = None
    query: str = Field(default="", max_length=2000)
    says: Line

    @model_validator(mode="after")
    def _one(self) -> "Telemetry":
        if (self.signal is None) == (not self.query):
            raise ValueError("a signal or a query, one of them")
        return self


class Origin(Value):
    """Where an imported runbook came from."""

    file: str
    format: Literal["markdown", "ssm"]
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]  # SHA-256 of the file that was read
    licence: str = ""


class Head(Value):
    """The front matter."""

    id: Slug
    title: Line
    version: VersionText
    summary: str = Field(default="", max_length=1000)
    intents: tuple[Line, ...] = Field(min_length=1, max_length=50)
    tier: Tier
    owner: str = Field(default="", max_length=120)
    inputs: dict[Annotated[str, Field(pattern=rf"^{NAME}$", max_length=60)], Input] = Field(default_factory=dict)
    services: tuple[Line, ...] = ()
    alerts: tuple[Line, ...] = ()
    telemetry: tuple[Telemetry, ...] = ()
    compliance: Markers = Markers()
    budget: Budget | None = None
    imported: Origin | None = None


class CallText(Value):
    """A call as it is written, references and all."""

    tool: str
    arguments: dict[str, JsonValue] = Field(default_factory=dict)


class Measure(CallText):
    """A read whose number is held against a bound."""

    above: Bound | None = None
    below: Bound | None = None
    says: str = Field(default="", max_length=300)

    @model_validator(mode="after")
    def _one_bound(self) -> "Measure":
        if (self.above is None) == (self.below is None):
            raise ValueError("`above` or `below`, one of them")
        return self


class CheckText(Measure):
    """A measurement after the step."""

    within: Duration = "5m"
    settle: Duration | None = None


class Repeat(Value):
    """The step is taken once for each of a list, at most so often."""

    each: Annotated[str, Field(pattern=rf"^{NAME}$", max_length=60)]
    source: Annotated[str, Field(alias="in")]
    most: int | None = Field(default=None, ge=1, le=100)


class Action(CallText):
    """What a step does, as its fenced `action` block says."""

    effect: Effect | None = None
    when: Measure | None = None
    for_each: Repeat | None = None
    check: tuple[CheckText, ...] | None = None
    undo: Literal["automatic", "none"] | CallText | None = None
    timeout: Duration = "10s"
    retries: int = Field(default=2, ge=0, le=9)
    budget: Budget | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_check(cls, given: Any) -> Any:
        if isinstance(given, dict) and isinstance(given.get("check"), dict):
            return {**given, "check": [given["check"]]}
        return given


class Step(Value):
    """One numbered step: its title, what people read, and what is run where it holds an action."""

    number: int
    title: str
    text: str  # as it stands in the file, without the heading
    mark: Mark
    action: Action | None = None
    tree: SkipValidation[Tree | None] = Field(
        default=None, exclude=True, repr=False
    )  # where each part of the action stands


class Runbook(Value):
    """A runbook as it was read. `text` is the whole file, which is what people see."""

    file: str
    head: Head
    steps: tuple[Step, ...]
    text: str
    tree: SkipValidation[Tree] = Field(exclude=True, repr=False)  # where each part of the head stands

    @property
    def name(self) -> str:
        """Return "id@version"."""
        return f"{self.head.id}@{self.head.version}"

    @property
    def actions(self) -> tuple[Action, ...]:
        """Return what is run, in order."""
        return tuple(step.action for step in self.steps if step.action is not None)

    @property
    def body(self) -> str:
        """Return the Markdown without the front matter."""
        return re.sub(r"\A---\n.*?\n---\n", "", self.text, count=1, flags=re.DOTALL).lstrip("\n")


def version_key(version: str) -> tuple[int, ...]:
    """Return what orders versions: 1.10 is newer than 1.9, and 1.0 the same as 1."""
    parts = [int(part) for part in version.split(".")]
    return tuple([*parts, 0, 0][:3])
