"""Events of Amazon EventBridge: an alarm or a failure is an alert, what merely went its way is a change. Pure.

https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
"""

import base64
import json
import zlib
from collections.abc import Callable
from typing import Final

from memory.errors import PayloadInvalid
from memory.model.alert import AlertStatus
from memory.model.incident import Happening
from memory.model.value import JsonValue
from tools.webhooks import securityhub
from tools.webhooks.arns import console, ecs_service
from tools.webhooks.reading import Part, moment, sequence
from tools.webhooks.report import LONGEST_NAME, LONGEST_SUMMARY, Report, ReportKind, guide, labels, links, text
from tools.webhooks.severity import marked, severity

SOURCE: Final = "aws"
_STATES: Final = {"alarm": "firing", "insufficient_data": "firing", "ok": "resolved"}
_DEPLOYING: Final = ("aws.codedeploy", "aws.codepipeline", "aws.codebuild", "aws.ecr", "aws.amplify")
_FAILED: Final = frozenset(
    {
        *("failed", "failure", "failure_detected", "timed_out", "timeout", "stopped", "error", "unsuccessful"),
        *("rollback_in_progress", "service_deployment_failed", "fault"),
    }
)
_UNDER_WAY: Final = frozenset(
    ["started", "in_progress", "inprogress", "resumed", "ready", "pending", "queued", "start", "submitted"]
)
_MOST_LOG_BYTES: Final = 1_000_000  # unpacked: what is packed small may be very large
_FAILED_DEPLOY: Final = 3
_FINDINGS: Final = (("CRITICAL", 2), ("HIGH", 3))


def parsed(body: JsonValue) -> tuple[Report, ...]:
    """Return what the event tells of; raises `PayloadInvalid`. Requests to a function tell of nothing."""
    whole = Part(body)
    if whole.has("awslogs"):
        return (_logged(whole.part("awslogs")),)
    if whole.has("CodePipeline.job") or whole.has("configRuleId", "invokingEvent"):
        return ()  # somebody is asked to work: the first also carries credentials, which are read by nobody here
    kind, detail = whole.text("detail-type", longest=LONGEST_NAME), whole.part("detail")
    if kind in securityhub.KINDS:
        return securityhub.findings(detail, whole.moment("time"), _whereabouts(whole))
    known = _KINDS.get(kind)
    return (known(whole, detail) if known else _event(whole, kind, detail),)


def _alarm(whole: Part, detail: Part) -> Report:
    state = detail.part("state")
    status = AlertStatus(state.word(_STATES, "value"))
    at = state.maybe_moment("timestamp") or whole.moment("time")
    name = detail.text("alarmName", longest=LONGEST_NAME)
    own: dict[str, JsonValue] = {}
    for metric in sequence(detail.at("configuration", "metrics")):
        stat = Part(metric).maybe_part("metricStat", "metric") if isinstance(metric, dict) else Part({})
        own |= {
            **stat.maybe_part("dimensions").value,
            "metric": stat.at("name"),
            "namespace": stat.at("namespace"),
        }
    arn = whole.maybe("alarmArn") or next((text(each, 500) for each in sequence(whole.at("resources"))), "")
    uncertain = "low" if state.maybe("value").casefold() == "insufficient_data" else ""
    description = detail.maybe("configuration", "description")
    return Report(
        source=SOURCE,
        key=("alarm", arn or name),
        name=name,
        status=status,
        severity=severity(uncertain) or marked(name, description),
        summary=state.maybe("reason", longest=LONGEST_SUMMARY),
        description=description,
        started_at=at if status is AlertStatus.FIRING else None,
        ended_at=at if status is AlertStatus.RESOLVED else None,
        at=at,
        labels=labels({**own, "rule": detail.at("configuration", "alarmRule"), **_whereabouts(whole)}),
        links=(*guide(description), *links(source=console(arn))),
    )


def acted(whole: Part) -> Report:
    """Return the alarm that a function is called with, as an action of that alarm."""
    report = _alarm(whole, whole.part("alarmData"))
    return report.model_copy(update={"labels": labels({**report.labels, "account": whole.at("accountId")})})


