"""PagerDuty's webhooks: version 3, version 2, and version 1 before them. Pure.

https://developer.pagerduty.com/docs/webhooks-overview
https://developer.pagerduty.com/docs/webhooks-v2-overview
"""

from typing import Final

from memory.model.alert import AlertStatus
from memory.model.value import JsonValue
from tools.webhooks.reading import Part
from tools.webhooks.report import LONGEST_NAME, Report, labels, links
from tools.webhooks.severity import severity

SOURCE: Final = "pagerduty"
_STATUSES: Final = {
    "triggered": "firing",
    "acknowledged": "firing",
    "open": "firing",
    "resolved": "resolved",
    "closed": "resolved",
}
_URGENCIES: Final = {"high": "high", "low": "low"}


def parsed(body: JsonValue) -> tuple[Report, ...]:
    """Return the incidents as alerts; raises `PayloadInvalid`. Events of other things tell of none."""
    whole = Part(body)
    if whole.has("messages"):
        return tuple(_message(each) for each in whole.parts("messages"))
    event = whole.part("event")
    told = event.text("event_type")
    if not told.startswith("incident."):
        return ()  # of a service, or a ping
    return _event(event, told)


def _event(event: Part, told: str) -> tuple[Report, ...]:
    data = event.part("data")
    if data.maybe("type") not in {"incident", ""}:  # a note, a responder, a field: the incident is only named
        return ()
    at = event.maybe_moment("occurred_at")
    report = _incident(
        data,
        title=data.text("title", longest=LONGEST_NAME),
        service=data.maybe_part("service").maybe("summary"),
        key=data.maybe("incident_key"),
        labelled={"event": told, "number": data.maybe("number")},
    )
    over = report.status is AlertStatus.RESOLVED
    return (report.model_copy(update={"at": at, "ended_at": at if over else None}),)


def _message(message: Part) -> Report:
    """Return the incident of a message: of version 2 it stands there, of version 1 under `data`."""
    told = message.first("event", "type")
    incident = message.part("incident") if message.has("incident") else message.part("data", "incident")
    asked = incident.maybe_part("trigger_summary_data")
    title = (
        incident.maybe("title", longest=LONGEST_NAME)
        or asked.maybe("subject", longest=LONGEST_NAME)
        or asked.maybe("description", longest=LONGEST_NAME)
        or incident.first("description", "incident_key", "id", longest=LONGEST_NAME)
    )
    service = incident.maybe_part("service")
    report = _incident(
        incident,
        title=title,
        service=service.maybe("name") or service.maybe("summary"),
        key="",
        labelled={"event": told, "number": incident.maybe("incident_number")},
    )
    at = message.maybe_moment("created_on") or incident.maybe_moment("last_status_change_at")
    over = report.status is AlertStatus.RESOLVED
    return report.model_copy(update={"at": at, "ended_at": at if over else None})


def _incident(incident: Part, *, title: str, service: str, key: str, labelled: dict[str, str]) -> Report:
    team = next((each.maybe("summary") for each in incident.parts("teams")), "") if incident.has("teams") else ""
    priority = incident.maybe_part("priority").maybe("summary")
    urgency = incident.maybe("urgency")
    further = {"service": service, "team": team, "priority": priority, "urgency": urgency, **labelled}
    return Report(
        source=SOURCE,
        key=(incident.text("id"),),
        name=title,
        status=AlertStatus(incident.word(_STATUSES, "status")),
        severity=severity(priority, _URGENCIES.get(urgency, "")),
        summary=title,
        description=incident.maybe("description"),
        started_at=incident.maybe_moment("created_at") or incident.maybe_moment("created_on"),
        labels=labels({**further, "incident_key": key}),
        links=links(source=incident.at("html_url")),
    )
