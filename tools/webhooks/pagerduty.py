"""PagerDuty's webhooks: version 3, version 2, and version 1 before them; and what monitors send to it. Pure.

https://developer.pagerduty.com/docs/webhooks-overview
https://developer.pagerduty.com/docs/webhooks-v2-overview
https://developer.pagerduty.com/docs/send-alert-event
"""

from typing import Final

from memory.model.alert import AlertStatus
from memory.model.value import JsonValue
from tools.webhooks.reading import Part, pairs, sequence
from tools.webhooks.report import LONGEST_NAME, Report, labels, links
from tools.webhooks.severity import marked, severity

SOURCE: Final = "pagerduty"
_STATUSES: Final = {
    "triggered": "firing",
    "acknowledged": "firing",
    "open": "firing",
    "resolved": "resolved",
    "closed": "resolved",
}
_ACTIONS: Final = {"trigger": "firing", "acknowledge": "firing", "resolve": "resolved"}
_URGENCIES: Final = {"high": "high", "low": "low"}


def parsed(body: JsonValue) -> tuple[Report, ...]:
    """Return the incidents as alerts; raises `PayloadInvalid`. Events of other things tell of none."""
    whole = Part(body)
    if whole.has("messages"):
        return tuple(_message(each) for each in whole.parts("messages"))
    if whole.has("event_action"):
        return (_sent(whole),)
    event = whole.part("event")
    told = event.text("event_type")
    if not told.startswith("incident."):
        return ()  # of a service, or a ping
    return _event(event, told)


def _sent(whole: Part) -> Report:
    """Return an alert as a monitor sends it to PagerDuty: version 2 of its Events API."""
    over = _ACTIONS[whole.word({each: each for each in _ACTIONS}, "event_action")]
    told = whole.maybe_part("payload")
    known = whole.maybe("dedup_key", longest=LONGEST_NAME)
    name = told.maybe("summary", longest=LONGEST_NAME) or known or told.text("summary")
    at = told.maybe_moment("timestamp")
    seen = next((Part(each).at("href") for each in sequence(whole.at("links")) if isinstance(each, dict)), None)
    about = {each: told.at(each) for each in ("component", "group", "class", "source")}
    return Report(
        source=SOURCE,
        key=("event", known or name),
        name=name,
        status=AlertStatus(over),
        severity=severity(told.maybe("severity")),
        summary=name,
        started_at=at if over == AlertStatus.FIRING else None,
        ended_at=at if over == AlertStatus.RESOLVED else None,
        at=at,
        labels=labels({**pairs(told.at("custom_details")), **about}),
        links=links(source=whole.at("client_url") or seen, link=seen),
    )


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
        key=incident.maybe("incident_key"),
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
        severity=severity(priority) or marked(title) or severity(_URGENCIES.get(urgency, "")),
        summary=title,
        description=incident.maybe("description") or incident.maybe("body", "details"),
        started_at=incident.maybe_moment("created_at") or incident.maybe_moment("created_on"),
        labels=labels({**further, "incident_key": key}),
        links=links(source=incident.at("html_url"), bridge=incident.at("conference_bridge", "conference_url")),
    )