def _event(whole: Part, kind: str, detail: Part) -> Report:
    """Return any other event: wrong where it says that something failed, else a change."""
    state = next((found for name in _SAYS if (found := detail.maybe(name))), "")
    word = state.casefold().replace("-", "_").replace(" ", "_")
    connected, level = detail.at("agentConnected"), detail.maybe("eventType").casefold()
    failed = word in _FAILED or "unsuccessful" in kind.casefold() or connected is False or level in _LEVELS
    failed = failed and detail.maybe("stopCode") not in _MEANT
    about = [found for name in _NAMES if (found := detail.maybe(name, longest=200))]
    resource = next((text(each, 300) for each in sequence(whole.at("resources"))), "")
    deploys = whole.maybe("source") in _DEPLOYING or "Deployment" in kind
    at = whole.moment("time")
    return Report(
        source=SOURCE,
        kind=ReportKind.ALERT if failed else ReportKind.CHANGE,
        key=(
            whole.text("source"),
            kind.removesuffix("Unsuccessful").removesuffix("Successful"),
            *(about or [resource]),
        ),
        name=kind,
        status=AlertStatus.FIRING if failed else AlertStatus.RESOLVED,
        severity=_FAILED_DEPLOY if failed else severity("info"),
        summary=" ".join(filter(None, (kind, *about, state)))[:LONGEST_SUMMARY],
        description=next((found for name in _WHY if (found := detail.maybe(name))), ""),
        started_at=at,
        ended_at=None if failed else at,
        at=at,
        labels=labels(
            {
                **{name: detail.at(name) for name in (*_NAMES, *_SAYS)},
                "service": ecs_service(detail.maybe("group")) or ecs_service(resource),
                **_whereabouts(whole),
            }
        ),
        links=links(logs=detail.at("additional-information", "logs", "deep-link")),
        happening=Happening.DEPLOY if deploys else None,
        settles=word not in _UNDER_WAY,
    )


_SAYS: Final = ("state", "build-status", "result", "StatusCode", "status", "eventName", "lastStatus", "eventType")
_NAMES: Final = (
    "application",
    "deploymentGroup",
    "instanceId",
    "pipeline",
    "stage",
    "action",
    "project-name",
    "repository-name",
    "AutoScalingGroupName",
    "containerInstanceArn",
    "serviceName",
    "group",
    "instance-id",
    "jobName",
    "stateMachineArn",
    "SourceIdentifier",
    "check-name",
)
_WHY: Final = (
    *("StatusMessage", "Cause", "reason", "stoppedReason", "statusReason", "cause", "error", "Message", "message"),
)
_LEVELS: Final = frozenset({"error", "warn"})  # how ECS rates its own events
_MEANT: Final = frozenset({"ServiceSchedulerInitiated", "UserInitiated"})  # why a task ended that was to end


def _scan(whole: Part, detail: Part) -> Report:
    counts = detail.maybe_part("finding-severity-counts")
    found = [(word, number) for word, number in _FINDINGS if counts.maybe(word) not in {"", "0"}]
    at, name = whole.moment("time"), detail.text("repository-name", longest=200)
    told = ", ".join(f"{counts.maybe(word)} {word.lower()}" for word, _ in found) or "nothing serious"
    return Report(
        source=SOURCE,
        kind=ReportKind.ALERT if found else ReportKind.CHANGE,
        key=("scan", name),
        name="ECR Image Scan",
        status=AlertStatus.FIRING if found else AlertStatus.RESOLVED,
        severity=found[0][1] if found else severity("info"),
        summary=f"The scan of {name} found {told}"[:LONGEST_SUMMARY],
        started_at=at,
        ended_at=None if found else at,
        at=at,
        labels=labels({"repository": name, "digest": detail.at("image-digest"), **_whereabouts(whole)}),
    )


def _health(whole: Part, detail: Part) -> Report:
    over = detail.maybe("statusCode").casefold() == "closed" or detail.maybe_moment("endTime") is not None
    words = next(
        (Part(each) for each in sequence(detail.at("eventDescription")) if isinstance(each, dict)), Part({})
    )
    return Report(
        source=SOURCE,
        key=("health", detail.maybe("eventArn") or detail.text("eventTypeCode")),
        name=detail.text("eventTypeCode", longest=LONGEST_NAME),
        status=AlertStatus.RESOLVED if over else AlertStatus.FIRING,
        severity=severity("high" if detail.maybe("eventTypeCategory") == "issue" else "info"),
        summary=words.maybe("latestDescription", longest=LONGEST_SUMMARY),
        started_at=moment(detail.at("startTime")) or whole.moment("time"),
        ended_at=(moment(detail.at("endTime")) or whole.moment("time")) if over else None,
        at=whole.moment("time"),
        labels=labels({"aws_service": detail.at("service"), **_whereabouts(whole)}),
    )


