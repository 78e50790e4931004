"""`quarterdeck investigate`: a case in a folder, with its graph and its normal there or around it."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.agents.investigation.situations import BAD, CALLS, TIMES, USUAL
from tests.bot.surfaces.cli.conftest import Terminal
from tests.eval.investigation import CASES

FAILING = {"search": 0.3, "shop": 0.24}


def rows(times: tuple[float, ...], failing: dict[str, float]) -> Iterator[str]:
    yield "time,node,metric,value"
    for at, time in enumerate(times):
        for node, (seconds, count) in USUAL.items():
            bad = failing.get(node, 0.0) if at in BAD else 0.0
            yield f"{time},{node},latency,{seconds * (1 + 0.01 * (at % 3))}"
            yield f"{time},{node},failures,{bad}"
            yield f"{time},{node},requests,{count}"


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "estate" / "cases" / "one"
    folder.mkdir(parents=True)
    (folder / "metrics.csv").write_text("\n".join(rows(TIMES, FAILING)))
    (folder / "case.json").write_text(
        json.dumps(
            {
                "target": {"node": "shop"},
                "root_cause": {"node": "pay"},
                "changes": [{"node": "search", "kind": "deploy", "at": TIMES[2] - 60, "what": "release 2.1"}],
            }
        )
    )
    (folder / "graph.json").write_text(json.dumps({"calls": sorted(map(list, CALLS))}))
    return folder


def healthy(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(rows(tuple(60.0 * at for at in range(20)), {})))


def test_a_case_gives_one_json_document_with_ranking_evidence_and_doubts(
    quarterdeck: Terminal, case: Path
) -> None:
    found = quarterdeck("investigate", "--case", str(case), "--json")
    assert found.code == 0
    told = found.json
    assert (told["verdict"], told["cause"], told["ranking"][0]) == ("found", "search", "search")
    best = told["hypotheses"][0]
    assert best["change"].startswith("deploy:search:")
    assert 0.5 < best["confidence"] <= 0.95
    ids = {fact["id"] for fact in told["facts"]} | {best["change"]}
    assert {source for claim in best["speaks_for"] for source in claim["evidence"]} <= ids
    assert told["not_validated"]


def test_a_person_sees_what_speaks_for_it_and_against(quarterdeck: Terminal, case: Path) -> None:
    shown = quarterdeck("investigate", "--case", str(case)).out
    assert "search is the likeliest cause" in shown
    assert "+ release 2.1 came" in " ".join(shown.split())
    assert "Turned first: failures of" in shown
    assert "Not validated:" in shown


def test_what_the_case_says_of_its_cause_changes_nothing(quarterdeck: Terminal, case: Path) -> None:
    before = quarterdeck("investigate", "--case", str(case), "--json").out
    whole = json.loads((case / "case.json").read_text())
    (case / "case.json").write_text(json.dumps(whole | {"root_cause": {"node": "search"}, "metadata": "search"}))
    assert quarterdeck("investigate", "--case", str(case), "--json").out == before


def test_the_graph_and_the_normal_may_lie_above_the_case(quarterdeck: Terminal, case: Path) -> None:
    shutil.move(case / "graph.json", case.parents[1] / "graph.json")
    assert quarterdeck("investigate", "--case", str(case), "--json").json["normal"] == "none"
    healthy(case.parents[1] / "normal.csv")
    assert quarterdeck("investigate", "--case", str(case), "--json").json["normal"] == "own"


def test_a_neighbours_normal_is_only_borrowed_and_that_is_said(quarterdeck: Terminal, case: Path) -> None:
    shutil.move(case / "graph.json", case.parents[1] / "graph.json")
    healthy(case.parents[2] / "other" / "noissue" / "metrics.csv")
    told = quarterdeck("investigate", "--case", str(case), "--json").json
    assert told["normal"] == "borrowed"
    assert "under other traffic" in told["not_validated"][0]["text"]


def test_graph_and_normal_can_be_named(quarterdeck: Terminal, case: Path, tmp_path: Path) -> None:
    graph, normal = tmp_path / "elsewhere.json", tmp_path / "usual.csv"
    shutil.move(case / "graph.json", graph)
    healthy(normal)
    named = ("--graph", str(graph), "--normal", str(normal))
    told = quarterdeck("investigate", "--case", str(case), *named, "--json").json
    assert (told["cause"], told["normal"]) == ("search", "own")


def test_nothing_wrong_is_told_as_such(quarterdeck: Terminal, case: Path) -> None:
    (case / "metrics.csv").write_text("\n".join(rows(TIMES, {})))
    told = quarterdeck("investigate", "--case", str(case), "--json").json
    assert (told["verdict"], told["cause"], told["ranking"]) == ("nothing_wrong", "", [])


@pytest.mark.parametrize(
    ("missing", "says"),
    [("metrics.csv", "expected the metrics")],
)
def test_a_missing_file_is_named(quarterdeck: Terminal, case: Path, missing: str, says: str) -> None:
    (case / missing).unlink()
    found = quarterdeck("investigate", "--case", str(case), "--json")
    assert found.code != 0
    assert found.json["error"]["code"] == "input.invalid"
    assert says in found.json["error"]["message"]


def test_a_folder_that_is_none_and_a_file_that_is_no_text_are_refused(quarterdeck: Terminal, case: Path) -> None:
    nowhere = quarterdeck("investigate", "--case", str(case / "nowhere"), "--json")
    assert "expected a folder with a case, found none" in nowhere.json["error"]["message"]
    (case / "metrics.csv").write_bytes(b"\xff\xfe\x00time")
    binary = quarterdeck("investigate", "--case", str(case), "--json")
    assert "expected text in UTF-8" in binary.json["error"]["message"]


@pytest.mark.skipif(not CASES.is_dir(), reason="the recorded cases are not beside the repository")
def test_the_recorded_cases_are_read_and_their_cause_comes_first(quarterdeck: Terminal) -> None:
    for folder in sorted(CASES.glob("*/train/issue_0")):
        cause = json.loads((folder / "target.json").read_text())["root_cause"]["node"]
        assert quarterdeck("investigate", "--case", str(folder), "--json").json["ranking"][0] == cause
