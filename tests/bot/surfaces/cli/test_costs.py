"""The commands about costs, as a person types them."""

import json
from pathlib import Path

import pytest

from tests.agents.forecasting.made import steady
from tests.memory.costs.bills import row, written
from tests.terminal import typed


def run(*arguments: str) -> tuple[int, str, str]:
    done = typed(*arguments, catch_exceptions=False)
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def daily(tmp_path: Path) -> Path:
    known = steady(200)
    lines = [f"{day},{cost}" for day, cost in zip(known.dates(), known.costs, strict=True)]
    path = tmp_path / "daily.csv"
    path.write_text("\n".join(["date,cost", *lines]) + "\n")
    return path


def test_a_forecast_is_one_document_for_a_program(daily: Path) -> None:
    code, out, _ = run("cost", "forecast", "--csv", str(daily), "--as-of", "2024-05-15", "--json")
    told = json.loads(out)
    assert code == 0
    assert told["as_of"] == "2024-05-15"
    assert told["months"][0]["expected"] == pytest.approx(2940, rel=1e-2)
    assert [month["month"] for month in told["months"]] == ["2024-05-01", "2024-06-01", "2024-07-01", "2024-08-01"]


def test_a_forecast_is_a_table_for_a_person(daily: Path) -> None:
    code, out, _ = run("cost", "forecast", "--csv", str(daily))
    assert code == 0
    assert "Jul 2024" in out
    assert "last seven days' rate" in out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(("--as-of", "someday"), "found 'someday'"), (("--cost-column", "money"), "found date, cost")],
)
def test_what_cannot_be_forecast_says_why(daily: Path, arguments: tuple[str, str], says: str) -> None:
    code, _, err = run("cost", "forecast", "--csv", str(daily), *arguments)
    assert code != 0
    assert says in err


def test_a_bill_is_checked_and_nothing_kept(tmp_path: Path) -> None:
    path = written(tmp_path / "bill.csv", [row(), row(BilledCost=None), row(ListCost=None)])
    code, out, _ = run("cost", "check", str(path), "--json")
    told = json.loads(out)
    assert code == 0
    assert (told["rows"], told["totals"][0]["billed"]) == (2, "2.500000000000000000")
    assert [(each["reason"], each["rows"]) for each in told["aside"]] == [("no-billed-cost", 1)]
    assert [each["rule"] for each in told["flaws"]] == ["ListCost is never null"]
    assert list(tmp_path.iterdir()) == [path]
    _, out, _ = run("cost", "check", str(path))
    assert "2 rows can be counted" in out
    assert "set aside: 1 row, no-billed-cost" in out


def test_a_bill_that_is_no_bill_says_what_was_expected(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n")
    code, _, err = run("cost", "check", str(path))
    assert code != 0
    assert "FOCUS 1.0 to 1.2" in err
