"""The files under deploy/ are read by other programs; here they are read the way those programs would."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from bot.settings import parsed
from bot.telemetry import Metrics
from tests.house.places import ROOT, named
from tests.servers import require

DEPLOY = ROOT / "deploy"
TEMPLATES = DEPLOY / "chart" / "templates"  # YAML once Helm has filled them in
YAML = [path for path in sorted(DEPLOY.rglob("*.y*ml")) if TEMPLATES not in path.parents]
SCRIPTS = [*sorted(DEPLOY.glob("*.sh")), ROOT / ".ci" / "run"]
_METRIC = re.compile(r"\bquarterdeck_[a-z_]+")
_HELP = re.compile(rb"^# TYPE (quarterdeck_[a-z_]+?)(?:_total)? ", re.MULTILINE)
_COPY = re.compile(r"^COPY (?!--from)(.+) \S+$", re.MULTILINE)


def read_yaml(path: Path) -> dict[str, object]:
    """Return a YAML document, which has to be a mapping."""
    document = yaml.safe_load(path.read_text())
    assert isinstance(document, dict)
    return document


@pytest.mark.parametrize("path", YAML, ids=named)
def test_yaml_is_yaml(path: Path) -> None:
    assert read_yaml(path)


@pytest.mark.parametrize("path", sorted(DEPLOY.rglob("*.json")), ids=named)
def test_json_is_json(path: Path) -> None:
    assert json.loads(path.read_text())


@pytest.mark.parametrize("path", SCRIPTS, ids=named)
def test_a_script_parses_and_stops_at_its_first_error(path: Path) -> None:
    subprocess.run(["bash", "-n", path], check=True)
    assert "\nset -euo pipefail\n" in path.read_text()


def test_prometheus_takes_its_configuration_and_rules() -> None:
    check = [require("promtool"), "check", "config", str(DEPLOY / "prometheus" / "prometheus.yml")]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_rules_and_dashboard_name_only_metrics_that_exist() -> None:
    files = [DEPLOY / "prometheus" / "rules.yml", *sorted((DEPLOY / "grafana").glob("*.json"))]
    named_there = {name for file in files for name in _METRIC.findall(file.read_text())}
    exposed = {name.decode() for name in _HELP.findall(Metrics().text())}
    assert {re.sub(r"_(bucket|count|sum|total)$", "", name) for name in named_there} - exposed == set()


def test_the_settings_to_start_from_are_valid() -> None:
    settings = parsed(tomllib.loads((DEPLOY / "quarterdeck.toml").read_text()))
    assert settings.people
    assert settings.services


def test_the_image_copies_only_what_exists() -> None:
    sources = [source for line in _COPY.findall((DEPLOY / "Containerfile").read_text()) for source in line.split()]
    assert [source for source in sources if not (ROOT / source).exists()] == []


def test_the_image_does_not_run_as_root() -> None:
    assert re.search(r"^USER [1-9]\d*$", (DEPLOY / "Containerfile").read_text(), re.MULTILINE)


def test_compose_mounts_only_what_exists() -> None:
    services = read_yaml(DEPLOY / "compose.yaml")["services"]
    assert isinstance(services, dict)
    mounts = [mount.split(":")[0] for service in services.values() for mount in service.get("volumes", ())]
    assert [mount for mount in mounts if mount.startswith(".") and not (DEPLOY / mount).exists()] == []


def test_the_hooks_before_a_commit_are_valid() -> None:
    validate = [sys.executable, "-m", "pre_commit", "validate-config", str(ROOT / ".pre-commit-config.yaml")]
    subprocess.run(validate, check=True)
