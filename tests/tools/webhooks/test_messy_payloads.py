"""Payloads as people and platforms really write them: what a careful reader would take out of each."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from memory.errors import PayloadInvalid
from memory.model.alert import AlertStatus
from memory.model.catalogue import Catalogue, Service
from tools.webhooks import ReportKind, read
from tools.webhooks.placing import Placing, named, short
from tools.webhooks.reading import moment
from tools.webhooks.report import guide
from tools.webhooks.severity import marked, severity

AT = datetime(2026, 5, 2, 10, 11, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("SEV 2", 2),
        ("1 - Critical", 1),
        ("High (P2)", 2),
        ("warn/ticket", 3),
        ("severity 4", 4),
        ("3", 3),
        ("P0", 1),
        ("0", None),
        ("tier1", None),
        ("not classified", None),
    ],
)
def test_a_severity_is_found_within_the_words_around_it(word: str, number: int | None) -> None:
    assert severity(word) == number


@pytest.mark.parametrize(
    ("title", "number"),
    [("[SEV1] queue", 1), ("critical: down", 1), ("[P2] [Triggered] x", 2), ("(Critical) disk", 1)]
    + [(said, None) for said in ("p99 latency", "Critical section", "S3 errors", "[OK] disk", "prod: down")],
)
def test_a_title_is_marked_with_a_severity_only_where_it_is_a_mark(title: str, number: int | None) -> None:
    assert marked(title) == number


def alertmanager(labels: dict[str, str], **common: Any) -> Any:
    alert: dict[str, Any] = {
        "status": "firing",
        "labels": {"alertname": "X", **labels},
        "startsAt": AT.isoformat(),
    }
    return read("alertmanager", {"alerts": [alert], **common})[0]


@pytest.mark.parametrize(
    ("labels", "service", "environment"),
    [
        ({"job": "kube-state-metrics", "pod": "cart-7d9f8b6c5d-abcde", "namespace": "shop-prod"}, "cart", "prod"),
        ({"job": "kube-state-metrics", "node": "ip-10-0-3-4"}, None, None),
        ({"job": "postgres_exporter"}, "postgres", None),
        ({"svc": "basket", "env": "prod"}, "basket", "prod"),
        ({"job": "federate", "exported_service": "orders"}, "orders", None),
        ({"destination_service_name": "ratings"}, "ratings", None),
        ({"statefulset": "pg-main", "namespace": "staging"}, "pg-main", "staging"),
        ({"project": "17"}, None, None),
    ],
)
def test_what_measures_or_numbers_a_service_is_not_taken_for_it(
    labels: dict[str, str], service: str | None, environment: str | None
) -> None:
    assert named(alertmanager(labels)) == (service, environment)


def test_names_within_what_a_platform_makes_of_them_are_found_in_the_catalogue() -> None:
    assert [short(each) for each in ("app/shop/50dc6c", "acme/shop", "shop.prod.svc.cluster.local")] == [
        "shop"
    ] * 3
    placing = Placing(Catalogue(services=(Service(name="shop", environments=("production", "staging")),)))
    (report,) = read("cloudwatch", {"AlarmName": "prod-5xx", "NewStateValue": "ALARM", "Trigger": TRIGGER})
    assert placing.place(report) == ("shop", "production")
    assert placing.place(alertmanager({"namespace": "shop", "cluster": "eu-staging-1"})) == ("shop", "staging")


TRIGGER: dict[str, Any] = {
    "Metrics": [
        {"Id": "e1", "Expression": "m1/m2"},
        {
            "Id": "m1",
            "MetricStat": {
                "Metric": {
                    "MetricName": "5XX",
                    "Namespace": "AWS/ApplicationELB",
                    "Dimensions": [{"name": "LoadBalancer", "value": "app/shop/50dc6c"}],
                }
            },
        },
    ]
}


def test_what_a_group_has_in_common_counts_where_an_alert_does_not_say_it() -> None:
    common = {
        "commonLabels": {"service": "zeta", "severity": "critical"},
        "commonAnnotations": {"summary": "broken"},
    }
    report = alertmanager({}, **common)
    assert (report.labels["service"], report.severity, report.summary) == ("zeta", 1, "broken")
    assert report.fingerprint() == alertmanager({}).fingerprint()


def test_an_alarm_says_its_metric_expression_page_runbook_and_marked_severity() -> None:
    arn = "arn:aws:cloudwatch:eu-west-1:1:alarm:shop 5xx"
    told: dict[str, Any] = {
        "AlarmName": "[SEV2] shop",
        "AlarmArn": arn,
        "NewStateValue": "ALARM",
        "Trigger": TRIGGER,
    }
    (report,) = read("cloudwatch", {**told, "AlarmDescription": "Runbook: https://wiki/5xx."})
    assert (report.severity, report.labels["metric"], report.labels["expression"]) == (2, "5XX", "m1/m2")
    assert [(link.rel, link.href) for link in report.links] == [
        ("runbook", "https://wiki/5xx"),
        (
            "source",
            "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#alarmsV2:alarm/shop%205xx",
        ),
    ]


def test_an_alarm_without_its_name_is_refused_by_that_fields_name_within_a_notification() -> None:
    sns: dict[str, Any] = {
        "Type": "Notification",
        "MessageId": "m",
        "TopicArn": "arn:t",
        "Message": '{"NewStateValue": "ALARM"}',
    }
    with pytest.raises(PayloadInvalid, match=r"Message\.AlarmName"):
        read("cloudwatch", sns)


def test_what_others_publish_to_a_topic_as_json_is_read_as_their_alert() -> None:
    inner: dict[str, Any] = {"alerts": [{"status": "resolved", "labels": {"alertname": "Q", "service": "q"}}]}
    sns: dict[str, Any] = {
        "Type": "Notification",
        "MessageId": "m",
        "TopicArn": "arn:t",
        "Message": json.dumps(inner),
    }
    (report,) = read("cloudwatch", sns)
    assert (report.name, report.status, report.source) == ("Q", AlertStatus.RESOLVED, "cloudwatch")


def ecs(detail: dict[str, Any], kind: str = "ECS Task State Change") -> Any:
    arn = "arn:aws:ecs:us-east-1:1:service/prod/shop"
    event: dict[str, Any] = {
        "detail-type": kind,
        "source": "aws.ecs",
        "time": AT.isoformat(),
        "resources": [arn],
        "detail": detail,
    }
    return read("aws", event)[0]


def test_a_task_that_was_to_end_is_no_failure_and_a_service_that_warns_is_one() -> None:
    died = ecs({"group": "service:shop", "lastStatus": "STOPPED", "stopCode": "EssentialContainerExited"})
    meant = ecs({"group": "service:shop", "lastStatus": "STOPPED", "stopCode": "ServiceSchedulerInitiated"})
    warns = ecs({"eventType": "WARN", "eventName": "SERVICE_TASK_START_IMPAIRED"}, "ECS Service Action")
    assert [each.kind for each in (died, meant, warns)] == [ReportKind.ALERT, ReportKind.CHANGE, ReportKind.ALERT]
    assert [each.labels["service"] for each in (died, meant, warns)] == ["shop"] * 3


@pytest.mark.parametrize(
    "told",
    [
        {
            "ALERT_ID": "5",
            "ALERT_TITLE": "Latency",
            "ALERT_TRANSITION": "Recovered",
            "ALERT_SCOPE": "service:shop",
        },
        {"alertId": "5", "alertTitle": "Latency", "alertTransition": "Recovered", "alertScope": "service:shop"},
        {"alert": {"id": "5", "title": "Latency", "transition": "Recovered", "scope": "service:shop"}},
        {"alert_id": "5", "title": "[P2] [Recovered on {service:shop}] Latency", "hostname": "$HOSTNAME"},
    ],
)
def test_variables_of_datadog_are_found_however_they_are_written(told: dict[str, Any]) -> None:
    (report,) = read("datadog", told)
    assert (report.name, report.status, report.key) == ("Latency", AlertStatus.RESOLVED, ("5", "service:shop"))
    assert (report.labels["service"], "host" in report.labels) == ("shop", False)


def test_how_loud_an_event_of_datadog_is_says_nothing_of_how_bad_it_is() -> None:
    (report,) = read(
        "datadog", {"title": "Down", "priority": "normal", "alert_type": "error", "body": "%%%\n5 %\n%%%"}
    )
    assert (report.severity, report.summary) == (2, "5 %")
    (over,) = read("datadog", {"title": "Down", "alert_transition": "Recovered", "alert_type": "success"})
    assert over.severity is None


def test_what_a_monitor_sends_to_pagerduty_is_read_with_its_end() -> None:
    payload: dict[str, Any] = {
        "summary": "Replica lags",
        "severity": "error",
        "source": "db-1",
        "component": "postgres",
    }
    (fired,) = read("pagerduty", {"event_action": "trigger", "dedup_key": "db/lag", "payload": payload})
    (over,) = read("pagerduty", {"event_action": "resolve", "dedup_key": "db/lag"})
    assert (fired.name, fired.severity, named(fired)[0]) == ("Replica lags", 2, "postgres")
    assert (over.status, over.fingerprint()) == (AlertStatus.RESOLVED, fired.fingerprint())


def test_a_query_of_grafana_that_fails_says_of_which_rule_and_shows_its_picture() -> None:
    labels: dict[str, Any] = {"alertname": "DatasourceError", "rulename": "Payments p99"}
    alert: dict[str, Any] = {
        "status": "firing",
        "labels": labels,
        "startsAt": AT.isoformat(),
        "imageURL": "https://g/i.png",
    }
    (report,) = read("grafana", {"alerts": [{**alert, "annotations": {"Error": "timeout"}}]})
    assert report.summary == "Payments p99: timeout"
    assert "https://g/i.png" in {link.href for link in report.links}


EVENT: dict[str, Any] = {"specversion": "1.0", "id": "1", "source": "/m", "type": "com.acme.disk.fired"}


def test_events_come_in_batches_in_base_64_as_words_and_with_extensions() -> None:
    packed = base64.b64encode(b'{"name": "Disk full", "severity": "major"}').decode()
    batch: list[Any] = [
        {**EVENT, "data_base64": packed},
        {**EVENT, "data": "full"},
        {**EVENT, "severity": "high", "service": "db"},
    ]
    first, second, third = read("cloudevents", batch)
    assert (first.name, first.severity, second.summary) == ("Disk full", 2, "full")
    assert (third.severity, third.labels["service"]) == (2, "db")
    with pytest.raises(PayloadInvalid, match=r"0\.source"):
        read("generic", [{name: each for name, each in EVENT.items() if name != "source"}])


def test_the_state_at_the_end_of_an_events_type_ends_what_began_under_the_same_type() -> None:
    (fired,), (over,) = (
        read("cloudevents", EVENT),
        read("cloudevents", {**EVENT, "type": "com.acme.disk.resolved"}),
    )
    assert (fired.status, over.status) == (AlertStatus.FIRING, AlertStatus.RESOLVED)
    assert fired.fingerprint() == over.fingerprint()


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ({"ProblemTitle": "Slow", "ProblemSeverity": "critical", "ImpactedEntity": "shop"}, ("Slow", 1, "shop")),
        ({"issue": {"fields": {"summary": "Slow", "priority": {"name": "Highest"}}}}, ("Slow", 1, None)),
        ({"short_description": "Slow", "priority": "2 - High", "cmdb_ci": "shop"}, ("Slow", 2, "shop")),
        ({"data": {"attributes": {"name": "Slow", "severity": "low"}}}, ("Slow", 4, None)),
    ],
)
def test_fields_are_found_in_any_writing_and_within_what_wraps_them(told: Any, wanted: tuple[Any, ...]) -> None:
    (report,) = read("generic", told)
    assert (report.name, report.severity, named(report)[0]) == wanted


def test_github_tells_only_of_what_changes_what_runs() -> None:
    repository: dict[str, Any] = {"full_name": "acme/shop", "default_branch": "main"}
    asked: dict[str, Any] = {"number": 1, "title": "x", "merged_at": AT.isoformat(), "base": {"ref": "other"}}
    assert read("github", {"repository": repository, "pull_request": asked}) == ()
    assert read("github", {"repository": repository, "action": "deleted", "release": {"tag_name": "v1"}}) == ()
    run: dict[str, Any] = {
        "name": "Deploy to production",
        "status": "completed",
        "conclusion": "failure",
        "head_branch": "main",
    }
    assert read("github", {"repository": repository, "workflow_run": run})[0].severity == 3


def test_moments_as_mail_writes_them_are_read() -> None:
    assert moment("Sat, 2 May 2026 10:11:12 GMT") == AT
    assert moment("Sat, 99 May") is None


def test_the_address_that_a_text_calls_its_runbook_is_a_link() -> None:
    assert guide("no", "see the [Runbook](https://wiki/a).")[0].href == "https://wiki/a"
    assert guide("https://wiki/a", "runbook: javascript:alert(1)") == ()


def test_each_finding_of_security_hub_is_an_alert_as_grave_as_its_label_until_it_passes() -> None:
    finding: dict[str, Any] = {
        "Id": "arn:1",
        "Title": "S3 buckets should block public access",
        "CreatedAt": AT.isoformat(),
        "Severity": {"Label": "HIGH"},
        "Compliance": {"Status": "FAILED"},
        "Resources": [{"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::logs"}],
    }
    passed = finding | {"Id": "arn:2", "Severity": {"Label": "CRITICAL"}, "Compliance": {"Status": "PASSED"}}
    put_away = finding | {"Id": "arn:3", "Severity": {"Label": "LOW"}, "Workflow": {"Status": "SUPPRESSED"}}
    event: dict[str, Any] = {
        "detail-type": "Security Hub Findings - Imported",
        "source": "aws.securityhub",
        "time": AT.isoformat(),
        "detail": {"findings": [finding, passed, put_away]},
    }
    found = read("aws", event)
    told = [(each.kind.value, each.severity, each.status.value) for each in found]
    assert told == [("alert", 2, "firing"), ("alert", 1, "resolved"), ("alert", 4, "resolved")]
    assert found[0].labels["resource"] == "arn:aws:s3:::logs"
