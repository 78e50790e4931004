"""What a read tool leaves in `Outcome.data`, typed, so that connectors write what thinking reads.

| tool | `data` |
|---|---|
| `alerts.list` | `{"alerts": [AlertReading, …]}`, worst first |
| `deploys.list` | `{"changes": [ChangeReading, …]}`, newest first |
| `service.list`, `service.describe` | `{"services": [ServiceReading, …]}` |
| `flags.list` | `{"flags": [FlagReading, …]}` |

`metrics.signal` needs none: its number is `Outcome.value`, its line the first series of its first evidence,
in the unit of `UNITS`. Text that came from outside stands in `summary` fields, and is untrusted. Pure.
"""

from enum import StrEnum
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from memory.model.run import Outcome
from memory.model.value import JsonValue, Moment
from tools.contract import Signal

UNITS = {
    Signal.ERROR_RATE: "ratio",
    Signal.LATENCY_P50: "s",
    Signal.LATENCY_P95: "s",
    Signal.LATENCY_P99: "s",
    Signal.TRAFFIC: "req/s",
    Signal.AVAILABILITY: "ratio",
    Signal.CPU: "cores",
    Signal.MEMORY: "bytes",
}


class Reading(BaseModel):
    """One row of what was read. A field this version does not know is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class AlertReading(Reading):
    """An alert as its source tells it. `state` is firing, pending, silenced or inhibited."""

    name: str
    service: str = ""
    environment: str = ""
    severity: str = ""
    state: str = "firing"
    since: Moment | None = None
    summary: str = ""  # untrusted


class ChangeKind(StrEnum):
    """What was changed."""

    DEPLOY = "deploy"
    ROLLBACK = "rollback"
    RESTART = "restart"
    SCALE = "scale"
    FLAG = "flag"


class ChangeReading(Reading):
    """A change someone made. `before` and `after` are versions, replica counts, or on and off."""

    kind: ChangeKind
    at: Moment
    service: str = ""
    environment: str = ""
    before: str = ""
    after: str = ""
    flag: str = ""
    by: str = ""
    summary: str = ""  # untrusted


class ServiceReading(Reading):
    """What runs of a service in one environment."""

    name: str
    environment: str = "production"
    version: str = ""
    previous_version: str = ""
    replicas: int | None = None
    ready: int | None = None
    owner: str = ""
    depends_on: tuple[str, ...] = ()


class FlagReading(Reading):
    """A feature flag."""

    name: str
    enabled: bool
    service: str = ""
    environment: str = ""


R = TypeVar("R", bound=Reading)


def packed(key: str, rows: tuple[Reading, ...]) -> dict[str, JsonValue]:
    """Return rows as `Outcome.data` holds them."""
    return {key: [row.model_dump(mode="json") for row in rows]}


def unpacked(outcome: Outcome, key: str, kind: type[R]) -> tuple[R, ...]:
    """Return the rows of an outcome. What is not of this kind is left out: a connector's slip is not an answer."""
    rows = outcome.data.get(key)
    return tuple(found for row in rows if (found := _row(row, kind))) if isinstance(rows, list) else ()


def _row(row: JsonValue, kind: type[R]) -> R | None:
    try:
        return kind.model_validate(row)
    except ValidationError:
        return None
