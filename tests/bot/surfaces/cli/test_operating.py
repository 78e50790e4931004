"""Looking up and operating: why, log, keys, doctor, interpret, serve, demo; and what every command has."""

import json

import pytest
from typer.main import get_command

from bot.surfaces.cli.app import build
from bot.surfaces.cli.host import Finding, Health
from tests.bot.surfaces.cli.conftest import FakeHost, Terminal

COMMANDS = sorted(get_command(build()).commands)  # type: ignore[attr-defined]  # a group has commands


def test_why_names_the_policies_and_what_was_not_done(quarterdeck: Terminal) -> None:
    run = quarterdeck("plan", "--json", "roll back checkout").json["run"]["id"]
    ended = quarterdeck("why", run)
    assert "execute-needs-one-other" in ended.out
    assert "Restarting checkout" in ended.out
    assert quarterdeck("why", run, "--json").json["decision"] == "needs_approval"


def test_the_log_is_listed(quarterdeck: Terminal) -> None:
    quarterdeck("ask", "how are things")
    assert "message" in quarterdeck("log").out
    assert quarterdeck("log", "--json").json["items"]


def test_one_fact_can_be_looked_up(quarterdeck: Terminal) -> None:
    fact = quarterdeck("ask", "--json", "what is wrong with checkout").json["evidence"][0]["id"]
    assert quarterdeck("evidence", fact, "--json").json["id"] == fact


def test_a_doctor_who_finds_nothing_wrong_ends_well(quarterdeck: Terminal) -> None:
    ended = quarterdeck("doctor")
    assert (ended.code, "✔ store" in ended.out) == (0, True)


def test_a_doctor_who_finds_something_wrong_ends_with_one_and_says_what_to_do(
    quarterdeck: Terminal, host: FakeHost
) -> None:
    host.findings.append(Finding(check="prometheus", health=Health.FAIL, found="nobody", hint="start it"))
    ended = quarterdeck("doctor")
    assert ended.code == 1
    assert "start it" in ended.out
    assert quarterdeck("doctor", "--json").json["ok"] is False


def test_interpret_answers_line_by_line_whatever_the_bytes(quarterdeck: Terminal) -> None:
    ended = quarterdeck("interpret", stdin=b"how are things?\ncaf\xe9\r\n\nlast")
    lines = [json.loads(line) for line in ended.out.splitlines()]
    assert [line["text"] for line in lines] == ["how are things?", "caf\ufffd", "", "last"]
    assert lines[1]["error"]["code"] == "input.encoding"


def test_a_key_is_shown_once_listed_without_its_secret_and_revoked(quarterdeck: Terminal) -> None:
    made = quarterdeck("keys", "add", "alice", "--scope", "observe", "--label", "laptop", "--json").json
    assert made["secret"].startswith("qd_")
    listed = quarterdeck("keys", "list")
    assert made["id"] in listed.out
    assert made["secret"] not in listed.out
    assert quarterdeck("keys", "revoke", made["id"], "--json").json["revoked_at"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("keys", "add", "nobody"), "auth.failed"),
        (("keys", "add", "alice", "--scope", "everything"), "input.invalid"),
        (("keys", "revoke", "key_9"), "resource.not_found"),
    ],
)
def test_a_key_that_cannot_be_made_or_ended_is_an_error(
    quarterdeck: Terminal, words: tuple[str, ...], code: str
) -> None:
    assert quarterdeck(*words, "--json").json["error"]["code"] == code


def test_serve_takes_its_address_from_its_options(quarterdeck: Terminal, host: FakeHost) -> None:
    ended = quarterdeck("serve", "--port", "0", "--host", "127.0.0.2")
    assert ended.code == 0
    assert (host.served[0].host, host.served[0].port) == ("127.0.0.2", 0)


def test_a_server_that_is_not_there_is_an_error_that_says_so(quarterdeck: Terminal, host: FakeHost) -> None:
    host.configured["api_key"] = "qd_x"
    ended = quarterdeck("ask", "--server", "http://127.0.0.1:9", "--json", "hello")
    assert (ended.code, ended.json["error"]["code"]) == (8, "connector.unreachable")


def test_a_server_without_a_key_is_an_error_that_names_the_setting(quarterdeck: Terminal) -> None:
    ended = quarterdeck("ask", "--server", "http://127.0.0.1:9", "--json", "hello")
    assert (ended.code, ended.json["error"]["code"]) == (3, "settings.invalid")
    assert "QUARTERDECK_API_KEY" in ended.json["error"]["hint"]


def test_a_typo_names_the_command_that_was_meant(quarterdeck: Terminal) -> None:
    ended = quarterdeck("aprove", "run_1")
    assert ended.code == 2
    assert "approve" in ended.err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(quarterdeck: Terminal, command: str) -> None:
    ended = quarterdeck(command, "--help")
    assert ended.code == 0
    assert command == "keys" or ("Examples" in ended.out and "--json" in ended.out)


def test_the_help_has_every_command_of_the_manual() -> None:
    promised = {"ask", "interpret", "plan", "approve", "deny", "why", "status", "doctor", "serve", "demo"}
    assert promised <= set(COMMANDS)


def test_the_demo_tells_each_person_their_way_in(quarterdeck: Terminal) -> None:
    ended = quarterdeck("demo")
    assert "/console/enter?code=" in ended.out
    assert "Releasing checkout" in ended.err
    assert set(quarterdeck("demo", "--json").json["links"]) == {"alice"}


def test_a_fault_of_ours_has_an_exit_code_of_its_own_and_shows_where(
    quarterdeck: Terminal, host: FakeHost
) -> None:
    host.walked = {}  # not the report that was promised
    ended = quarterdeck("demo", "--once", "--json")
    assert ended.code == 70
    assert ended.json["error"]["code"] == "quarterdeck.error"
    assert "Traceback" in ended.err
