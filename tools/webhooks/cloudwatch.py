"""CloudWatch alarms, as Amazon SNS delivers them: over HTTP, raw, or within the records a function is given. Pure.

https://docs.aws.amazon.com/sns/latest/dg/http-notification-json.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
"""

import json
from typing import Final

from memory.errors import PayloadInvalid
from memory.model.alert import AlertStatus
from memory.model.value import JsonValue
from tools.webhooks import eventbridge, generic
from tools.webhooks.arns import console
from tools.webhooks.reading import Part, pairs, sequence
from tools.webhooks.report import LONGEST_NAME, LONGEST_SUMMARY, Report, guide, labels, links
from tools.webhooks.severity import marked, severity

SOURCE: Final = "cloudwatch"
_STATES: Final = {"alarm": "firing", "insufficient_data": "firing", "ok": "resolved"}
_UNCERTAIN: Final = "low"  # too little data is no outage; it still is to be seen


def parsed(body: JsonValue) -> tuple[Report, ...]:
    """Return what SNS delivers; raises `PayloadInvalid`. A confirmation of a subscription tells of nothing."""
    whole = Part(body)
    if whole.has("Records"):
        return tuple(each for record in whole.parts("Records") for each in _record(record))
    if _is_alarm(whole):
        return (alarm(whole),)
    if whole.has("alarmData"):
        return (eventbridge.acted(whole),)
    if whole.maybe("Type") in {"SubscriptionConfirmation", "UnsubscribeConfirmation"}:
        return ()
    return _notification(whole)


def _record(record: Part) -> tuple[Report, ...]:
    if record.has("Sns"):
        return _notification(record.part("Sns"))
    if record.has("codecommit"):
        return (eventbridge.committed(record),)
    raise PayloadInvalid("expected a record of SNS or CodeCommit, found another", field="Records.0.Sns")


def _notification(sns: Part) -> tuple[Report, ...]:
    """Return what a notification says: an alarm or an event as JSON, or else whatever somebody published."""
    message = sns.at("Message")
    if isinstance(message, str):
        try:
            message = json.loads(message)
        except (ValueError, RecursionError):
            return (_published(sns),)
    if not isinstance(message, dict):
        if message is None:
            sns.text("Message")  # which says that it is missing
        return (_published(sns),)
    inner = Part(message, "Message")
    if _is_alarm(inner):
        return (alarm(inner),)
    if inner.has("detail-type"):
        return eventbridge.parsed(message)
    return _relayed(message, sns)


def _is_alarm(said: Part) -> bool:
    return said.has("AlarmName") or said.has("NewStateValue")


def _relayed(message: dict[str, JsonValue], sns: Part) -> tuple[Report, ...]:
    """Return what another system published as JSON: alerts where it can be read as some, else a message."""
    topic = sns.text("TopicArn")
    try:
        told = generic.parsed(message)
    except PayloadInvalid:
        return (_published(sns, message),)
    return tuple(
        each.model_copy(
            update={
                "source": SOURCE,
                "key": (topic, *each.key),
                "started_at": each.started_at or sns.maybe_moment("Timestamp"),
                "labels": labels({**each.labels, "topic": topic}),
            }
        )
        for each in told
    )


def alarm(said: Part) -> Report:
    """Return an alarm that changed its state."""
    name = said.text("AlarmName", longest=LONGEST_NAME)
    state = said.text("NewStateValue")
    status = AlertStatus(said.word(_STATES, "NewStateValue"))
    trigger = said.maybe_part("Trigger")
    changed = said.maybe_moment("StateChangeTime")
    uncertain = _UNCERTAIN if state.casefold() == "insufficient_data" else ""
    description, arn = said.maybe("AlarmDescription"), said.maybe("AlarmArn")
    return Report(
        source=SOURCE,
        key=(arn or f"{said.maybe('AWSAccountId')}/{said.maybe('Region')}/{name}",),
        name=name,
        status=status,
        severity=severity(uncertain, said.maybe("Priority"), said.maybe("Severity")) or marked(name, description),
        summary=said.maybe("NewStateReason", longest=LONGEST_SUMMARY) or description[:LONGEST_SUMMARY],
        description=description,
        started_at=changed if status is AlertStatus.FIRING else None,
        ended_at=changed if status is AlertStatus.RESOLVED else None,
        at=changed,
        labels=labels(
            {
                **_measured(trigger),
                "metric": trigger.maybe("MetricName")
                or said.maybe("MetricName")
                or _measured(trigger).get("metric"),
                "namespace": trigger.maybe("Namespace") or said.maybe("Namespace"),
                "rule": said.maybe("AlarmRule"),
                "children": " ".join(_children(said)),
                "application": said.maybe("Application"),
                "account": said.maybe("AWSAccountId"),
                "region": said.maybe("Region"),
                "state": state,
            }
        ),
        links=(*guide(description), *links(source=console(arn))),
    )


def _measured(trigger: Part) -> dict[str, JsonValue]:
    """Return the dimensions of the metric, or of every metric of an expression, with what that measures."""
    found = pairs(trigger.at("Dimensions"))
    for metric in trigger.parts("Metrics") if trigger.has("Metrics") else ():
        told = metric.maybe_part("MetricStat", "Metric")
        about = {
            "metric": told.at("MetricName"),
            "namespace": told.at("Namespace"),
            "expression": metric.at("Expression"),
        }
        found = {**{name: each for name, each in about.items() if each}, **pairs(told.at("Dimensions")), **found}
    return found


def _children(said: Part) -> list[str]:
    """Return the names of the alarms that a composite alarm was raised by."""
    children = (Part(each) for each in sequence(said.at("TriggeringChildren")) if isinstance(each, dict))
    return [each.maybe("Arn").rpartition(":")[2] for each in children]


def _published(sns: Part, said: dict[str, JsonValue] | None = None) -> Report:
    """Return what somebody published who is no alarm. Each of these is one of its own."""
    topic, own = sns.text("TopicArn"), Part(said or {})
    subject = sns.maybe("Subject", longest=LONGEST_NAME)
    told = next((found for name in _SAYS if (found := own.maybe(name, longest=LONGEST_SUMMARY))), "")
    at = sns.maybe_moment("Timestamp")
    return Report(
        source=SOURCE,
        key=("message", sns.text("MessageId")),
        name=subject or f"message of {topic.rpartition(':')[2]}"[:LONGEST_NAME],
        severity=marked(subject),
        summary=told or sns.maybe("Message", longest=LONGEST_SUMMARY),
        started_at=at,
        at=at,
        labels=labels({**own.value, "topic": topic}),
        links=guide(sns.maybe("Message")),
    )


_SAYS: Final = ("Event Message", "Message", "message", "Description", "description", "Cause")
