"""Each source by its own documentation: what is read, and what is said of what is missing."""

import base64
import gzip
import json
from contextlib import suppress
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from memory.errors import PayloadInvalid, QuarterdeckError
from memory.model.alert import AlertStatus
from memory.model.catalogue import Catalogue, Service
from memory.model.incident import Happening
from tools.webhooks import SOURCES, ReportKind, read
from tools.webhooks.mapping import Mapping
from tools.webhooks.placing import Placing
from tools.webhooks.reading import body, moment
from tools.webhooks.severity import severity

AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
FIRING: dict[str, Any] = {
    "status": "firing",
    "labels": {"alertname": "HighErrorRate", "severity": "page", "service": "checkout"},
    "annotations": {"summary": "5xx", "runbook_url": "https://wiki/high-error-rate"},
    "startsAt": "2026-11-20T03:00:00.123456789Z",
    "endsAt": "0001-01-01T00:00:00Z",
    "generatorURL": "http://prometheus/graph?g0.expr=up",
    "fingerprint": "c3a1f0b2d4e5f607",
}
ALERTMANAGER: dict[str, Any] = {"version": "4", "status": "firing", "externalURL": "http://am", "alerts": [FIRING]}
PAGERDUTY: dict[str, Any] = {
    "event": {
        "id": "01",
        "event_type": "incident.resolved",
        "occurred_at": "2026-11-20T03:10:00Z",
        "data": {
            "id": "Q1",
            "type": "incident",
            "status": "resolved",
            "title": "Checkout is down",
            "created_at": "2026-11-20T03:00:00Z",
            "service": {"summary": "checkout"},
            "priority": {"summary": "P2"},
            "html_url": "https://acme.pagerduty.com/incidents/Q1",
        },
    }
}
DATADOG: dict[str, Any] = {
    "id": "7",
    "title": "[Triggered on {service:checkout}] Error rate",
    "event_type": "query_alert_monitor",
    "last_updated": "1732071600000",
    "date": "1732071600000",
    "body": "5xx above 5 %",
    "alert_transition": "Triggered",
    "alert_id": "1234",
    "alert_scope": "service:checkout,env:prod",
    "priority": "P1",
    "link": "https://app.datadoghq.com/event/7",
    "org": {"id": "1", "name": "acme"},
}
GCP: dict[str, Any] = {
    "version": "1.2",
    "incident": {
        "incident_id": "0.abc",
        "state": "closed",
        "started_at": 1732071600,
        "ended_at": 1732072200,
        "policy_name": "Latency",
        "condition_name": "p99 above 2 s",
        "severity": "Critical",
        "summary": "p99 of checkout",
        "url": "https://console.cloud.google.com/monitoring",
        "resource": {"type": "k8s_container", "labels": {"container_name": "checkout"}},
    },
}
SENTRY: dict[str, Any] = {
    "action": "critical",
    "data": {
        "metric_alert": {
            "id": "5",
            "identifier": "9",
            "title": "errors above 10",
            "date_started": "2026-11-20T03:00:00Z",
            "projects": ["checkout"],
            "alert_rule": {"id": "3", "name": "errors", "environment": "production"},
        },
        "web_url": "https://sentry.io/alerts/9",
    },
}
ALARM: dict[str, Any] = {
    "AlarmName": "checkout-5xx",
    "AlarmArn": "arn:aws:cloudwatch:eu-west-1:1:alarm:checkout-5xx",
    "NewStateValue": "ALARM",
    "NewStateReason": "Threshold crossed",
    "StateChangeTime": "2026-11-20T03:00:00.000+0000",
    "Trigger": {"MetricName": "5XX", "Dimensions": [{"name": "ServiceName", "value": "checkout"}]},
}
LEGACY: dict[str, Any] = {"ruleId": 7, "ruleName": "Load", "state": "alerting", "message": "high", "tags": {}}


