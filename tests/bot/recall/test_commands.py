"""`quarterdeck recall`, `memory …` and `runbook find`, and the routes they speak to."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.recall.alerts import of_file
from bot.recall.alone import recalled
from bot.recall.postmortems import of_postmortem
from bot.recall.shelf import of_folder
from bot.settings import Settings
from bot.surfaces.ports import Ports
from memory.recall.cache import VectorCache
from memory.recall.entry import Query
from memory.recall.recalling import Remembered, RunbookMatch
from runbooks.catalogue import folder
from tests.bot.recall.conftest import Remembering
from tests.bot.surfaces.cli.conftest import FakeHost
from tests.fakes.embedding import WordEmbedder
from tests.fakes.time import MIDNIGHT, FakeClock
from tests.memory.opening import opened
from tests.terminal import typed

ALERT = {"name": "DiskFull", "labels": {"severity": "critical"}, "annotations": {"summary": "no space left"}}


class HostWithMemory(FakeHost):
    """A process whose store outlasts its commands."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.home = home

    @asynccontextmanager
    async def furnished(self) -> AsyncIterator[Ports]:
        async with opened(f"sqlite:///{self.home / 'memory.db'}", FakeClock()) as store:
            made = Remembering(store, FakeClock())
            made.ids = self.ids
            yield self.bare(recall=made.room)

    def find_runbooks(
        self, settings: Settings, payload: bytes, library: Path | None, limit: int
    ) -> tuple[RunbookMatch, ...]:
        assert library is not None
        shelf = of_folder(list(folder(library)), VectorCache(WordEmbedder(), self.home / "vectors.npz"))
        return shelf.find(of_file(payload), limit)

    def recall_files(
        self, settings: Settings, words: str, library: Path, services: tuple[str, ...], limit: int
    ) -> tuple[Remembered, ...]:
        model, now, keep = WordEmbedder(), MIDNIGHT, timedelta(days=1)
        memories = [
            of_postmortem(each.name, each.data.decode(), settings.tenant, read_at=now, keep=keep)
            for each in folder(library)
        ]
        query = Query(words=words, services=services, now=now)
        return recalled(query, memories, model, VectorCache(model), now=now, limit=limit)


def quarterdeck(host: HostWithMemory, *arguments: str, given: str = "") -> tuple[int, Any]:
    done = typed(*arguments, "--json", host=host, stdin=given)
    return done.exit_code, json.loads(done.stdout)


@pytest.fixture
def host(tmp_path: Path) -> HostWithMemory:
    return HostWithMemory(tmp_path)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    found = tmp_path / "library"
    found.mkdir()
    (found / "DiskFull.md").write_text("# DiskFull\n\nNo space left: rotate logs.\n")
    (found / "certificates.md").write_text("# Certificates\n\nRenew what expires.\n")
    return found


def test_what_is_kept_is_recalled_counted_and_forgotten_by_commands(host: HostWithMemory) -> None:
    code, kept = quarterdeck(host, "memory", "keep", "never restart search at night", "--service", "search")
    assert (code, kept["kind"], kept["services"]) == (0, "preference", ["search"])
    code, found = quarterdeck(host, "recall", "may I restart search at night")
    assert (code, [each["title"] for each in found["memories"]]) == (0, ["never restart search at night"])
    assert quarterdeck(host, "memory", "show") == (0, {"memories": {"preference": 1}, "index": ""})
    assert quarterdeck(host, "memory", "forget", kept["subject"]) == (0, {"memories": 1})
    assert quarterdeck(host, "recall", "never restart search at night")[1]["memories"] == []


def test_an_empty_question_is_an_error_and_a_long_one_is_not(host: HostWithMemory) -> None:
    code, found = quarterdeck(host, "recall", " ")
    assert (code, found["error"]["code"]) == (2, "input.invalid")
    assert quarterdeck(host, "recall", "x" * 100_000)[0] == 1


def test_only_administrators_make_the_index_anew(host: HostWithMemory) -> None:
    code, found = quarterdeck(host, "memory", "rebuild")
    assert (code, found["error"]["code"]) == (7, "policy.denied")


def test_post_mortems_of_a_folder_are_taught_and_recalled(host: HostWithMemory, tmp_path: Path) -> None:
    past = tmp_path / "past"
    past.mkdir()
    (past / "2024-03-01.md").write_text("# Search is slow\n\n## Root cause\n\nA full disk.\n", "utf-8")
    code, found = quarterdeck(host, "memory", "import", str(past))
    assert (code, found["error"]["code"]) == (7, "policy.denied")
    code, found = quarterdeck(host, "memory", "import", str(tmp_path / "none"))
    assert (code, "expected a folder with Markdown files" in found["error"]["message"]) == (2, True)
    code, found = quarterdeck(host, "recall", "search is slow", "--library", str(past))
    assert (code, found["memories"][0]["cause"], found["runbooks"]) == (0, "A full disk", [])
    assert quarterdeck(host, "recall", "zebra okapi", "--library", str(past))[0] == 1


def test_the_runbook_for_an_alert_is_found_in_a_folder_without_a_server(
    host: HostWithMemory, library: Path, tmp_path: Path
) -> None:
    file = tmp_path / "alert.json"
    file.write_text(json.dumps(ALERT))
    code, found = quarterdeck(host, "runbook", "find", "--alert", str(file), "--library", str(library))
    best = found["runbooks"][0]
    assert (code, best["file"], best["why"][0]) == (
        0,
        str(library / "DiskFull.md"),
        "it is for the alert of this name",
    )
    assert (
        quarterdeck(host, "runbook", "find", "--alert", "-", "--library", str(library), given=json.dumps(ALERT))[1]
        == found
    )
    assert (tmp_path / "vectors.npz").is_file()


def test_what_cannot_be_read_or_says_nothing_is_an_error(
    host: HostWithMemory, library: Path, tmp_path: Path
) -> None:
    def find(alert: str, given: str = "") -> tuple[int, Any]:
        return quarterdeck(host, "runbook", "find", "--alert", alert, "--library", str(library), given=given)

    for unreadable in (tmp_path / "missing.json", tmp_path):
        code, found = find(str(unreadable))
        assert (code, "expected to read the alert" in found["error"]["message"]) == (2, True)
    code, found = find("-", "{}")
    assert (code, found["error"]["code"]) == (2, "input.invalid")
    code, found = find("-", "zebra okapi")
    assert (code, found["runbooks"]) == (1, [])


def test_the_same_memory_is_shown_for_people(host: HostWithMemory) -> None:
    quarterdeck(host, "memory", "keep", "never restart search at night")
    done = typed("recall", "restart search at night", host=host)
    assert done.exit_code == 0
    assert "never restart search at night" in done.stdout
    assert "alike: the same words" in done.stdout
