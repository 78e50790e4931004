"""`quarterdeck incident summarise`, as it is typed: offline, whatever the file holds."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.agents.summaries.outage import ROWS, rows
from tests.bot.surfaces.cli.conftest import Terminal
from tests.eval.faithful import unsupported


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "outage.json"
    path.write_text(json.dumps(rows()), encoding="utf-8")
    return path


def test_a_file_becomes_sections_whose_sentences_cite_its_entries(quarterdeck: Terminal, file: Path) -> None:
    found = quarterdeck("incident", "summarise", str(file), "--json")
    assert found.code == 0
    assert (found.json["brain"], found.json["entries"], found.json["notes"]) == ("embedded", 17, [])
    documents = {section["document"] for section in found.json["sections"]}
    assert documents == {"living", "review", "handover", "catchup", "public"}
    sources = {source["id"]: source for source in found.json["sources"]}
    sentences = [sentence for section in found.json["sections"] for sentence in section["sentences"]]
    assert len(sentences) > 40
    for sentence in sentences:
        assert sentence["citations"]
        cited = [sources[each] for each in sentence["citations"]]
        assert sentence["indexes"] == [each["index"] for each in cited]
        assert unsupported(sentence["text"], cited) == ()
    for source in sources.values():
        time, kind, author, text = ROWS[source["index"]]
        assert (source["time"], source["kind"], source["author"], source["text"]) == (time, kind, author, text)


@pytest.mark.parametrize(
    ("kind", "heading"),
    [
        ("living", "How things stand"),
        ("review", "Post-incident review"),
        ("handover", "Handover"),
        ("public", "Resolved"),
        ("catchup", "Since you left at"),
    ],
)
def test_each_kind_can_be_asked_for(quarterdeck: Terminal, file: Path, kind: str, heading: str) -> None:
    found = quarterdeck("incident", "summarise", str(file), "--kind", kind)
    assert found.code == 0
    assert found.out.startswith(heading)
    alone = quarterdeck("incident", "summarise", str(file), "--kind", kind, "--json")
    assert {section["document"] for section in alone.json["sections"]} == {kind}


def test_a_person_gets_the_review_of_what_is_over_and_the_living_summary_of_what_is_not(
    quarterdeck: Terminal, tmp_path: Path, file: Path
) -> None:
    assert quarterdeck("incident", "summarise", str(file)).out.startswith("Post-incident review")
    under_way = tmp_path / "under-way.json"
    under_way.write_text(json.dumps(rows(ROWS[:9])), encoding="utf-8")
    assert quarterdeck("incident", "summarise", str(under_way)).out.startswith("How things stand")


def test_a_catch_up_tells_from_the_moment_that_is_asked_for(quarterdeck: Terminal, file: Path) -> None:
    found = quarterdeck("incident", "summarise", str(file), "--since", "14:30")
    assert found.out.startswith("Since you left at 14:30")
    assert "dropped to 0.3%" in found.out
    assert "Restarted" not in found.out.partition("Current hypothesis")[0]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("not json", "expected JSON in"),
        ("{}", "expected {"),
        ('{"input_timeline": 7}', "expected {"),
    ],
)
def test_what_is_no_timeline_ends_with_what_was_expected(
    quarterdeck: Terminal, tmp_path: Path, content: str, message: str
) -> None:
    path = tmp_path / "wrong.json"
    path.write_text(content, encoding="utf-8")
    found = quarterdeck("incident", "summarise", str(path), "--json")
    assert found.code != 0
    assert found.json["error"]["code"] == "input.invalid"
    assert found.json["error"]["message"].startswith(message)


def test_a_file_that_is_not_there_and_a_time_that_is_none_are_said_to_be_so(
    quarterdeck: Terminal, file: Path
) -> None:
    assert "No such file" in quarterdeck("incident", "summarise", "nowhere.json").err
    assert "for --since, found 'noon'" in quarterdeck("incident", "summarise", str(file), "--since", "noon").err


def test_an_empty_timeline_says_that_nothing_can_be_said(quarterdeck: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "empty.json"
    path.write_text('{"input_timeline": []}', encoding="utf-8")
    found = quarterdeck("incident", "summarise", str(path), "--json")
    sections: list[dict[str, Any]] = found.json["sections"]
    assert all(section["sentences"] == [] and section["gap"] for section in sections)
    assert found.code == 0


def test_what_was_unclear_in_the_file_is_told(quarterdeck: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "odd.json"
    path.write_text('[{"time": "later", "text": "search is down"}, 7]', encoding="utf-8")
    found = quarterdeck("incident", "summarise", str(path))
    assert "entry 1 has no time that can be read" in found.out
    assert "entry 2 was left out" in found.out


def test_a_terminal_is_safe_from_what_stands_in_a_timeline(quarterdeck: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "evil.json"
    path.write_text(json.dumps([{"time": "10:00", "kind": "alert", "text": "\x1b[2Jcart is down\u202e now"}]))
    found = quarterdeck("incident", "summarise", str(path))
    assert "\x1b[2J" not in found.out
    assert "\u202e" not in found.out
    assert "cart is down" in found.out
