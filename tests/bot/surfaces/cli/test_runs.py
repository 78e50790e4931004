"""Watching a plan on the command line, and putting a hand on it; `runs` without a command lists and shows."""

import json
from datetime import timedelta

import pytest
from rich.console import Console

from bot.surfaces.cli.watching import length, progress
from memory.model.run import RunStatus
from memory.model.talk import Card, CardStep
from tests.bot.surfaces.cli.conftest import FakeHost, Terminal
from tests.fakes.time import MIDNIGHT


@pytest.fixture
def run(quarterdeck: Terminal, host: FakeHost) -> str:
    """Have alice plan a rollback, and let it be under way."""
    held: str = quarterdeck("plan", "--json", "roll back checkout").json["run"]["id"]
    host.desk.change(held, status=RunStatus.RUNNING)
    return held


def test_without_a_command_it_lists_and_with_an_id_it_shows(quarterdeck: Terminal, run: str) -> None:
    assert [each["id"] for each in quarterdeck("runs", "--json").json["items"]] == [run]
    assert quarterdeck("runs", "--status", "denied", "--json").json["items"] == []
    assert quarterdeck("runs", run, "--json").json["run"]["id"] == run
    assert quarterdeck("runs", "list").code == 0
    assert "watch" in quarterdeck("runs", "--help").out


@pytest.mark.parametrize(("how", "state"), [("pause", "Paused by Bob"), ("cancel", "Cancelled by Bob")])
def test_who_steered_it_and_why_stands_on_the_card(quarterdeck: Terminal, run: str, how: str, state: str) -> None:
    ended = quarterdeck("runs", how, run, "--reason", "looking first", "--as", "bob")
    assert ended.code == 0
    assert state in ended.out
    assert "looking first" in ended.out


def test_what_was_paused_goes_on(quarterdeck: Terminal, run: str, host: FakeHost) -> None:
    quarterdeck("runs", "pause", run)
    assert host.desk.held[run].wish is not None
    assert quarterdeck("runs", "resume", run).code == 0
    assert host.desk.held[run].wish is None


def test_a_cancelled_run_can_keep_what_it_did(quarterdeck: Terminal, run: str, host: FakeHost) -> None:
    quarterdeck("runs", "cancel", run, "--leave")
    wish = host.desk.held[run].wish
    assert wish is not None
    assert wish.leave


def test_steering_says_clearly_what_is_wrong(quarterdeck: Terminal, run: str, host: FakeHost) -> None:
    assert quarterdeck("runs", "pause", run, "--json", "--as", "vic").json["error"]["code"] == "policy.denied"
    assert quarterdeck("runs", "pause", "run_none", "--json").json["error"]["code"] == "resource.not_found"
    host.desk.change(run, status=RunStatus.SUCCEEDED)
    ended = quarterdeck("runs", "pause", run, "--json").json["error"]
    assert ended["code"] == "resource.conflict"
    assert "succeeded" in ended["message"]


def test_watching_follows_a_plan_to_its_end(quarterdeck: Terminal, run: str) -> None:
    quarterdeck("runs", "cancel", run)
    watched = quarterdeck("runs", "watch", run)
    assert watched.code == 0
    assert "Cancelled by Alice" in watched.out


def test_for_a_program_each_change_is_a_line(quarterdeck: Terminal) -> None:
    held = quarterdeck("plan", "--json", "roll back checkout").json["run"]
    quarterdeck("approve", held["id"], "--yes", "--no-wait", "--as", "bob")
    watched = quarterdeck("runs", "watch", held["id"], "--json", "--every", "0.1")
    lines = [json.loads(line) for line in watched.out.splitlines()]
    assert watched.code == 0
    assert lines[-1]["status"] == "succeeded"
    assert lines[-1]["steps"][0]["status"] == "verified"


def test_a_plan_that_did_not_work_ends_with_one(quarterdeck: Terminal, run: str, host: FakeHost) -> None:
    host.desk.change(run, status=RunStatus.UNDONE)
    assert quarterdeck("runs", "watch", run).code == 1
    assert quarterdeck("runs", "watch", "run_none").code != 0


def test_a_narrow_terminal_shows_every_step_with_its_time_and_what_it_waits_for() -> None:
    steps = (
        CardStep(says="Roll back checkout", tool="t", arguments=(), status="verified", took_s=3.2),
        CardStep(
            says="Restart it",
            tool="t",
            arguments=(),
            status="done",
            started_at=MIDNIGHT - timedelta(seconds=75),
            waiting="Waits for: the error rate is below 2 % (8 % now).",
        ),
        CardStep(says="Tell people", tool="t", arguments=()),
    )
    card = Card(
        run="run_1", title="Calm it", status="running", plan_digest="ab" * 32, requester="Alice", steps=steps
    )
    narrow = Console(width=30, record=True)
    with narrow.capture() as shown:
        narrow.print(progress(card, MIDNIGHT))
    told = shown.get()
    assert max(map(len, told.splitlines())) <= 30
    words = " ".join(told.split())
    assert "1 of 3 steps" in words
    assert "Roll back checkout 3.2 s" in words
    assert "1 min 15 s" in words
    assert "8 % now" in words
    assert "Tell people pending" in words


@pytest.mark.parametrize(("seconds", "told"), [(0.42, "0.4 s"), (12.4, "12 s"), (185, "3 min 5 s")])
def test_a_length_of_time_is_short(seconds: float, told: str) -> None:
    assert length(seconds) == told