def _finding(whole: Part, detail: Part) -> Report:
    score = detail.at("severity")
    grave = isinstance(score, int | float) and score >= 7  # noqa: PLR2004 -- GuardDuty calls that high
    return Report(
        source=SOURCE,
        key=("finding", detail.text("id")),
        name=detail.text("type", longest=LONGEST_NAME),
        severity=severity("high" if grave else "medium"),
        summary=detail.maybe("title", longest=LONGEST_SUMMARY),
        description=detail.maybe("description"),
        started_at=moment(detail.at("createdAt")) or whole.moment("time"),
        at=whole.moment("time"),
        labels=labels(_whereabouts(whole)),
    )


def _database(whole: Part, detail: Part) -> Report:
    """Return what a database of RDS told: wrong where it failed or is about to, else a change."""
    categories = {text(each, 60).casefold() for each in sequence(detail.at("EventCategories"))}
    failed, at = bool(categories & _WRONG), whole.moment("time")
    name = detail.text("SourceIdentifier", longest=200)
    return Report(
        source=SOURCE,
        kind=ReportKind.ALERT if failed else ReportKind.CHANGE,
        key=("database", name, detail.maybe("EventID") if failed else "recovery"),
        name=whole.text("detail-type", longest=LONGEST_NAME),
        status=AlertStatus.FIRING if failed else AlertStatus.RESOLVED,
        severity=_FAILED_DEPLOY if failed else severity("info"),
        summary=f"{name}: {detail.maybe('Message', longest=LONGEST_SUMMARY - 300)}",
        started_at=moment(detail.at("Date")) or at,
        ended_at=None if failed else at,
        at=at,
        labels=labels(
            {"SourceIdentifier": name, "categories": " ".join(sorted(categories)), **_whereabouts(whole)}
        ),
        settles=not failed,
    )


_WRONG: Final = frozenset({"failure", "failover", "low storage"})


def committed(record: Part) -> Report:
    """Return a push to CodeCommit."""
    repository = record.text("eventSourceARN").rpartition(":")[2]
    at = record.moment("eventTime")
    refs = [Part(each).maybe("ref") for each in sequence(record.at("codecommit", "references"))]
    return Report(
        source=SOURCE,
        kind=ReportKind.CHANGE,
        key=("commit", repository),
        name="CodeCommit push",
        status=AlertStatus.RESOLVED,
        severity=severity("info"),
        summary=f"pushed to {repository}: {', '.join(filter(None, refs))}"[:LONGEST_SUMMARY],
        started_at=at,
        ended_at=at,
        at=at,
        labels=labels({"repository": repository, "region": record.at("awsRegion")}),
    )


def _logged(logs: Part) -> Report:
    """Return lines of a log that a filter let through, packed as gzip in base 64."""
    try:
        unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16)
        packed = base64.b64decode(logs.text("data", longest=1_500_000), validate=True)
        told = Part(json.loads(unpacking.decompress(packed, _MOST_LOG_BYTES)), "awslogs.data")
    except (ValueError, zlib.error) as error:
        raise PayloadInvalid(
            f"expected awslogs.data to be JSON, packed and in base 64, found: {error}", field="awslogs.data"
        ) from None
    lines = [Part(each) for each in sequence(told.at("logEvents")) if isinstance(each, dict)]
    group = told.text("logGroup", longest=LONGEST_NAME)
    at = moment(lines[0].at("timestamp")) if lines else None
    return Report(
        source=SOURCE,
        key=(
            "log",
            told.maybe("owner"),
            group,
            *sorted(text(each, 200) for each in sequence(told.at("subscriptionFilters"))),
        ),
        name=f"log {group}"[:LONGEST_NAME],
        severity=severity("minor"),
        summary=lines[0].maybe("message", longest=LONGEST_SUMMARY) if lines else "",
        description="\n".join(each.maybe("message", longest=400) for each in lines[:20]),
        started_at=at,
        at=at,
        labels=labels({"log_group": group, "log_stream": told.at("logStream"), "account": told.at("owner")}),
    )


def _whereabouts(whole: Part) -> dict[str, JsonValue]:
    return {"account": whole.at("account"), "region": whole.at("region"), "aws_source": whole.at("source")}


_KINDS: Final[dict[str, Callable[[Part, Part], Report]]] = {
    "CloudWatch Alarm State Change": _alarm,
    "ECR Image Scan": _scan,
    "AWS Health Event": _health,
    "GuardDuty Finding": _finding,
    "RDS DB Instance Event": _database,
    "RDS DB Cluster Event": _database,
}
