"""The archive on the command line: taking away, checking, holding, erasing."""

import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.surfaces.ports import Ports
from tests.bot.surfaces.cli.conftest import FakeHost, Terminal
from tests.fakes.archive import PEOPLE, archive
from tests.fakes.doorkeeper import FakeDoorkeeper
from tests.keys import LOG_KEY

KEY = str(LOG_KEY.signer("acme").key)


class HostWithArchive(FakeHost):
    """A process whose house keeps an archive."""

    person = "ada"

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.folder = home

    @asynccontextmanager
    async def furnished(self) -> AsyncIterator[Ports]:
        async with archive(self.folder) as records:
            yield self.bare(doorkeeper=FakeDoorkeeper(PEOPLE), archive=records)


@pytest.fixture
def quarterdeck(tmp_path: Path) -> Terminal:
    return Terminal(HostWithArchive(tmp_path))


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_an_export_is_saved_for_its_owner_and_checks(quarterdeck: Terminal, tmp_path: Path, form: str) -> None:
    target = tmp_path / "part of the log"
    saved = quarterdeck("log", "export", "--format", form, "--kind", "message", "-o", str(target), "--json")
    assert saved.code == 0, saved.err
    assert target.stat().st_mode & 0o777 == 0o600
    checked = quarterdeck("log", "check-export", str(target), "--key", KEY, "--json")
    assert (checked.code, checked.json["shown"], checked.json["left_out"]) == (0, 1, 1)
    plain = quarterdeck("log", "check-export", str(target))
    assert "1 shown, 1 left out" in plain.out
    assert "Without --key" in plain.err


def test_a_changed_export_ends_with_the_code_of_a_corrupt_log(quarterdeck: Terminal, tmp_path: Path) -> None:
    target = tmp_path / "e.jsonl"
    quarterdeck("log", "export", "-o", str(target))
    target.write_bytes(target.read_bytes().replace(b'"m1"', b'"m2"', 1))
    assert quarterdeck("log", "check-export", str(target), "--key", KEY).code == 10


def test_a_pack_is_saved_and_verifies_on_its_own(quarterdeck: Terminal, tmp_path: Path) -> None:
    target = tmp_path / "evidence.zip"
    assert quarterdeck("log", "pack", "m1", "-o", str(target)).code == 0
    with zipfile.ZipFile(target) as pack:
        pack.extract("verify.py", tmp_path)
    command = [sys.executable, "-I", str(tmp_path / "verify.py"), str(target), "--key", KEY]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_what_cannot_be_had_leaves_no_file(quarterdeck: Terminal, tmp_path: Path) -> None:
    target = tmp_path / "evidence.zip"
    assert quarterdeck("log", "pack", "run_none", "-o", str(target)).code == 4
    assert quarterdeck("log", "export", "-o", str(target), "--as", "alice").code == 7
    assert quarterdeck("log", "export", "-o", str(tmp_path / "no" / "e.jsonl")).code == 2
    assert not list(tmp_path.glob("*evidence*"))


def test_erasing_asks_first_and_says_what_it_did(quarterdeck: Terminal) -> None:
    asked = quarterdeck("log", "erase", "--correlation", "cor_1")
    assert asked.code == 2
    assert "--yes" in asked.err
    assert "kept" in quarterdeck("log", "beside", "0").out
    done = quarterdeck("log", "erase", "--correlation", "cor_1", "--yes")
    assert (done.code, "1 texts erased" in done.out) == (0, True)
    assert "erased, see entry 2" in quarterdeck("log", "beside", "0").out


@pytest.mark.parametrize("given", [(), ("--correlation", "cor_1", "--person", "alice")])
def test_erasing_needs_turns_or_a_person(quarterdeck: Terminal, given: tuple[str, ...]) -> None:
    assert quarterdeck("log", "erase", "--yes", *given).code == 2


def test_a_hold_is_placed_listed_and_lifted(quarterdeck: Terminal) -> None:
    placed = quarterdeck("log", "hold", "place", "correlation", "cor_1", "--reason", "case", "--json").json["id"]
    refused = quarterdeck("log", "erase", "--correlation", "cor_1", "--yes")
    assert (refused.code, placed in refused.err) == (5, True)
    assert "correlation cor_1" in quarterdeck("log", "hold", "list").out
    assert quarterdeck("log", "hold", "lift", placed).code == 0
    assert quarterdeck("log", "erase", "--person", "alice", "--yes").code == 0


def test_retaining_only_says_what_it_would_do_unless_told(quarterdeck: Terminal) -> None:
    assert "would be erased" in quarterdeck("log", "retain").out
    assert "would be" not in quarterdeck("log", "retain", "--now").out


def test_the_log_is_listed_by_every_filter_with_names_for_those_who_may_know_them(quarterdeck: Terminal) -> None:
    quarterdeck("ask", "how are things?", "--as", "alice")
    words = ("--kind", "approval", "--kind", "denial", "--principal", "bob", "--tool", "deploy.rollback")
    times = ("--since", "7d", "--until", "2026-11-21T00:00:00+01:00")
    listed = quarterdeck("log", *words, *times, "--decision", "deny", "--incident", "inc_1")
    assert listed.code == 0, listed.err
    assert "Alice" in listed.out
    (asked,) = quarterdeck.host.desk.asked_of_log
    assert ([kind.value for kind in asked.kinds], asked.principal, asked.decision) == (
        ["approval", "denial"],
        "bob",
        "deny",
    )
    assert asked.since is not None
    assert asked.until is not None
    assert asked.until.isoformat() == "2026-11-20T23:00:00+00:00"


@pytest.mark.parametrize("when", ["yesterday-ish", "2026-11-20T03:00:00", "0h"])
def test_a_time_that_cannot_be_read_is_an_error_that_says_so(quarterdeck: Terminal, when: str) -> None:
    ended = quarterdeck("log", "list", "--since", when)
    assert (ended.code, "expected" in ended.err) == (2, True)
