"""Google Cloud Monitoring's webhook (version 1.2, and 1.1 of Stackdriver before it). Pure.

https://cloud.google.com/monitoring/support/notification-options#schema-pubsub
"""

from typing import Final

from memory.model.alert import AlertStatus
from memory.model.value import JsonValue
from tools.webhooks.reading import Part
from tools.webhooks.report import LONGEST_NAME, LONGEST_SUMMARY, Report, labels, links
from tools.webhooks.severity import severity

SOURCE: Final = "gcp"
_STATES: Final = {"open": "firing", "acknowledged": "firing", "closed": "resolved"}


def parsed(body: JsonValue) -> tuple[Report, ...]:
    """Return the incident as an alert; raises `PayloadInvalid`."""
    incident = Part(body).part("incident")
    metadata = incident.maybe_part("metadata")
    system, mine = metadata.maybe_part("system_labels"), metadata.maybe_part("user_labels")
    resource, metric = incident.maybe_part("resource"), incident.maybe_part("metric")
    over = AlertStatus(incident.word(_STATES, "state"))
    policy = incident.maybe("policy_name", longest=LONGEST_NAME)
    condition = incident.maybe("condition_name", longest=LONGEST_NAME)
    own: dict[str, JsonValue] = {
        **resource.maybe_part("labels").value,
        **metric.maybe_part("labels").value,
        **system.value,
        **mine.value,
        **incident.maybe_part("policy_user_labels").value,
        "resource_type": resource.maybe("type"),
        "metric_type": metric.maybe("type"),
        "resource_name": incident.maybe("resource_display_name") or incident.maybe("resource_name"),
        "project": incident.maybe("scoping_project_id"),
        "policy": policy,
        "condition": condition,
    }
    return (
        Report(
            source=SOURCE,
            key=(incident.text("incident_id"),),
            name=condition
            or policy
            or incident.first("condition_name", "policy_name", "summary", longest=LONGEST_NAME),
            status=over,
            severity=severity(incident.maybe("severity"), system.maybe("severity"), mine.maybe("severity")),
            summary=incident.maybe("summary", longest=LONGEST_SUMMARY),
            description=incident.maybe("documentation", "content"),
            started_at=incident.maybe_moment("started_at"),
            ended_at=incident.maybe_moment("ended_at") if over is AlertStatus.RESOLVED else None,
            labels=labels(own),
            links=links(source=incident.at("url")),
        ),
    )
