"""Alerts of senders nobody described: CloudEvents, and JSON with the names that such fields mostly have. Pure.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
"""

from typing import Final

from memory.model.value import JsonValue
from tools.webhooks.mapping import Mapping
from tools.webhooks.reading import Part, missing, moment
from tools.webhooks.report import LONGEST_NAME, Report, labels

SOURCE: Final = "generic"
CLOUDEVENTS: Final = "cloudevents"
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
_OWN: Final = ("id", "source", "type", "subject")  # what names a CloudEvent

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
    if is_event(body):
        return event(body, USUAL)
    if isinstance(body, list):
        return tuple(USUAL.report(each) for each in body)
    whole = Part(body)
    inside = _wrapped(whole)
    for each in (whole, *inside):
        if isinstance(each.at("alerts"), list):
            return tuple(USUAL.report(_completed(one, each)) for one in each.parts("alerts"))
    for each in inside:
        if any(each.has(name) for name in _NAMES):
            return (USUAL.report({**whole.value, **each.value}),)
    return (USUAL.report(dict(whole.value)),)


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


def is_event(body: JsonValue) -> bool:
    """Return whether it is a CloudEvent in its structured form."""
    return isinstance(body, dict) and "specversion" in body and "type" in body


def event(body: JsonValue, mapping: Mapping) -> tuple[Report, ...]:
    """Return what a CloudEvent carries; what its data does not say, its own attributes do.

    Raises `PayloadInvalid` where one of the attributes every CloudEvent has is missing.
    """
    whole = Part(body)
    own = {name: whole.text(name, longest=LONGEST_NAME) for name in ("specversion", "id", "source", "type")}
    if not own["specversion"].startswith("1."):
        raise missing("specversion", own["specversion"], "1.0")
    at, data = moment(whole.at("time")), whole.at("data")
    inner: JsonValue = {"name": own["type"], **data} if isinstance(data, dict) else {"name": own["type"]}
    subject = whole.maybe("subject", longest=200)
    told = mapping.parsed(inner)
    return tuple(
        report.model_copy(
            update={
                "source": CLOUDEVENTS,
                "key": (own["source"], own["type"], subject, *report.key),
                "started_at": report.started_at or at,
                "at": report.at or at,
                "labels": labels({**report.labels, "event_source": own["source"], "subject": subject}),
            }
        )
        for report in told
    )
