"""Runbooks at the command line: new ones, checked ones, imported ones; and a scaffold whose test runs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bot.surfaces.cli.conftest import Terminal
from tests.runbooks.format.written import SOUND
from tests.runbooks.importing.sources import FOLDER, real


def filled(text: str) -> str:
    return (
        text.replace('owner: ""', "owner: platform")
        .replace('reviewed: ""', "reviewed: 2026-11-21")
        .replace('review_by: ""', "review_by: 2999-01-01")
        .replace('change: ""', "change: normal")
        .replace('data: ""', "data: internal")
    )


def test_a_new_runbook_says_what_is_still_to_be_filled_in_and_then_its_test_passes(
    quarterdeck: Terminal, tmp_path: Path
) -> None:
    assert quarterdeck("runbook", "new", "restart-search", "--into", str(tmp_path)).code == 0
    runbook, test = tmp_path / "restart-search.md", tmp_path / "test_restart_search.py"
    linted = quarterdeck("runbook", "lint", str(runbook), "--json")
    assert linted.code == 1
    codes = {each["code"] for each in linted.json["findings"]}
    assert codes == {
        "owner.empty",
        "compliance.reviewed",
        "compliance.review_by",
        "compliance.change",
        "compliance.data",
    }
    runbook.write_text(filled(runbook.read_text()))
    assert quarterdeck("runbook", "lint", str(runbook)).code == 0
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null", str(test)],
        capture_output=True, text=True, check=False, cwd=Path(__file__).parents[4],
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout
    assert quarterdeck("runbook", "new", "restart-search", "--into", str(tmp_path)).code != 0


def test_what_is_wrong_is_explained_with_file_line_and_caret(quarterdeck: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "it.md"
    path.write_text(SOUND.replace("deploy.rollback", "deploy.rolback"))
    shown = quarterdeck("runbook", "lint", str(tmp_path))
    assert shown.code == 1
    assert f"{path}:37:7: error tool.unknown" in shown.out
    assert "     |       ^" in shown.out


def test_files_of_others_are_imported_with_a_report_and_bad_ones_stop_no_other(
    quarterdeck: Terminal, tmp_path: Path
) -> None:
    source, into = tmp_path / "wiki", tmp_path / "mine"
    source.mkdir()
    (source / "a.md").write_text("# Disk full\n\n## Clean\n\n```sh\nrm -rf /tmp/x\n```\n")
    (source / "b.md").write_text("# Disk full\n\nWords.\n")
    (source / "c.json").write_text('{\n"mainSteps": 1}')
    shown = quarterdeck("runbook", "import", str(source), "--into", str(into))
    assert shown.code == 1
    assert "c.json:2: expected a list of mainSteps" in shown.out
    assert sorted(each.name for each in into.iterdir()) == [
        "_import-report.json", "_import-report.md", "disk-full-2.md", "disk-full.md",
    ]  # fmt: skip
    report = json.loads((into / "_import-report.json").read_text())
    assert report["imported"][0]["steps"][0]["effect"] == "destructive"
    assert quarterdeck("runbook", "lint", str(into)).code == 0


def test_all_real_runbooks_are_imported_in_one_go(quarterdeck: Terminal, tmp_path: Path) -> None:
    count = len(real())
    shown = quarterdeck("runbook", "import", *map(str, real()), "--into", str(tmp_path), "--json")
    assert shown.code == 0
    assert len(shown.json["imported"]) == count
    assert FOLDER.exists()
    assert quarterdeck("runbook", "lint", str(tmp_path), "--strict").code == 0


@pytest.mark.parametrize("given", ["UPPER", "../x", "a b", ""])
def test_an_id_that_is_none_writes_nothing(quarterdeck: Terminal, tmp_path: Path, given: str) -> None:
    assert quarterdeck("runbook", "new", given, "--into", str(tmp_path / "mine")).code == 2
    assert not (tmp_path / "mine").exists()


def test_runbooks_are_listed_shown_simulated_and_run(quarterdeck: Terminal) -> None:
    listed = quarterdeck("runbook", "list").out
    assert "roll-back-release" in listed
    assert "canary-release needs http.traffic-share" in listed
    assert "## 3. Take the release back" in quarterdeck("runbook", "show", "roll-back-release").out
    planned = quarterdeck("runbook", "plan", "roll-back-release", "service=checkout")
    assert planned.code == 0
    assert "Nothing of this was submitted" in planned.out
    simulated = quarterdeck("runbook", "simulate", "roll-back-release", "service=checkout")
    assert "version: 2 → 1" in simulated.out
    assert "after 1 approvals" in simulated.out
    assert quarterdeck("runbook", "run", "roll-back-release", "service=checkout").code in {0, 1}
    assert quarterdeck("runbook", "run", "roll-back-release", "service").code == 2
    assert quarterdeck("runbook", "run", "roll-back-release").code == 2