@pytest.mark.parametrize(
    ("source", "payload", "path", "field"),
    [
        ("alertmanager", ALERTMANAGER, ["alerts"], "alerts"),
        ("alertmanager", ALERTMANAGER, ["alerts", 0, "labels"], "alerts.0.labels"),
        ("alertmanager", ALERTMANAGER, ["alerts", 0, "labels", "alertname"], "alerts.0.labels.alertname"),
        ("alertmanager", ALERTMANAGER, ["alerts", 0, "startsAt"], "alerts.0.startsAt"),
        ("grafana", ALERTMANAGER, ["alerts", 0, "startsAt"], "alerts.0.startsAt"),
        ("grafana", LEGACY, ["state"], "state"),
        ("pagerduty", PAGERDUTY, ["event"], "event"),
        ("pagerduty", PAGERDUTY, ["event", "data", "id"], "event.data.id"),
        ("pagerduty", PAGERDUTY, ["event", "data", "status"], "event.data.status"),
        ("pagerduty", PAGERDUTY, ["event", "data", "title"], "event.data.title"),
        ("datadog", DATADOG, ["title"], "title"),
        ("gcp", GCP, ["incident"], "incident"),
        ("gcp", GCP, ["incident", "incident_id"], "incident.incident_id"),
        ("gcp", GCP, ["incident", "state"], "incident.state"),
        ("sentry", SENTRY, ["action"], "action"),
        ("cloudwatch", ALARM, ["NewStateValue"], "NewStateValue"),
    ],
)
def test_a_field_that_is_missing_is_named(
    source: str, payload: dict[str, Any], path: list[str | int], field: str
) -> None:
    broken: Any = deepcopy(payload)
    inner = broken
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    with pytest.raises(PayloadInvalid) as refused:
        read(source, broken)
    assert field in refused.value.field
    assert field in refused.value.message


def test_alertmanager_is_read_whole() -> None:
    (report,) = read("prometheus", ALERTMANAGER)
    assert (report.name, report.status, report.severity) == ("HighErrorRate", AlertStatus.FIRING, 1)
    assert report.started_at == datetime(2026, 11, 20, 3, 0, 0, 123456, tzinfo=UTC)
    assert report.ended_at is None
    assert {link.rel for link in report.links} == {"runbook", "graph", "source"}
    assert report.key[0] == FIRING["fingerprint"]


def test_what_resolved_ends_the_same_alert() -> None:
    over = {**FIRING, "status": "resolved", "endsAt": "2026-11-20T03:05:00Z"}
    (before,), (after,) = read("alertmanager", ALERTMANAGER), read("alertmanager", {"alerts": [over]})
    assert after.status is AlertStatus.RESOLVED
    assert before.fingerprint() == after.fingerprint()
    assert before.told(AT) != after.told(AT)


def test_the_same_news_is_the_same_whenever_it_comes() -> None:
    (report,) = read("alertmanager", ALERTMANAGER)
    assert report.told(AT) == report.told(datetime(2027, 1, 1, tzinfo=UTC))


def test_pagerduty_datadog_gcp_and_sentry_are_read_by_their_documentation() -> None:
    (pagerduty,) = read("pagerduty", PAGERDUTY)
    assert (pagerduty.status, pagerduty.severity, pagerduty.ended_at) == (
        AlertStatus.RESOLVED,
        2,
        datetime(2026, 11, 20, 3, 10, tzinfo=UTC),
    )
    (datadog,) = read("datadog", DATADOG)
    assert (datadog.name, datadog.severity, datadog.labels["service"]) == ("Error rate", 1, "checkout")
    (recovered,) = read("datadog", {**DATADOG, "title": "[Recovered] Error rate", "alert_transition": "Recovered"})
    assert recovered.status is AlertStatus.RESOLVED
    assert recovered.fingerprint() == datadog.fingerprint()
    (gcp,) = read("gcp", GCP)
    assert (gcp.status, gcp.severity, gcp.started_at) == (
        AlertStatus.RESOLVED,
        1,
        datetime(2024, 11, 20, 3, 0, tzinfo=UTC),
    )
    (sentry,) = read("sentry", SENTRY)
    assert (sentry.name, sentry.severity, sentry.labels["project"]) == ("errors", 1, "checkout")


