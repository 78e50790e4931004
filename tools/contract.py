"""What a tool is: one typed capability, and the hand that carries it out.

A `Capability` is data: its name, its arguments, its effect and tier, and how people ask for it. Connectors
supply the hands: a `Reader` looks, an `Actor` acts, shows beforehand what it would do, and can say afterwards
whether it did. The same capability may be served by Kubernetes in one place and by the demo estate in another.
"""

from abc import abstractmethod
from enum import StrEnum
from typing import Annotated, Protocol, get_args, runtime_checkable

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from memory.model.plan import Call, Check, Effect, Tier
from memory.model.run import Outcome, Preview
from memory.model.value import Identifier, Moment, Value
from memory.model.window import NAMED, parse_duration


class Slot(StrEnum):
    """What kind of thing an argument is, so that words can be read for it. Given as `Annotated` metadata."""

    SERVICE = "service"
    ENVIRONMENT = "environment"
    VERSION = "version"
    WINDOW = "window"
    DURATION = "duration"
    NUMBER = "number"
    MONEY = "money"  # a sum of it
    PERSON = "person"
    FLAG = "flag"
    SWITCH = "switch"  # on or off
    SIGNAL = "signal"
    SEVERITY = "severity"
    STATE = "state"
    QUERY = "query"
    TEXT = "text"
    IDENTIFIER = "identifier"
    INCIDENT = "incident"  # its number
    TARGET = "target"  # the number of the incident that another one belongs to
    GRADE = "grade"  # how bad an incident is, 1 to 5
    DUTY = "duty"  # what one person does in an incident
    MATTER = "matter"  # what is wrong, or shall be written down, in a person's own words


class Signal(StrEnum):
    """The signals every service has."""

    ERROR_RATE = "error_rate"
    LATENCY_P50 = "latency_p50"
    LATENCY_P95 = "latency_p95"
    LATENCY_P99 = "latency_p99"
    TRAFFIC = "traffic"
    AVAILABILITY = "availability"
    CPU = "cpu"
    MEMORY = "memory"


class Severity(StrEnum):
    """How bad an alert says it is."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


def _window(text: str) -> str:
    if text not in NAMED and "/" not in text:
        parse_duration(text)
    return text


def _duration(text: str) -> str:
    parse_duration(text)
    return text


ServiceName = Annotated[Identifier, Slot.SERVICE]
EnvironmentName = Annotated[Identifier, Slot.ENVIRONMENT]
Version = Annotated[
    str,
    Field(pattern=r"^v?[0-9]+(\.[0-9]+){0,3}(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$", max_length=60),
    Slot.VERSION,
]
WindowText = Annotated[str, AfterValidator(_window), Slot.WINDOW]
DurationText = Annotated[str, AfterValidator(_duration), Slot.DURATION]


class Arguments(BaseModel):
    """What a capability is called with. Unknown arguments are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Capability(Value):
    """One thing Quarterdeck can do, as data.

    `examples` are how people ask for it, one phrasing a line; `says` is a sentence with `{argument}` gaps that
    states a call of it in plain words.
    """

    name: Identifier
    title: str
    summary: str
    says: str
    effect: Effect
    tier: Tier | None
    arguments: type[Arguments]
    examples: tuple[str, ...]
    cents: int = Field(default=0, ge=0)  # what one call costs, where that is known
    ours: bool = False  # it changes records of Quarterdeck's own, and nothing outside


class CallContext(Value):
    """Who calls, for which turn, and under which idempotency key; what a hand may know besides its arguments."""

    tenant: Identifier
    principal: Identifier
    correlation: Identifier
    key: Identifier  # `run:step`; the same key never takes effect twice
    now: Moment
    deadline_s: float = 10.0


@runtime_checkable
class Reader(Protocol):
    """A hand that looks. It never changes anything outside."""

    capability: Capability

    @abstractmethod
    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return what was seen; raises `ConnectorError` when nothing could be.

        `tools/readings.py` gives the shapes of the outcome's `data` and the units of its numbers.
        """


@runtime_checkable
class Actor(Protocol):
    """A hand that acts."""

    capability: Capability

    @abstractmethod
    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        """Return what `act` would do, provably without effect; raises `ConnectorError` when it cannot tell."""

    @abstractmethod
    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        """Return the measurements that say whether the act worked."""

    @abstractmethod
    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Carry it out once per `context.key`; the outcome carries the call that takes it back."""

    @abstractmethod
    async def look(self, context: CallContext) -> Outcome | None:
        """Return what came of `context.key` if it took effect, None if it did not."""


Tool = Reader | Actor


def statement(capability: Capability, call: Call) -> str:
    """Return the call in plain words, as cards and logs show it. Arguments that are absent read as "current"."""
    values = dict.fromkeys(capability.arguments.model_fields, "current")
    values |= {name: str(value) for name, value in call.arguments.items() if value is not None}
    return capability.says.format_map(values)


def slots(capability: Capability) -> dict[str, Slot]:
    """Return which kind of thing each argument is; an argument without a kind is left out."""
    found: dict[str, Slot] = {}
    for name, field in capability.arguments.model_fields.items():
        marks = [*field.metadata, *_marks(field.annotation)]
        found.update((name, mark) for mark in marks if isinstance(mark, Slot))
    return found


def _marks(annotation: object) -> list[object]:
    """Return the `Annotated` metadata inside a union such as `Annotated[str, …] | None`."""
    return [mark for member in get_args(annotation) for mark in getattr(member, "__metadata__", ())]
