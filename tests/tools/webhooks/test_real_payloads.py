"""Payloads that real systems sent: each is read into alerts or changes, or is known to be neither."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from memory.errors import PayloadInvalid
from memory.model.value import JsonValue
from tools.webhooks import Report, ReportKind
from tools.webhooks.sources import read, read_any

DATA = Path(__file__).parents[4] / "shared" / "data" / "webhooks"
OTHERS = ("slack/", "teams", "LICENSES")  # of chats, not of monitoring
NEITHER = {
    "aws_events/codepipeline-job-event.json": "somebody is asked to work",
    "aws_events/config-event.json": "somebody is asked to evaluate a rule",
    "cloudwatch_sns/alerta_cloudwatch_subscription_confirmation.json": "a subscription asks to be confirmed",
    "github/issue_comment": "somebody wrote a comment",
    "github/push": "a push elsewhere than to the branch that is built from",
    "github_hubot_deploy_fixtures/pull_requests": "a pull request that is not merged",
    "github_hubot_deploy_fixtures/pushes": "a push elsewhere than to the branch that is built from",
}
REFUSED = {
    "other/alerta_telegram_ack.json": "a button was pressed in a chat",
    "other/alerta_telegram_close.json": "a button was pressed in a chat",
}


def payloads() -> Iterator[tuple[str, JsonValue]]:
    """Yield every payload by its name; templates hold several, each under `payload`."""
    for path in sorted(DATA.rglob("*.json")):
        name = path.relative_to(DATA).as_posix()
        if name.startswith(OTHERS):
            continue
        found = json.loads(path.read_text(encoding="utf-8"))
        if (
            isinstance(found, dict)
            and found
            and all(isinstance(v, dict) and "payload" in v for v in found.values())
        ):
            yield from ((f"{name}#{key}", each["payload"]) for key, each in found.items())
        else:
            yield name, found


PAYLOADS = dict(payloads()) if DATA.is_dir() else {}
there = pytest.mark.skipif(not PAYLOADS, reason=f"the payloads are not in {os.path.relpath(DATA)}")


@there
@pytest.mark.parametrize("name", [each for each in PAYLOADS if each not in REFUSED])
def test_every_payload_is_read_into_whole_alerts_or_is_known_to_be_neither(name: str) -> None:
    _, reports = read_any(PAYLOADS[name])
    if not reports:
        assert any(name.startswith(known) for known in NEITHER), name
    for report in reports:
        assert report.name
        assert len(report.fingerprint()) == 64
        assert report.severity is None or 1 <= report.severity <= 5
        assert Report.model_validate_json(report.model_dump_json()) == report


@there
@pytest.mark.parametrize("name", list(REFUSED))
def test_what_is_no_alert_at_all_is_refused_by_the_fields_it_misses(name: str) -> None:
    with pytest.raises(PayloadInvalid, match="expected a value in the field"):
        read_any(PAYLOADS[name])


@there
def test_github_tells_of_changes_and_of_failures_as_alerts() -> None:
    kinds = {
        name: read_any(body)[1][0].kind
        for name, body in PAYLOADS.items()
        if name.startswith("github/") and read_any(body)[1]
    }
    assert kinds["github/deployment_status/payload.json"] is ReportKind.CHANGE
    assert kinds["github/workflow_job/completed.failure.with-organization.payload.json"] is ReportKind.ALERT
    assert kinds["github/workflow_run/completed.payload.json"] is ReportKind.CHANGE
    assert kinds["github/dependabot_alert/created.payload.json"] is ReportKind.ALERT


@there
def test_each_folder_is_recognised_as_its_own_source() -> None:
    named = {"alertmanager": "alertmanager", "grafana": "grafana", "pagerduty": "pagerduty", "github": "github"}
    for name, body in PAYLOADS.items():
        wanted = named.get(name.split("/")[0])
        if wanted is not None:
            assert read_any(body)[0] == wanted, name


ODD: tuple[JsonValue, ...] = (
    None,
    "",
    -1,
    True,
    [],
    {},
    "x" * 50_000,
    ["a"],
    {"a": 1},
    [None],
    "\x00\ud83d\ude00",
)


def _paths(value: JsonValue, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield where everything in a payload stands; of lists the first item alone."""
    inside = value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    for name, each in inside:
        yield (*path, name)
        yield from _paths(each, (*path, name))


def _changed(value: JsonValue, path: tuple[str | int, ...], to: JsonValue) -> JsonValue:
    """Return a payload with something else at one place."""
    if not path:
        return to
    name, rest = path[0], path[1:]
    if isinstance(value, dict):
        return {key: _changed(each, rest, to) if key == name else each for key, each in value.items()}
    assert isinstance(value, list)
    return [_changed(each, rest, to) if place == name else each for place, each in enumerate(value)]


@there
@pytest.mark.parametrize("name", [each for each in PAYLOADS if each not in REFUSED])
def test_a_payload_with_anything_else_at_any_place_is_read_or_refused_by_the_name_of_a_field(name: str) -> None:
    body = PAYLOADS[name]
    source = read_any(body)[0]
    refused: list[PayloadInvalid] = []
    for number, path in enumerate(list(_paths(body))[:60]):
        try:
            read(source, _changed(body, path, ODD[number % len(ODD)]))
        except PayloadInvalid as error:
            refused.append(error)
    assert [each.message for each in refused if not each.field] == []
