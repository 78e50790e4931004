"""What a monitoring system says is wrong, in one form whatever said it.

`name`, `summary`, `description`, `labels` and `links` came from outside: they are quoted, never obeyed.
"""

from enum import StrEnum

from pydantic import Field

from memory.model.value import Digest, Identifier, Moment, Value


class AlertStatus(StrEnum):
    """Whether what was wrong still is."""

    FIRING = "firing"
    RESOLVED = "resolved"


class Link(Value):
    """Where more is to be seen: what the page is ("dashboard", "runbook", "source") and its address."""

    rel: str = Field(min_length=1, max_length=40)
    href: str = Field(min_length=1, max_length=2000)


class Alert(Value):
    """One alert as it stands: two with the same tenant and `fingerprint` are the same one, told of again.

    `severity` counts from 1, the worst, to 5, for information only. `service` and `environment` are names of the
    catalogue, or None where what came names none that is known. `started_at` is the source's clock, `received_at`
    ours.
    """

    id: Identifier
    tenant: Identifier
    source: Identifier  # "alertmanager", "grafana", "pagerduty", ...
    fingerprint: Digest  # of what makes it the same alert to its source
    name: str = Field(min_length=1, max_length=300)
    status: AlertStatus
    severity: int = Field(ge=1, le=5)
    service: Identifier | None = None
    environment: Identifier | None = None
    summary: str = Field(default="", max_length=3000)
    description: str = Field(default="", max_length=20_000)
    started_at: Moment
    ended_at: Moment | None = None
    received_at: Moment
    labels: dict[str, str] = Field(default_factory=dict)
    links: tuple[Link, ...] = ()
