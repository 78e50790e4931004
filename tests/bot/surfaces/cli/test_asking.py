"""Asking on the command line: the answer, what it rests on, and what to type next."""

import pytest

from tests.bot.surfaces.cli.conftest import FakeHost, Terminal


def test_an_answer_shows_its_evidence_and_what_to_type_next(quarterdeck: Terminal) -> None:
    ended = quarterdeck("ask", "what", "is", "wrong", "with", "checkout")
    assert ended.code == 0
    assert "31 %" in ended.out
    assert "What was seen" in ended.out
    assert "→ quarterdeck ask Roll it back" in ended.out
    assert "cor_" in ended.out


def test_json_is_the_reply_and_nothing_else(quarterdeck: Terminal) -> None:
    reply = quarterdeck("ask", "--json", "what is wrong with checkout").json
    assert reply["kind"] == "answer"
    assert reply["evidence"]


def test_what_a_terminal_asks_next_goes_on_with_the_conversation(quarterdeck: Terminal) -> None:
    first = quarterdeck("ask", "--json", "what is wrong with checkout").json
    second = quarterdeck("ask", "--json", "and yesterday?").json
    other = quarterdeck("ask", "--json", "--new", "how are things?").json
    assert second["thread"] == first["thread"]
    assert other["thread"] != first["thread"]


def test_two_people_on_one_terminal_do_not_share_a_conversation(quarterdeck: Terminal) -> None:
    alice = quarterdeck("ask", "--json", "what is wrong with checkout").json
    bob = quarterdeck("ask", "--json", "--as", "bob", "what is wrong with checkout").json
    assert alice["thread"] != bob["thread"]


def test_standard_input_is_a_question_too(quarterdeck: Terminal) -> None:
    assert quarterdeck("ask", "--json", stdin="what is wrong with checkout\n").json["kind"] == "answer"


@pytest.mark.parametrize(
    ("stdin", "code"),
    [("  \n", "input.invalid"), (b"caf\xe9", "input.encoding"), ("x" * 20_000, "input.too_large")],
)
def test_bad_input_is_an_error_that_says_what_was_expected(
    quarterdeck: Terminal, host: FakeHost, stdin: str | bytes, code: str
) -> None:
    ended = quarterdeck("ask", "--json", stdin=stdin)
    assert ended.code == 2
    assert ended.json["error"]["code"] == code
    assert "expected" in ended.json["error"]["message"]
    assert host.desk.exchanges == []


def test_a_plan_is_shown_with_its_exact_arguments_and_how_to_approve_it(quarterdeck: Terminal) -> None:
    ended = quarterdeck("plan", "roll back checkout")
    assert ended.code == 0
    assert "deploy.rollback" in ended.out
    assert "quarterdeck approve run_" in ended.out


def test_a_plan_waits_and_changes_nothing(quarterdeck: Terminal, host: FakeHost) -> None:
    view = quarterdeck("plan", "--json", "roll back checkout").json
    assert view["run"]["status"] == "waiting"
    assert host.desk.held[view["run"]["id"]].approvals == ()


def test_a_wish_that_comes_to_no_plan_ends_with_one(quarterdeck: Terminal) -> None:
    ended = quarterdeck("plan", "how are things")
    assert ended.code == 1
    assert "All is quiet" in ended.out


def test_status_asks_how_things_are(quarterdeck: Terminal) -> None:
    assert "All is quiet" in quarterdeck("status").out


def test_a_fault_of_the_server_is_an_error_with_a_hint_and_no_internals(quarterdeck: Terminal) -> None:
    ended = quarterdeck("ask", "crash")
    assert ended.code == 70
    assert "correlation" in ended.err
    assert "secret internals" not in ended.out + ended.err
