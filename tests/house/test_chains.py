"""The plugin that traces every action of every test finds what is missing, and is told of every exception."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.places import ROOT

WRITING = """
import pytest
from pathlib import Path
from memory.store import Store
from tests.fakes.time import FakeClock
from tests.keys import LOG_KEY
from tests.memory.trace.story import story
from memory.model.record import Record
from tests.fakes.time import MIDNIGHT

async def write(folder: Path, left_out: str = "") -> None:
    store = await Store.open(f"sqlite:///{folder / 'q.db'}", FakeClock(), LOG_KEY)
    for name, (actor, body) in story().items():
        if name != left_out:
            await store.ledger.append(
                Record(tenant="acme", at=MIDNIGHT, actor=actor, correlation="cor_1", body=body)
            )
    await store.close()

async def test_whole(tmp_path: Path) -> None:
    await write(tmp_path)
"""
FLAWED = """
async def test_without_an_interpretation(tmp_path: Path) -> None:
    await write(tmp_path, left_out="interpretation")

async def test_without_a_grant(tmp_path: Path) -> None:
    await write(tmp_path, left_out="grant")

@pytest.mark.unchained("by hand")
async def test_exempt_for_a_reason(tmp_path: Path) -> None:
    await write(tmp_path, left_out="grant")

@pytest.mark.unchained
async def test_exempt_for_none(tmp_path: Path) -> None:
    await write(tmp_path)
"""


def run_on(folder: Path, test: str, *, workers: int = 0) -> tuple[int, str]:
    """Run tests that write stories under the plugin; return pytest's exit code and what it printed."""
    (folder / "pytest.ini").write_text("[pytest]\nasyncio_mode = auto\nmarkers = unchained(reason): by hand\n")
    (folder / "test_it.py").write_text(test)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": ""}
    plugins = ["-p", "tests.conftest", "-p", "no:cacheprovider", "-n", str(workers)]
    run = [sys.executable, "-m", "pytest", "-q", *plugins, "test_it.py"]
    ended = subprocess.run(run, cwd=folder, env=environment, check=False, capture_output=True, text=True)
    return ended.returncode, ended.stdout


@pytest.fixture(scope="module")
def flawed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What is printed of one story that is whole and four that are not, each in a test of its own."""
    code, said = run_on(tmp_path_factory.mktemp("flawed"), WRITING + FLAWED)
    assert code == pytest.ExitCode.TESTS_FAILED, said
    return said


def failure(said: str, test: str) -> str:
    """Return what is said of why a test failed, or could not begin; empty where it passed."""
    found = re.search(
        rf"^_+ (?:ERROR at \w+ of )?{test} _+$(.*?)(?=^_{{3,}} |^=+ )", said, re.MULTILINE | re.DOTALL
    )
    return found[1] if found else ""


def test_what_several_processes_counted_of_actions_with_complete_chains_is_added_up(tmp_path: Path) -> None:
    code, said = run_on(tmp_path, WRITING, workers=1)
    assert code == pytest.ExitCode.OK, said
    assert "causality: actions 2, complete chains 2, exempt 0" in said


@pytest.mark.parametrize("test", ["test_without_an_interpretation", "test_without_a_grant"])
def test_an_action_that_lacks_a_link_fails_its_test(flawed: str, test: str) -> None:
    assert re.search(r"AssertionError: (effect|undo):r1/0 lacks \S+", failure(flawed, test)), flawed


def test_an_action_whose_chain_is_complete_does_not(flawed: str) -> None:
    assert failure(flawed, "test_whole") == ""


def test_a_test_that_says_why_is_exempt_and_counted_apart(flawed: str) -> None:
    assert failure(flawed, "test_exempt_for_a_reason") == ""
    assert re.search(r"causality: actions \d+, complete chains \d+, exempt 2$", flawed, re.MULTILINE), flawed


def test_nobody_is_exempt_without_a_reason(flawed: str) -> None:
    assert "expected the reason why a test is unchained" in failure(flawed, "test_exempt_for_none")
