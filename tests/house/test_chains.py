"""The plugin that traces every action of every test finds what is missing, and is told of every exception."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.places import ROOT

TEST = """
import pytest
from pathlib import Path
from memory.store import Store
from tests.fakes.time import FakeClock
from tests.keys import LOG_KEY
from tests.memory.trace.story import story
from memory.model.record import Record
from tests.fakes.time import MIDNIGHT

pytestmark = {marks}

async def test_a(tmp_path: Path) -> None:
    store = await Store.open(f"sqlite:///{{tmp_path / 'q.db'}}", FakeClock(), LOG_KEY)
    for name, (actor, body) in story().items():
        if name != {left_out!r}:
            await store.ledger.append(
                Record(tenant="acme", at=MIDNIGHT, actor=actor, correlation="cor_1", body=body)
            )
    await store.close()
"""


def run_on(folder: Path, *, left_out: str = "", marks: str = "[]", workers: int = 0) -> tuple[int, str]:
    """Run a test that writes a story without one of its entries; return pytest's exit code and what it printed."""
    (folder / "pytest.ini").write_text("[pytest]\nasyncio_mode = auto\nmarkers = unchained(reason): by hand\n")
    (folder / "test_it.py").write_text(TEST.format(left_out=left_out, marks=marks))
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": ""}
    plugins = ["-p", "tests.conftest", "-p", "no:cacheprovider", "-n", str(workers)]
    run = [sys.executable, "-m", "pytest", "-q", *plugins, "test_it.py"]
    ended = subprocess.run(run, cwd=folder, env=environment, check=False, capture_output=True, text=True)
    return ended.returncode, ended.stdout


def test_actions_whose_chains_are_complete_are_counted(tmp_path: Path) -> None:
    code, said = run_on(tmp_path)
    assert code == pytest.ExitCode.OK, said
    assert "causality: actions 2, complete chains 2, exempt 0" in said


def test_what_several_processes_counted_is_added_up(tmp_path: Path) -> None:
    code, said = run_on(tmp_path, workers=1)
    assert code == pytest.ExitCode.OK, said
    assert "causality: actions 2, complete chains 2, exempt 0" in said


@pytest.mark.parametrize("left_out", ["interpretation", "grant"])
def test_an_action_that_lacks_a_link_fails_its_test(tmp_path: Path, left_out: str) -> None:
    code, said = run_on(tmp_path, left_out=left_out)
    assert code == pytest.ExitCode.TESTS_FAILED
    assert re.search(r"AssertionError: (effect|undo):r1/0 lacks \S+", said)


def test_a_test_that_says_why_is_exempt_and_counted_apart(tmp_path: Path) -> None:
    code, said = run_on(tmp_path, left_out="grant", marks='pytest.mark.unchained("by hand")')
    assert code == pytest.ExitCode.OK, said
    assert "causality: actions 0, complete chains 0, exempt 2" in said


def test_nobody_is_exempt_without_a_reason(tmp_path: Path) -> None:
    code, said = run_on(tmp_path, marks="pytest.mark.unchained")
    assert code == pytest.ExitCode.TESTS_FAILED
    assert "expected the reason why a test is unchained" in said
