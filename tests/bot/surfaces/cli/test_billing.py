"""Questions about files of bills, as a person types them: no server is needed and nothing is kept."""

import json
from pathlib import Path

import pytest

from bot.__main__ import Process
from tests.memory.costs.bills import row, written
from tests.terminal import typed


def run(*arguments: str) -> tuple[int, str, str]:
    done = typed(*arguments, host=Process(), catch_exceptions=False)
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def bill(tmp_path: Path) -> str:
    return str(written(tmp_path / "bill.csv", [row(), row(RegionId="us-east-1", EffectiveCost="3.00")]))


def test_a_file_of_bills_answers_without_a_server(bill: str) -> None:
    code, out, _ = run("cost", "ask", "what did we spend by region", "--bill", bill, "--as-of", "2025-12-01")
    assert code == 0
    assert "4.00 USD" in out
    assert "us-east-1" in out
    assert "EffectiveCost" in out


def test_an_answer_is_one_document_for_a_program_and_goes_on_from_another(bill: str) -> None:
    first = "what did we spend in november 2025"
    code, out, _ = run("cost", "ask", "and by region?", "--after", first, "--bill", bill, "--json")
    told = json.loads(out)
    assert code == 0
    assert [(line["keys"], float(line["cost"])) for line in told["lines"]] == [
        (["us-east-1"], 3.0),
        (["eu-west-1"], 1.0),
    ]


def test_what_is_not_there_ends_with_one(bill: str) -> None:
    code, out, _ = run("cost", "ask", "what did snowflake cost", "--bill", bill)
    assert code == 1
    assert "Nothing called 'snowflake'" in out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(("--bill", "none.csv"), "expected a file at none.csv"), (("--as-of", "someday"), "found 'someday'")],
)
def test_what_cannot_be_asked_says_why(bill: str, arguments: tuple[str, str], says: str) -> None:
    code, _, err = run(
        "cost", "ask", "what did we spend", *(("--bill", bill) if "--as-of" in arguments else ()), *arguments
    )
    assert code not in {0, 1}
    assert says in err
