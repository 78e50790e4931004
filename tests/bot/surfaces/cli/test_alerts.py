"""`quarterdeck alert parse`: what a payload means, told on this machine alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import Process
from tests.terminal import typed

PAYLOAD: dict[str, Any] = {
    "version": "4",
    "receiver": "x",
    "alerts": [
        {
            "status": "firing",
            "labels": {"alertname": "HighErrorRate", "service": "Checkout API", "severity": "critical"},
            "annotations": {"summary": "\x1b[31mred"},
            "startsAt": "2026-11-20T03:00:00Z",
            "fingerprint": "c3a1f0b2d4e5f607",
        }
    ],
}


def ran(payload: object, *options: str, tmp_path: Path) -> tuple[int, str]:
    """Return the exit code and what was printed."""
    path = tmp_path / "payload.json"
    path.write_text(json.dumps(payload), encoding="utf-8")
    done = typed("alert", "parse", str(path), *options, host=Process())
    return done.exit_code, done.output


@pytest.fixture(autouse=True)
def _nothing_configured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("source", ["alertmanager", "prometheus", "any"])
def test_a_payload_is_told_as_one_json_document(tmp_path: Path, source: str) -> None:
    code, output = ran(PAYLOAD, "--source", source, "--json", tmp_path=tmp_path)
    (alert,) = json.loads(output)["alerts"]
    assert code == 0
    assert (alert["kind"], alert["status"], alert["severity"], alert["service"]) == (
        "alert",
        "firing",
        1,
        "Checkout API",
    )
    assert alert["dedup_key"].startswith("c3a1f0b2d4e5f607")
    assert alert["started_at"] == "2026-11-20T03:00:00Z"
    assert "\x1b" not in output


def test_a_payload_without_a_field_ends_with_the_fields_name(tmp_path: Path) -> None:
    broken = {**PAYLOAD, "alerts": [{**PAYLOAD["alerts"][0], "labels": {}}]}
    code, output = ran(broken, "--source", "alertmanager", "--json", tmp_path=tmp_path)
    error = json.loads(output)["error"]
    assert code == 2
    assert error["code"] == "payload.invalid"
    assert "alerts.0.labels.alertname" in error["message"]


def test_what_is_no_alert_is_an_answer_of_no(tmp_path: Path) -> None:
    comment = {"action": "created", "comment": {}, "repository": {"full_name": "a/b"}, "sender": {}}
    assert ran(comment, "--json", tmp_path=tmp_path)[0] == 1