def test_an_alarm_is_the_same_by_sns_raw_and_in_the_records_of_a_function() -> None:
    sns: dict[str, Any] = {
        "Type": "Notification",
        "MessageId": "m",
        "TopicArn": "arn:t",
        "Message": json.dumps(ALARM),
    }
    records: dict[str, Any] = {"Records": [{"EventSource": "aws:sns", "Sns": sns}]}
    found = [read("cloudwatch", each)[0] for each in (ALARM, sns, records)]
    assert len({each.fingerprint() for each in found}) == 1
    assert found[0].labels["ServiceName"] == "checkout"


def test_packed_log_lines_are_unpacked_within_bounds() -> None:
    told: dict[str, Any] = {
        "logGroup": "/aws/checkout",
        "logEvents": [{"timestamp": 1732071600000, "message": "boom"}],
    }
    packed = base64.b64encode(gzip.compress(json.dumps(told).encode())).decode()
    (report,) = read("aws", {"awslogs": {"data": packed}})
    assert (report.name, report.summary) == ("log /aws/checkout", "boom")
    bomb = base64.b64encode(gzip.compress(b" " * 50_000_000)).decode()
    with pytest.raises(PayloadInvalid, match=r"awslogs\.data"):
        read("aws", {"awslogs": {"data": bomb}})


def test_a_failed_deployment_is_an_alert_that_the_next_good_one_ends() -> None:
    told: dict[str, Any] = {
        "deployment": {"sha": "8efb8c8", "ref": "main", "environment": "production"},
        "deployment_status": {"state": "failure", "created_at": "2026-11-20T03:00:00Z"},
        "repository": {"full_name": "acme/checkout"},
        "sender": {"login": "alice"},
    }
    (failed,) = read("github", told)
    told["deployment_status"] = {"state": "success", "created_at": "2026-11-20T03:30:00Z"}
    (well,) = read("github", told)
    assert (failed.kind, failed.severity, failed.happening) == (ReportKind.ALERT, 2, Happening.DEPLOY)
    assert (well.kind, well.settles, well.fingerprint()) == (ReportKind.CHANGE, True, failed.fingerprint())


def test_a_cloud_event_is_read_by_its_own_fields_and_by_those_of_its_data() -> None:
    told: dict[str, Any] = {
        "specversion": "1.0",
        "id": "1",
        "source": "/monitors/7",
        "type": "com.acme.alert.fired",
        "time": "2026-11-20T03:00:00Z",
        "data": {"severity": "high", "service": "checkout", "message": "5xx"},
    }
    (report,) = read("cloudevents", told)
    assert (report.name, report.severity, report.started_at) == ("com.acme.alert.fired", 2, AT)
    with pytest.raises(PayloadInvalid, match="source"):
        read("cloudevents", {name: value for name, value in told.items() if name != "source"})


