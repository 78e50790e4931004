"""An alert as a value, and what a system that knows of alerts offers. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from memory.model.value import Moment, Value
from tools.capabilities.alerts import AlertFilter
from tools.contract import Severity
from tools.http import Deadline
from tools.readings import AlertReading
from tools.wording import clock, named

LONGEST_TEXT = 2000


class AlertState(StrEnum):
    """Where an alert stands, worst first."""

    FIRING = "firing"
    PENDING = "pending"
    SILENCED = "silenced"
    INHIBITED = "inhibited"  # by another alert that fires


class Alert(Value):
    """An alert as one source tells of it. Every text in it is from outside."""

    source: str
    state: AlertState
    labels: dict[str, str]
    annotations: dict[str, str]
    name: str
    service: str
    environment: str
    severity: str
    since: Moment | None
    link: str

    def covers(self, other: "Alert") -> bool:
        """Return whether `other` is the same alert, perhaps before labels were added on its way."""
        return self.labels.items() >= other.labels.items()

    def key(self) -> tuple[str, str, str]:
        """Return what it shares with every alert that it may cover, or be covered by."""
        return self.name, self.service, self.severity

    def fits(self, wanted: AlertFilter) -> bool:
        """Return whether the filter lets it through."""
        return (
            wanted.service in {None, self.service}
            and wanted.severity in {None, self.severity}
            and wanted.state in {"all", self.state}
        )

    def rank(self) -> tuple[int, int, float, str]:
        """Return what sorts alerts: by state, by severity, the newest first."""
        severities = [severity.value for severity in Severity]
        badness = severities.index(self.severity) if self.severity in severities else len(severities)
        since = self.since.timestamp() if self.since else 0.0
        return list(AlertState).index(self.state), badness, -since, self.name

    def sentence(self, now: Moment) -> str:
        """Return what it says in words of ours, with those of its labels that are plain names."""
        name = named(self.name, "An alert whose name is no plain name")
        about = f" for {named(self.service, 'a service whose name is no plain name')}" if self.service else ""
        severity = f", {self.severity}" if self.severity in set(Severity) else ""
        since = f" since {clock(self.since, now)}" if self.since else ""
        match self.state:
            case AlertState.FIRING:
                return f"{name} fires{about}{since}{severity}."
            case AlertState.PENDING:
                return f"{name} is pending{about}{since}{severity}."
            case AlertState.SILENCED:
                return f"{name} is silenced{about}; it fires{since}{severity}."
            case AlertState.INHIBITED:
                return f"{name} is inhibited{about} by another alert; it fires{since}{severity}."

    def text(self) -> str:
        """Return its annotations and labels, one a line."""
        said = [*self.annotations.items(), *self.labels.items()]
        return "\n".join(f"{name}: {value}" for name, value in said)[:LONGEST_TEXT]

    def reading(self) -> AlertReading:
        """Return it as `Outcome.data` holds it."""
        return AlertReading(
            name=named(self.name, ""),
            service=named(self.service, ""),
            environment=named(self.environment, ""),
            severity=self.severity if self.severity in set(Severity) else "",
            state=self.state,
            since=self.since,
            summary=(self.annotations.get("summary") or self.annotations.get("description", ""))[:LONGEST_TEXT],
        )


class AlertLabels(Value):
    """Which labels of an alert name its service, its environment and its severity."""

    service: str = "service"
    environment: str = "environment"
    severity: str = "severity"

    def alert(
        self,
        source: str,
        state: AlertState,
        labels: Mapping[str, str],
        annotations: Mapping[str, str],
        since: Moment | None,
        link: str,
    ) -> Alert:
        """Return the alert that these labels describe."""
        return Alert(
            source=source,
            state=state,
            labels=dict(labels),
            annotations=dict(annotations),
            name=labels.get("alertname", ""),
            service=labels.get(self.service, ""),
            environment=labels.get(self.environment, ""),
            severity=labels.get(self.severity, "").lower(),
            since=since,
            link=link,
        )


class Seen(Value):
    """What one source told: what it was asked, where a person sees the same, and its alerts.

    `knows` are the states it can tell of: that it tells of no alert in another state means nothing.
    """

    source: str
    knows: frozenset[AlertState]
    query: str
    link: str
    alerts: tuple[Alert, ...]


class AlertSource(Protocol):
    """Something that knows of alerts."""

    name: str

    async def seen(self, wanted: AlertFilter, deadline: Deadline) -> Seen:
        """Return its alerts of any state, which may be filtered by service and severity already.

        Raises `ConnectorError`.
        """
