"""Deciding on the command line: the card first, a digest always, and never without being asked."""

import pytest

from tests.bot.surfaces.cli.conftest import FakeHost, Terminal


@pytest.fixture
def run(quarterdeck: Terminal) -> dict[str, str]:
    """Have alice plan a rollback; return the run's id and digest."""
    view = quarterdeck("plan", "--json", "roll back checkout").json
    return {"id": view["run"]["id"], "digest": view["run"]["plan_digest"]}


def test_another_person_approves_and_sees_how_it_ends(quarterdeck: Terminal, run: dict[str, str]) -> None:
    ended = quarterdeck("approve", run["id"], "--yes", "--as", "bob")
    assert ended.code == 0
    assert run["digest"] in ended.out
    assert "Rolled back and verified." in ended.out


def test_the_decision_carries_the_digest_that_was_shown(
    quarterdeck: Terminal, run: dict[str, str], host: FakeHost
) -> None:
    view = quarterdeck("approve", run["id"], "--yes", "--json", "--as", "bob", "--reason", "seen").json
    (approval,) = host.desk.held[run["id"]].approvals
    assert approval.plan_digest == run["digest"] == view["run"]["plan_digest"]
    assert (approval.approver, approval.reason) == ("bob", "seen")


def test_a_digest_of_another_plan_stops_before_anything_is_sent(
    quarterdeck: Terminal, run: dict[str, str], host: FakeHost
) -> None:
    ended = quarterdeck("approve", run["id"], "--digest", "0000", "--yes", "--json", "--as", "bob")
    assert (ended.code, ended.json["error"]["code"]) == (7, "approval.digest_mismatch")
    assert host.desk.held[run["id"]].approvals == ()


def test_nobody_to_ask_and_no_yes_decides_nothing(
    quarterdeck: Terminal, run: dict[str, str], host: FakeHost
) -> None:
    ended = quarterdeck("approve", run["id"], "--as", "bob")
    assert ended.code == 2
    assert "--yes" in ended.err
    assert host.desk.held[run["id"]].approvals == ()


def test_whoever_asked_for_the_plan_cannot_approve_it(quarterdeck: Terminal, run: dict[str, str]) -> None:
    ended = quarterdeck("approve", run["id"], "--yes", "--json")
    assert (ended.code, ended.json["error"]["code"]) == (7, "approval.self")


def test_a_second_yes_changes_nothing(quarterdeck: Terminal, run: dict[str, str]) -> None:
    quarterdeck("approve", run["id"], "--yes", "--as", "bob")
    ended = quarterdeck("approve", run["id"], "--yes", "--json", "--as", "cara")
    assert (ended.code, ended.json["error"]["code"]) == (7, "approval.already_decided")


def test_a_no_is_recorded_with_its_reason(quarterdeck: Terminal, run: dict[str, str], host: FakeHost) -> None:
    ended = quarterdeck("deny", run["id"], "--yes", "--as", "bob", "--reason", "not now")
    assert ended.code == 0
    assert host.desk.held[run["id"]].approvals[0].reason == "not now"


def test_a_plan_of_ones_own_can_be_taken_back(quarterdeck: Terminal, run: dict[str, str]) -> None:
    assert quarterdeck("withdraw", run["id"], "--json").json["run"]["status"] == "cancelled"


def test_plans_are_listed_and_filtered(quarterdeck: Terminal, run: dict[str, str]) -> None:
    assert run["id"] in quarterdeck("runs").out
    assert quarterdeck("runs", "--status", "denied", "--json").json["items"] == []
    assert quarterdeck("runs", run["id"], "--json").json["run"]["id"] == run["id"]


@pytest.mark.parametrize("unknown", ["run_none", "../status", "a b", "run/../x"])
def test_an_unknown_plan_is_an_error_whatever_was_typed(quarterdeck: Terminal, unknown: str) -> None:
    ended = quarterdeck("approve", unknown, "--yes", "--json")
    assert ended.code in {2, 4}
    assert "expected" in ended.json["error"]["message"]