def test_a_mapping_of_the_settings_reads_what_nobody_else_knows() -> None:
    mapping = Mapping(
        items="$.events[*]",
        name=("$['check name']",),
        key=("$.id",),
        status=("$.mode",),
        resolved=("calm",),
        severity=("$.loudness",),
        severities={"loud": 1},
        started=("$.when.begun",),
        service=("$.about[0]",),
    )
    told: dict[str, Any] = {
        "events": [{"check name": "disk", "id": 4, "mode": "calm", "loudness": "LOUD", "about": ["checkout"]}]
    }
    (report,) = read("generic", told, mapping)
    assert (report.name, report.status, report.severity) == ("disk", AlertStatus.RESOLVED, 1)
    assert report.labels["service"] == "checkout"
    with pytest.raises(ValidationError, match="expected a path"):
        Mapping(name=("$..name",))


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ("2026-11-20T03:00:00Z", AT),
        ("2026-11-20T04:00:00+01:00", AT),
        ("2026-11-20T03:00:00.000+0000", AT),
        ("2026-11-20 03:00:00.000000001 +0000 UTC", AT),
        ("2026-11-20 03:00:00", AT),
        (AT.timestamp(), AT),
        (int(AT.timestamp() * 1000), AT),
        (str(int(AT.timestamp())), AT),
        ("0001-01-01T00:00:00Z", None),
        (0, None),
        (None, None),
        ("yesterday", None),
        (True, None),
        (1e300, None),
    ],
)
def test_moments_are_read_however_they_are_written(told: Any, wanted: datetime | None) -> None:
    assert moment(told) == wanted


@pytest.mark.parametrize(
    ("word", "number"), [("CRITICAL", 1), ("sev-2", 2), ("Warning", 3), ("P4", 4), ("odd", None)]
)
def test_severities_are_told_in_many_words(word: str, number: int | None) -> None:
    assert severity(word) == number


CATALOGUE = Catalogue(
    services=(
        Service(name="checkout", aliases=("checkout-api",), environments=("production", "staging")),
        Service(name="payments"),
    )
)


@pytest.mark.parametrize(
    ("labels", "name", "wanted"),
    [
        ({"service": "Checkout_API"}, "x", ("checkout", None)),
        ({"app": "checkout", "env": "prod"}, "x", ("checkout", "production")),
        ({"repository": "acme/payments"}, "x", ("payments", "production")),
        ({"service": "unknown", "job": "payments"}, "x", ("payments", "production")),
        ({}, "PaymentsLatencyHigh", ("payments", "production")),
        ({}, "checkout and payments fail", (None, None)),
        ({"namespace": "staging"}, "x", (None, "staging")),
    ],
)
def test_service_and_place_are_found_by_the_rules(
    labels: dict[str, str], name: str, wanted: tuple[str | None, str | None]
) -> None:
    alert = {**FIRING, "labels": {"alertname": name, **labels}, "annotations": {}}
    (report,) = read("alertmanager", {"alerts": [alert]})
    assert Placing(CATALOGUE).place(report) == wanted


def test_links_that_a_browser_would_not_open_safely_are_none() -> None:
    bad = {**FIRING, "generatorURL": "javascript:alert(1)", "annotations": {"runbook_url": "file:///etc/passwd"}}
    (report,) = read("alertmanager", {"alerts": [bad]})
    assert report.links == ()


@pytest.mark.parametrize(
    "raw", [b"\xff\xfe", b"{", b"NaN", b'{"a": Infinity}', b"[" * 100_000, b'"\\ud800"', b"null", b"3", b"[]"]
)
def test_bytes_that_are_no_payload_are_refused_or_tell_nothing(raw: bytes) -> None:
    for source in SOURCES:
        try:
            found = read(source, body(raw))
        except QuarterdeckError:
            found = ()  # in words: anything else would have gone through
        assert found == ()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
WHOLE = [ALERTMANAGER, PAGERDUTY, DATADOG, GCP, SENTRY, ALARM, LEGACY]


@given(st.sampled_from(SOURCES), json_values, st.sampled_from(WHOLE), st.randoms(use_true_random=False))
def test_whatever_comes_is_read_or_refused_in_words(source: str, odd: Any, whole: Any, random: Any) -> None:
    mixed = deepcopy(whole)
    inner = mixed
    while isinstance(inner, dict) and inner:
        key = random.choice(sorted(inner))
        if random.random() < 0.5:
            inner[key] = odd
            break
        inner = inner[key][0] if isinstance(inner[key], list) and inner[key] else inner[key]
    for payload in (odd, mixed):
        with suppress(QuarterdeckError):  # in words: anything else goes through
            assert all(report.name for report in read(source, payload))
