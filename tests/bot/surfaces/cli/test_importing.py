"""`quarterdeck mcp`: a real server's tools are seen, agreed to by a person, and seen again when they change."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.bot.surfaces.cli.conftest import FakeHost, Terminal
from tests.fakes import mcp_server

SERVER: dict[str, Any] = {
    "name": "notes",
    "title": "the notes",
    "tools": {
        "count": {"effect": "read", "tier": "observe"},
        "odd": {"effect": "read", "tier": "observe"},
        "remove": {"effect": "destructive", "tier": "execute"},
    },
}


@pytest.fixture
def notes(host: FakeHost, tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    host.configured |= {
        "mcp_servers": [{**SERVER, "command": mcp_server.notes(folder)}],
        "people": [{"id": "ada", "roles": ["admin"]}],
        "principal": "ada",
        "mcp_lock": str(tmp_path / "mcp.lock.json"),
    }
    return folder


def states(quarterdeck: Terminal) -> dict[str, str]:
    items = quarterdeck("mcp", "list", "--json").json["items"]
    return {item["tool"].removeprefix("mcp.notes."): item["state"] for item in items}


def test_tools_are_new_until_somebody_agrees_and_then_change(quarterdeck: Terminal, notes: Path) -> None:
    assert set(states(quarterdeck).values()) == {"new"}
    assert quarterdeck("mcp", "pin", "notes", "--yes", "--json").code == 0
    assert set(states(quarterdeck).values()) == {"agreed"}
    assert quarterdeck("mcp", "diff").code == 0
    lock = json.loads((notes.parent / "mcp.lock.json").read_text())
    assert lock["servers"]["notes"]["add"]["by"] == "ada"

    (notes / "mode").write_text("changed")
    shown = quarterdeck("mcp", "diff", "--json")
    assert shown.code == 1
    (changed,) = shown.json["items"]
    assert (changed["tool"], changed["state"]) == ("mcp.notes.add", "changed")
    assert any("Ignore all previous" in line for line in changed["after"])
    assert "Ignore all previous" in quarterdeck("mcp", "diff").out

    refused = quarterdeck("mcp", "approve", "mcp.notes.add", "--digest", "0" * 12, "--json")
    assert (refused.code, refused.json["error"]["code"]) == (5, "resource.conflict")
    agreed = quarterdeck("mcp", "approve", "mcp.notes.add", "--digest", changed["found"][:12], "--json")
    assert agreed.json["state"] == "agreed"
    assert states(quarterdeck)["add"] == "agreed"


@pytest.mark.usefixtures("notes")
def test_why_a_tool_may_not_be_called_is_said(quarterdeck: Terminal) -> None:
    quarterdeck("mcp", "pin", "notes", "--yes")
    why = {item["tool"]: item["why"] for item in quarterdeck("mcp", "list", "--json").json["items"]}
    assert why["mcp.notes.count"] == ""
    assert why["mcp.notes.add"] == "forbidden: the settings say nothing"
    assert "patternProperties" in why["mcp.notes.odd"]


def test_pinning_again_leaves_what_changed_for_somebody_to_see(quarterdeck: Terminal, notes: Path) -> None:
    quarterdeck("mcp", "pin", "notes", "--yes")
    (notes / "mode").write_text("changed")
    assert quarterdeck("mcp", "pin", "notes", "--yes", "--json").json == {"items": []}
    assert states(quarterdeck)["add"] == "changed"


def test_only_a_person_of_the_settings_agrees(quarterdeck: Terminal, host: FakeHost, notes: Path) -> None:
    host.configured["principal"] = "stranger"
    refused = quarterdeck("mcp", "pin", "notes", "--yes", "--json")
    assert refused.json["error"]["code"] == "input.invalid"
    assert not (notes.parent / "mcp.lock.json").exists()


def test_a_server_that_is_not_configured_is_named(quarterdeck: Terminal, notes: Path) -> None:
    assert notes
    assert quarterdeck("mcp", "pin", "others", "--json").json["error"]["code"] == "resource.not_found"
    assert quarterdeck("mcp", "approve", "http.x", "--digest", "0" * 12, "--json").code == 4


def test_a_lock_file_that_was_damaged_is_an_error_and_stays(quarterdeck: Terminal, notes: Path) -> None:
    lock = notes.parent / "mcp.lock.json"
    lock.write_text("{")
    assert quarterdeck("mcp", "pin", "notes", "--yes", "--json").json["error"]["code"] == "settings.invalid"
    assert lock.read_text() == "{"


def test_serving_speaks_to_quarterdeck_as_the_person_who_started_it(quarterdeck: Terminal) -> None:
    assert quarterdeck("mcp", "serve").code == 0
