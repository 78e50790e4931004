"""The use cases of FOCUS that docs/costs.md says are covered: each is asked as it stands there, and understood."""

import re
from pathlib import Path

import pytest

from bot.costs.answering import CostDesk

DOCS = Path(__file__).parents[3] / "docs" / "costs.md"
NAMED = {"account X": 'account "Atlas Orion"', '"X"': '"x-1"', "account Y": 'account "Orion Pioneer"'}
NOT_HERE = re.compile(
    r"Nothing was billed .* that fits all of this|No charge there says its|No charge carries the name"
)


def cases() -> list[str]:
    table = DOCS.read_text(encoding="utf-8").partition("### Use cases of FOCUS")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    covered = [row[1] for row in rows if len(row) > 2 and row[2].startswith("yes")]
    return [question.partition(":")[0].strip() for each in covered for question in each.split(";")]


def test_most_use_cases_are_covered() -> None:
    assert len(cases()) >= 34


async def test_every_use_case_is_read_whole(sample_desk: CostDesk) -> None:
    for case in cases():
        question = case
        for name, value in NAMED.items():
            question = question.replace(name, value)
        found = await sample_desk.answer("acme", question)
        assert found.plan is not None, (question, found.sentence)
        assert "left out" not in " ".join(found.notes), (question, found.notes)
        assert found.found or NOT_HERE.match(found.sentence), (question, found.sentence)


@pytest.mark.parametrize(
    ("question", "columns"),
    [
        ("billed cost by billing period and provider", ("billing period", "provider")),
        ("cost by core count and instance type last month", ("core count", "instance type")),
        ("cost by day of the week and region", ("weekday", "region")),
        ("consumed quantity by resource last month against the month before", ("resource", "unit")),
    ],
)
async def test_what_is_told_apart_is_what_was_said(
    sample_desk: CostDesk, question: str, columns: tuple[str, ...]
) -> None:
    assert (await sample_desk.answer("acme", question)).columns == columns
