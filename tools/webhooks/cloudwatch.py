"""CloudWatch alarms, as Amazon SNS delivers them: over HTTP, raw, or within the records a function is given. Pure.

https://docs.aws.amazon.com/sns/latest/dg/http-notification-json.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
"""

import json
from typing import Final

from memory.errors import PayloadInvalid
from memory.model.alert import AlertStatus
from memory.model.value import JsonValue
from tools.webhooks import eventbridge
from tools.webhooks.reading import Part, pairs
from tools.webhooks.report import LONGEST_NAME, LONGEST_SUMMARY, Report, labels
from tools.webhooks.severity import severity

SOURCE: Final = "cloudwatch"
_STATES: Final = {"alarm": "firing", "insufficient_data": "firing", "ok": "resolved"}
_UNCERTAIN: Final = "low"  # too little data is no outage; it still is to be seen


def parsed(body: JsonValue) -> tuple[Report, ...]:
    """Return what SNS delivers; raises `PayloadInvalid`. A confirmation of a subscription tells of nothing."""
    whole = Part(body)
    if whole.has("Records"):
        return tuple(each for record in whole.parts("Records") for each in _record(record))
    if whole.has("AlarmName"):
        return (alarm(whole),)
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
    if inner.has("AlarmName"):
        return (alarm(inner),)
    if inner.has("detail-type"):
        return eventbridge.parsed(message)
    return (_published(sns),)


def alarm(said: Part) -> Report:
    """Return an alarm that changed its state."""
    name = said.text("AlarmName", longest=LONGEST_NAME)
    state = said.text("NewStateValue")
    status = AlertStatus(said.word(_STATES, "NewStateValue"))
    trigger = said.maybe_part("Trigger")
    changed = said.maybe_moment("StateChangeTime")
    uncertain = _UNCERTAIN if state.casefold() == "insufficient_data" else ""
    return Report(
        source=SOURCE,
        key=(said.maybe("AlarmArn") or f"{said.maybe('AWSAccountId')}/{said.maybe('Region')}/{name}",),
        name=name,
        status=status,
        severity=severity(uncertain, said.maybe("Priority"), said.maybe("Severity")),
        summary=said.maybe("NewStateReason", longest=LONGEST_SUMMARY)
        or said.maybe("AlarmDescription", longest=LONGEST_SUMMARY),
        description=said.maybe("AlarmDescription"),
        started_at=changed if status is AlertStatus.FIRING else None,
        ended_at=changed if status is AlertStatus.RESOLVED else None,
        at=changed,
        labels=labels(
            {
                **_dimensions(trigger),
                "metric": trigger.maybe("MetricName") or said.maybe("MetricName"),
                "namespace": trigger.maybe("Namespace") or said.maybe("Namespace"),
                "application": said.maybe("Application"),
                "account": said.maybe("AWSAccountId"),
                "region": said.maybe("Region"),
                "state": state,
            }
        ),
    )


def _dimensions(trigger: Part) -> dict[str, JsonValue]:
    """Return the dimensions of the metric, or of every metric of an expression."""
    found = pairs(trigger.at("Dimensions"))
    for metric in trigger.parts("Metrics") if trigger.has("Metrics") else ():
        found |= pairs(metric.at("MetricStat", "Metric", "Dimensions"))
    return found


def _published(sns: Part) -> Report:
    """Return what somebody published who is no alarm. Each of these is one of its own."""
    topic = sns.text("TopicArn")
    subject = sns.maybe("Subject", longest=LONGEST_NAME)
    at = sns.maybe_moment("Timestamp")
    return Report(
        source=SOURCE,
        key=("message", sns.text("MessageId")),
        name=subject or f"message of {topic.rpartition(':')[2]}"[:LONGEST_NAME],
        summary=sns.maybe("Message", longest=LONGEST_SUMMARY),
        started_at=at,
        at=at,
        labels=labels({"topic": topic}),
    )
