"""The demo's walk as a person starts it: one command, real processes, one report."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.servers import require

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Run `quarterdeck demo --once --json` and return what it prints."""
    require("prometheus")
    require("prometheus-alertmanager")
    home: Path = tmp_path_factory.mktemp("home")
    done = subprocess.run(
        [sys.executable, "-m", "bot", "demo", "--once", "--json"],
        env=os.environ | {"QUARTERDECK_HOME": str(home)},
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_answer_cites_what_prometheus_really_said(report: dict[str, Any]) -> None:
    assert report["question"] == "What is wrong with checkout?"
    assert "[1]" in report["answer"]
    assert "prometheus" in {each["source"] for each in report["evidence"]}


def test_whoever_asked_could_not_approve_it(report: dict[str, Any]) -> None:
    assert report["plan"]["own_approval"] == "approval.self"
    assert report["plan"]["requester"] not in {each["by"] for each in report["approvals"]}


def test_what_was_approved_is_the_digest_that_was_proposed(report: dict[str, Any]) -> None:
    assert {each["digest"] for each in report["approvals"]} == {report["plan"]["digest"]}


def test_it_was_rolled_back_and_the_error_rate_says_so(report: dict[str, Any]) -> None:
    assert report["outcome"]["status"] == "succeeded"
    assert all(each["ok"] for each in report["verification"])
    assert report["verification"]


def test_the_alerts_declared_an_incident_by_themselves(report: dict[str, Any]) -> None:
    assert report["incident"]["declared_by"] == "quarterdeck"
    assert "checkout" in report["incident"]["services"]


def test_all_of_it_stands_in_the_log(report: dict[str, Any]) -> None:
    assert {"decided", "outcome", "approval", "check"} <= set(report["record"]["entries"])
    assert report["ok"]
