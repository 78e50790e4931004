"""`quarterdeck eval`: runs are listed, compared and drawn without a server."""

import json
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
    ended = quarterdeck("eval", "run", "intent")
    assert ended.code != 0
    assert "expected a checkout" in ended.err
