"""What led to what, in a terminal: as a tree, as JSON, as files."""

from pathlib import Path

from bot.trace import Trace
from memory.trace import causal_graph, chains
from tests.bot.surfaces.cli.conftest import FakeHost, Terminal
from tests.memory.trace.story import Event, logged, story


def traced(events: dict[str, Event]) -> Trace:
    graph = causal_graph(logged(events.values()))
    return Trace(subject="cor_1", graph=graph, chains=chains(graph), people={"alice": "Alice", "bob": "Bob"})


def test_a_trace_is_a_tree_with_people_and_places_in_the_log(quarterdeck: Terminal, host: FakeHost) -> None:
    host.desk.traced = traced(story())
    ended = quarterdeck("log", "trace", "cor_1")
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert lines[0] == "#0 Message  Alice  rest  2026-11-20 03:00:00 UTC"
    assert "└── #1 Remembered  Alice  2 of this thread  +1 s" in lines
    assert any("#8 Granted" in line and "also from #5, #6" in line for line in lines)
    assert "✔ #9 can be traced to its beginning: #0 → #1 → #2 → #3 → #4 → #5 → #6 → #7 → #8 → #9" in lines


def test_a_chain_that_is_broken_is_told_and_ends_with_1(quarterdeck: Terminal, host: FakeHost) -> None:
    host.desk.traced = traced({name: event for name, event in story().items() if name != "bob"})
    ended = quarterdeck("log", "trace", "cor_1")
    assert ended.code == 1
    assert "✘ #8 cannot be traced: approval:by-bob, 2 approvals by other people, found 1" in ended.out
    assert "grant:g1 names approval:by-bob, of which the log tells nothing here" in ended.out


def test_a_program_gets_the_graph(quarterdeck: Terminal, host: FakeHost) -> None:
    host.desk.traced = traced(story())
    found = quarterdeck("log", "trace", "cor_1", "--json").json
    assert found["graph"]["roots"] == ["message:m1"]
    assert [chain["missing"] for chain in found["chains"]] == [[], []]


def test_it_is_drawn_into_files(quarterdeck: Terminal, host: FakeHost, tmp_path: Path) -> None:
    host.desk.traced = traced(story())
    picture, graph = tmp_path / "why.svg", tmp_path / "why.dot"
    assert quarterdeck("log", "trace", "cor_1", "--svg", str(picture), "--dot", str(graph)).code == 0
    assert picture.read_text().startswith("<svg ")
    assert graph.read_text().startswith("digraph trace {")


def test_a_file_that_cannot_be_written_is_said(quarterdeck: Terminal, host: FakeHost, tmp_path: Path) -> None:
    host.desk.traced = traced(story())
    ended = quarterdeck("log", "trace", "cor_1", "--svg", str(tmp_path / "none" / "why.svg"), "--json")
    assert (ended.code, ended.json["error"]["code"]) == (2, "input.invalid")


def test_what_is_none_is_said(quarterdeck: Terminal) -> None:
    ended = quarterdeck("log", "trace", "nothing", "--json")
    assert ended.json["error"]["code"] == "resource.not_found"
