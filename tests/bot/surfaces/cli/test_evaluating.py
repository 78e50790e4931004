"""`quarterdeck eval`: runs are listed, compared and drawn without a server."""

import json
import subprocess
from pathlib import Path

import pytest

from bot.evaluation import EvalRun, kept
from tests.bot.evaluation.test_runs import run
from tests.bot.surfaces.cli.conftest import Terminal


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for each in (run(hours=1, exact=0.8), run(hours=2, exact=0.9), run(hours=3, exact=0.7)):
        kept(each, tmp_path / "runs")
    return tmp_path / "runs"


def test_runs_are_listed_oldest_first(quarterdeck: Terminal, folder: Path) -> None:
    ended = quarterdeck("eval", "list", "--runs", str(folder), "--json")
    items = [EvalRun.model_validate(each) for each in json.loads(ended.out)["items"]]
    assert [each.revision for each in items] == ["r1", "r2", "r3"]
    assert "exact 0.9" in quarterdeck("eval", "list", "intent", "--runs", str(folder)).out


def test_what_got_worse_ends_the_comparison_with_1(quarterdeck: Terminal, folder: Path) -> None:
    ended = quarterdeck("eval", "compare", "intent", "--runs", str(folder))
    assert (ended.code, "worse" in ended.out) == (1, True)
    kept(run(hours=4, exact=0.75), folder)
    ended = quarterdeck("eval", "compare", "intent", "--runs", str(folder))
    assert (ended.code, "better" in ended.out) == (0, True)


def test_two_runs_are_compared_by_their_names(quarterdeck: Terminal, folder: Path) -> None:
    items = json.loads(quarterdeck("eval", "list", "--runs", str(folder), "--json").out)["items"]
    first, second, _ = (EvalRun.model_validate(each).name() for each in items)
    told = ("eval", "compare", "intent", "--before", first, "--after", second.removesuffix(".json"))
    ended = quarterdeck(*told, "--runs", str(folder))
    assert (ended.code, "better" in ended.out) == (0, True)
    ended = quarterdeck("eval", "compare", "intent", "--before", "intent-1", "--runs", str(folder))
    assert ended.code != 0
    assert "found 'intent-1'" in ended.err


def test_a_run_is_shown_by_its_name_and_the_last_by_its_suite(quarterdeck: Terminal, folder: Path) -> None:
    assert "0.7" in quarterdeck("eval", "show", "intent", "--runs", str(folder)).out
    (first, *_) = json.loads(quarterdeck("eval", "list", "--runs", str(folder), "--json").out)["items"]
    name = EvalRun.model_validate(first).name().removesuffix(".json")
    told = json.loads(quarterdeck("eval", "show", name, "--runs", str(folder), "--json").out)
    assert EvalRun.model_validate(told) == EvalRun.model_validate(first)
    assert quarterdeck("eval", "show", "voice", "--runs", str(folder)).code != 0


def test_a_new_folder_has_no_run_and_says_so(quarterdeck: Terminal, tmp_path: Path) -> None:
    ended = quarterdeck("eval", "list", "--runs", str(tmp_path / "nowhere"))
    assert (ended.code, "Nothing was measured yet." in ended.out) == (0, True)


def test_a_suite_is_measured_from_any_folder_and_its_run_kept_there(
    quarterdeck: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    asked: list[tuple[tuple[str, ...], Path]] = []

    def measured(words: tuple[str, ...], *, check: bool, cwd: Path) -> subprocess.CompletedProcess[str]:
        asked.append((words, cwd))
        return subprocess.CompletedProcess(words, int(check))

    monkeypatch.setattr("bot.surfaces.cli.evaluating.subprocess.run", measured)
    assert quarterdeck("eval", "run", "intent").code == 0
    ((words, cwd),) = asked
    assert (cwd / "tests" / "eval" / "suites.py").is_file()
    assert words[-3:] == ("--runs", str(tmp_path / "docs" / "eval" / "runs"), "intent")


def test_one_run_cannot_be_compared(quarterdeck: Terminal, tmp_path: Path) -> None:
    kept(run(exact=0.9), tmp_path)
    ended = quarterdeck("eval", "compare", "intent", "--runs", str(tmp_path))
    assert ended.code != 0
    assert "expected two runs of intent" in ended.err


def test_the_history_is_drawn_into_a_file(quarterdeck: Terminal, folder: Path, tmp_path: Path) -> None:
    drawn = tmp_path / "intent.svg"
    assert quarterdeck("eval", "history", "intent", "--out", str(drawn), "--runs", str(folder)).code == 0
    assert drawn.read_text().startswith("<svg ")


def test_measuring_needs_a_checkout(
    quarterdeck: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bot.surfaces.cli.evaluating.INSTALLED", tmp_path)
    ended = quarterdeck("eval", "run", "intent")
    assert ended.code != 0
    assert "expected a checkout" in ended.err
