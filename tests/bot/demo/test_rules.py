"""The configuration files are what Prometheus's and Alertmanager's own checkers accept."""

import subprocess
from pathlib import Path

import pytest

from bot.demo.observability import located
from bot.demo.rules import RULES, alertmanager, prometheus
from memory.errors import DependencyMissing
from tests.servers import require


def checked(program: str, *arguments: str) -> str:
    done = subprocess.run([require(program), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_prometheus_accepts_its_configuration_and_its_alerts(tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_text(RULES)
    (tmp_path / "targets.json").write_text("[]")
    (tmp_path / "prometheus.yml").write_text(prometheus("127.0.0.1:9093"))
    assert "3 rules found" in checked("promtool", "check", "config", str(tmp_path / "prometheus.yml"))


def test_alertmanager_accepts_its_configuration(tmp_path: Path) -> None:
    (tmp_path / "alertmanager.yml").write_text(alertmanager("http://127.0.0.1:1/hooks/alertmanager", "secret"))
    assert "SUCCESS" in checked("amtool", "check-config", str(tmp_path / "alertmanager.yml"))


@pytest.mark.parametrize("program", ["prometheus", "alertmanager"])
def test_a_missing_program_is_an_error_that_says_how_to_get_it(
    program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DependencyMissing, match=program) as missing:
        located(program)
    assert "apt-get install" in missing.value.hint
