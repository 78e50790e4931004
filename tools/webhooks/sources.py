"""Which sources there are, what reads each, and how each is recognised where nobody says which it is. Pure."""

from collections.abc import Callable
from typing import Final

from memory.errors import InvalidInput, PayloadInvalid
from memory.model.value import JsonValue
from tools.webhooks import (
    cloudevents,
    cloudwatch,
    datadog,
    eventbridge,
    gcp,
    generic,
    github,
    grafana,
    pagerduty,
    prometheus,
    sentry,
)
from tools.webhooks.mapping import Mapping
from tools.webhooks.report import Report
from tools.webhooks.vendors import EVERY

Reader = Callable[[JsonValue], tuple[Report, ...]]

_READERS: Final[dict[str, Reader]] = {
    prometheus.SOURCE: prometheus.parsed,
    grafana.SOURCE: grafana.parsed,
    pagerduty.SOURCE: pagerduty.parsed,
    datadog.SOURCE: datadog.parsed,
    cloudwatch.SOURCE: cloudwatch.parsed,
    eventbridge.SOURCE: eventbridge.parsed,
    github.SOURCE: github.parsed,
    gcp.SOURCE: gcp.parsed,
    sentry.SOURCE: sentry.parsed,
}
_ALIASES: Final = {
    "prometheus": prometheus.SOURCE,
    "sns": cloudwatch.SOURCE,
    "cloudwatch_sns": cloudwatch.SOURCE,
    "aws_events": eventbridge.SOURCE,
    "eventbridge": eventbridge.SOURCE,
    "gcp_stackdriver": gcp.SOURCE,
    "stackdriver": gcp.SOURCE,
    "gcpmonitoring": gcp.SOURCE,
    "new_relic": "newrelic",
    "vmware_vrealize": "vrealize",
    "libre_nms": "librenms",
    "cloudevent": cloudevents.SOURCE,
}
SOURCES: Final = tuple(sorted({*_READERS, *(each.source for each in EVERY), cloudevents.SOURCE, generic.SOURCE}))


def named(source: str) -> str:
    """Return the name of a source, which may have been called otherwise; raises `InvalidInput` for none."""
    known = _ALIASES.get(source.casefold().replace("-", "_"), source.casefold())
    if known not in SOURCES:
        raise InvalidInput(f"expected a source among {', '.join(SOURCES)}, found {source[:60]!r}")
    return known


def read(source: str, body: JsonValue, mapping: Mapping | None = None) -> tuple[Report, ...]:
    """Return what a payload of this source tells of; a mapping says where a generic one has its fields.

    Raises `PayloadInvalid` that names the field which is missing or amiss, and `InvalidInput` for no such source.
    """
    known = named(source)
    if mapping is not None:
        return cloudevents.events(body, mapping) if cloudevents.are_events(body) else mapping.parsed(body)
    if known in _READERS:
        return _READERS[known](body)
    if known == cloudevents.SOURCE or (known == generic.SOURCE and cloudevents.are_events(body)):
        return cloudevents.events(body, generic.USUAL)
    mappings = [each for each in EVERY if each.source == known]
    fitting = [each for each in mappings if _fits(body, each)] or mappings
    return fitting[0].parsed(body) if fitting else generic.parsed(body)


def recognised(body: JsonValue) -> str:
    """Return which source a payload looks like, `generic` where it looks like none."""
    for source, fields in _MARKS:
        if isinstance(body, dict) and all(_at(body, field) for field in fields):
            return source
    vendor = next((each.source for each in EVERY if _fits(body, each)), None)
    if vendor is not None:
        return vendor
    return _of_a_list(body) if isinstance(body, list) else generic.SOURCE


_MARKS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (cloudevents.SOURCE, ("specversion", "type", "source")),
    (cloudwatch.SOURCE, ("Type", "MessageId", "TopicArn")),
    (cloudwatch.SOURCE, ("Records",)),
    (cloudwatch.SOURCE, ("AlarmName", "NewStateValue")),
    (cloudwatch.SOURCE, ("alarmArn", "alarmData")),
    (eventbridge.SOURCE, ("detail-type", "detail")),
    (eventbridge.SOURCE, ("awslogs",)),
    (eventbridge.SOURCE, ("CodePipeline.job",)),
    (eventbridge.SOURCE, ("configRuleId", "invokingEvent")),
    (grafana.SOURCE, ("alerts", "orgId")),
    (grafana.SOURCE, ("alerts", "state", "title", "version", "receiver")),
    (grafana.SOURCE, ("ruleName", "state")),
    (prometheus.SOURCE, ("alerts", "receiver")),
    (prometheus.SOURCE, ("alerts", "groupLabels", "status")),
    (pagerduty.SOURCE, ("event.event_type", "event.data")),
    (pagerduty.SOURCE, ("messages",)),
    (pagerduty.SOURCE, ("routing_key", "event_action")),
    (gcp.SOURCE, ("incident.incident_id", "incident.state")),
    (sentry.SOURCE, ("action", "data.issue.id")),
    (sentry.SOURCE, ("action", "data.event")),
    (sentry.SOURCE, ("action", "data.error")),
    (sentry.SOURCE, ("action", "data.metric_alert")),
    (sentry.SOURCE, ("project_slug", "culprit")),
    (sentry.SOURCE, ("project_name", "culprit")),
    (github.SOURCE, ("repository.full_name", "sender")),
    (github.SOURCE, ("repository.full_name",)),
    (github.SOURCE, ("pusher", "commits")),
    (github.SOURCE, ("security_advisory.ghsa_id",)),
    (github.SOURCE, ("deployment.sha", "deployment.environment")),
    (datadog.SOURCE, ("event_type", "last_updated", "title")),
    (datadog.SOURCE, ("alert_transition",)),
    (datadog.SOURCE, ("query", "type", "monitor_id")),
)


def _at(body: JsonValue, field: str) -> bool:
    if isinstance(body, dict) and field in body:
        return True
    for name in field.split("."):
        if not isinstance(body, dict) or name not in body:
            return False
        body = body[name]
    return True


def _fits(body: JsonValue, mapping: Mapping) -> bool:
    """Return whether a payload has what this source's always have, which says that it is one of it."""
    return isinstance(body, dict) and all(_at(body, need.removeprefix("$.")) for need in mapping.needs)


def _of_a_list(body: list[JsonValue]) -> str:
    inner = body[0] if body else None
    if cloudevents.is_event(inner):
        return cloudevents.SOURCE
    if isinstance(inner, dict) and _at(inner, "labels.alertname"):
        return prometheus.SOURCE
    if isinstance(inner, dict) and "sha" in inner and "environment" in inner:
        return github.SOURCE
    return generic.SOURCE


def read_any(body: JsonValue) -> tuple[str, tuple[Report, ...]]:
    """Return which source a payload looks like, and what it tells of; what looks wrong is read as a generic one.

    Raises `PayloadInvalid` where it is no alert by any description.
    """
    source = recognised(body)
    try:
        return source, read(source, body)
    except PayloadInvalid:
        if source == generic.SOURCE:
            raise
    return generic.SOURCE, generic.parsed(body)
