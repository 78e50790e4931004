"""Alerts of senders nobody described: JSON with the names that such fields mostly have. Pure."""

from typing import Final

from memory.errors import PayloadInvalid
from memory.model.value import JsonValue
from tools.webhooks.gathering import gathered
from tools.webhooks.mapping import Mapping
from tools.webhooks.reading import Part
from tools.webhooks.report import Report

SOURCE: Final = "generic"
_WRAPS: Final = (
    "alert",
    "alert_payload",
    "incident",
    "event",
    "issue",
    "problem",
    "data",
    "payload",
    "detail",
    "Message",
)
USUAL: Final = Mapping(
    source=SOURCE,
    name=(
        *("$.alertname", "$.labels.alertname", "$.commonLabels.alertname", "$.alert_name", "$.alertName"),
        *("$.name", "$.title", "$.rule_name", "$.ruleName", "$.rule", "$.monitor_name", "$.check_name"),
        *(
            "$.check",
            "$.condition_name",
            "$.AlarmName",
            "$.subject",
            "$.summary",
            "$.message",
            "$.text",
            "$.event",
        ),
    ),
    key=(
        *("$.fingerprint", "$.dedup_key", "$.dedupKey", "$.alias", "$.incident_key", "$.alert_id", "$.alertId"),
        *("$.incident_id", "$.incidentId", "$.monitor_id", "$.check_id", "$.id", "$.uuid"),
    ),
    status=("$.status", "$.state", "$.alert_status", "$.current_state", "$.action", "$.event_type", "$.type"),
    severity=(
        *("$.labels.severity", "$.commonLabels.severity", "$.severity", "$.level", "$.priority"),
        *("$.urgency", "$.criticality", "$.importance", "$.labels.priority", "$.Priority"),
    ),
    started=(
        *("$.startsAt", "$.starts_at", "$.started_at", "$.startedAt", "$.start_time", "$.startTime", "$.start"),
        *("$.triggered_at", "$.triggeredAt", "$.created_at", "$.createdAt", "$.opened_at", "$.occurred_at"),
        *("$.firstSeen", "$.timestamp", "$.time", "$.date"),
    ),
    ended=("$.endsAt", "$.ends_at", "$.ended_at", "$.endedAt", "$.end_time", "$.resolved_at", "$.closed_at"),
    at=("$.updated_at", "$.updatedAt", "$.lastSeen"),
    summary=(
        *("$.annotations.summary", "$.commonAnnotations.summary", "$.summary", "$.message", "$.text"),
        *("$.description", "$.title"),
    ),
    description=(
        *("$.annotations.description", "$.commonAnnotations.description", "$.description", "$.details"),
        *("$.body", "$.message", "$.text"),
    ),
    service=(
        "$.service",
        "$.service_name",
        "$.serviceName",
        "$.application",
        "$.Application",
        "$.app",
        "$.component",
    ),
    environment=("$.environment", "$.env", "$.stage"),
    labels=("$.metadata", "$.tags", "$.commonLabels", "$.labels"),
    notes=("$.commonAnnotations", "$.annotations"),
    links={
        "source": "$.url",
        "link": "$.link",
        "alert": "$.html_url",
        "external": "$.externalURL",
        "graph": "$.generatorURL",
        "runbook": "$.runbook_url",
        "guide": "$.annotations.runbook_url",
        "dashboard": "$.dashboard_url",
    },
)


def parsed(body: JsonValue) -> tuple[Report, ...]:
    """Return the alerts; raises `PayloadInvalid`, above all where nothing in it can be a name."""
    if isinstance(body, list):
        return tuple(_one({**Part(each, f"{number}").value}) for number, each in enumerate(body))
    whole = Part(body)
    inside = _wrapped(whole)
    for each in (whole, *inside):
        if isinstance(each.at("alerts"), list):
            return tuple(_one(_completed(one, each)) for one in each.parts("alerts"))
    for each in inside:
        if any(each.has(name) for name in _NAMES):
            return (_one({**whole.value, **each.value}),)
    return (_one(dict(whole.value)),)


def _one(told: dict[str, JsonValue]) -> Report:
    """Return one alert by the usual names of fields, or else by what those come to in any writing and depth."""
    try:
        return USUAL.report(told)
    except PayloadInvalid:
        found = gathered(told)
        if found.keys() <= told.keys():
            raise
        return USUAL.report(found)


_NAMES: Final = (
    "alertname",
    "alert_name",
    "alertName",
    "AlarmName",
    "name",
    "title",
    "labels",
    "commonLabels",
    "message",
)


def _wrapped(whole: Part) -> list[Part]:
    """Return the objects that usually hold the alert, where the whole only wraps it."""
    return [whole.maybe_part(name) for name in _WRAPS if isinstance(whole.at(name), dict)]


def _completed(alert: Part, whole: Part) -> dict[str, JsonValue]:
    """Return one of several alerts, with what all of them have in common."""
    common = {name: whole.at(name) for name in ("commonLabels", "commonAnnotations", "externalURL")}
    return {**{name: each for name, each in common.items() if each}, **alert.value}


def is_named(told: dict[str, JsonValue]) -> bool:
    """Return whether it says what it is about; a message alone does not."""
    found = gathered(told)
    return any(found.get(name) for name in (*_NAMES[:6], "check", "rule", "alerts", "labels"))
