"""Alerts out of any JSON, by paths that say where each field stands. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from memory.errors import InvalidInput
from memory.model.alert import AlertStatus
from memory.model.value import Identifier, JsonValue, Value
from tools.webhooks import severity as words
from tools.webhooks.paths import every, first, steps
from tools.webhooks.prometheus import MOST
from tools.webhooks.reading import missing, moment, pairs
from tools.webhooks.report import (
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    LONGEST_SUMMARY,
    Report,
    ReportKind,
    labels,
    links,
    text,
)


def _readable(path: str) -> str:
    try:
        steps(path)
    except InvalidInput as error:
        raise ValueError(error.message) from None
    return path


Path = Annotated[str, Field(max_length=300), AfterValidator(_readable)]
Paths = tuple[Path, ...]


class Mapping(Value):
    """Where the fields of an alert stand in a source's JSON; the first path that says something counts.

    `items` leads to a list of alerts, else the body is one. `key` are the fields that together make it the same
    alert; without them its name and labels do. `firing` and `resolved` are words of `status`, besides the usual
    ones; `needs` are fields without which it is none.
    """

    source: Identifier = "generic"
    kind: ReportKind = ReportKind.ALERT
    items: Path = ""
    needs: Paths = ()
    name: Paths
    key: Paths = ()
    status: Paths = ()
    firing: tuple[str, ...] = ()
    resolved: tuple[str, ...] = ()
    severity: Paths = ()
    severities: dict[str, int] = Field(default_factory=dict)
    started: Paths = ()
    ended: Paths = ()
    at: Paths = ()
    summary: Paths = ()
    description: Paths = ()
    service: Paths = ()
    environment: Paths = ()
    labels: Paths = ()
    notes: Paths = ()
    links: dict[str, Path] = Field(default_factory=dict)

    def parsed(self, body: JsonValue) -> tuple[Report, ...]:
        """Return the alerts; raises `PayloadInvalid`."""
        if not self.items:
            return (self.report(body),)
        found = first(body, self.items) if not self.items.endswith("[*]") else every(body, self.items)
        if not isinstance(found, list):
            raise missing(self.items, found, "a list")
        if len(found) > MOST:
            raise missing(self.items, None, f"at most {MOST} alerts")
        return tuple(self.report(each) for each in found)

    def report(self, body: JsonValue) -> Report:
        """Return one alert."""
        for need in self.needs:
            found = first(body, need)
            if found is None or found == "":
                raise missing(need.removeprefix("$."), found)
        name = _said(body, self.name, LONGEST_NAME)
        if not name:
            raise missing(" or ".join(each.removeprefix("$.") for each in self.name[:6]), None)
        status = AlertStatus.RESOLVED if self.kind is ReportKind.CHANGE else self._status(body)
        own = self._labels(body)
        at, over = _when(body, self.at), status is AlertStatus.RESOLVED
        key = tuple(text(first(body, each), 300) for each in self.key)
        return Report(
            source=self.source,
            kind=self.kind,
            key=key if any(key) else (name, *(f"{each}={own[each]}" for each in sorted(own))),
            name=name,
            status=status,
            severity=self._severity(body),
            summary=_said(body, self.summary, LONGEST_SUMMARY),
            description=_said(body, self.description, LONGEST_DESCRIPTION),
            started_at=_when(body, self.started),
            ended_at=(_when(body, self.ended) or at) if over else None,
            at=at,
            labels=own,
            notes=labels({key: each for path in self.notes for key, each in pairs(first(body, path)).items()}),
            links=links(**{rel: first(body, path) for rel, path in self.links.items()}),
        )

    def _status(self, body: JsonValue) -> AlertStatus:
        said = _said(body, self.status, 100)
        if said.casefold() in {each.casefold() for each in self.firing}:
            return AlertStatus.FIRING
        if said.casefold() in {each.casefold() for each in self.resolved}:
            return AlertStatus.RESOLVED
        return words.status(said)

    def _severity(self, body: JsonValue) -> int | None:
        said = [text(first(body, path), 100) for path in self.severity]
        own = {each.casefold(): number for each, number in self.severities.items()}
        return next((own[each.casefold()] for each in said if each.casefold() in own), None) or words.severity(
            *said
        )

    def _labels(self, body: JsonValue) -> dict[str, str]:
        found: dict[str, JsonValue] = {}
        for path in self.labels:
            found |= pairs(first(body, path))
        for name, paths in (("environment", self.environment), ("service", self.service)):
            if said := _said(body, paths, 200):
                found = {name: said, **{key: each for key, each in found.items() if key != name}}
        return labels(found)


def _said(body: JsonValue, paths: Sequence[str], longest: int) -> str:
    return next((said for path in paths if (said := text(first(body, path), longest))), "")


def _when(body: JsonValue, paths: Sequence[str]) -> datetime | None:
    return next((found for path in paths if (found := moment(first(body, path)))), None)
