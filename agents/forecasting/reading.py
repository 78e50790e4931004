"""Dated costs out of a CSV file: a column `date` and a column `cost`, or columns of other names.

Commas, semicolons and tabs part cells. A date that may mean two days is refused, unless other lines settle it.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from agents.forecasting.series import Series, series
from memory.errors import InvalidInput

_Line = tuple[int, dict[str, str | None]]

MOST_ROWS = 1_000_000
_UNTOLD: Final = frozenset({"", "nan", "null", "none", "na", "n/a", "-"})
_PARTED: Final = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?:[ T].*)?")
_MONTH: Final = re.compile(r"(\d{4})[-/.](\d{1,2})")
_COMPACT_MONTH: Final = re.compile(r"(\d{4})(0[1-9]|1[0-2])")
_SIGNS: Final = re.compile(
    r"^(-?)\s*(?:[$€£¥]|[A-Z]{3}\s)?\s*(-?[\d.,']+(?:[eE][+-]?\d+)?)\s*(?:[$€£¥]|\s?[A-Z]{3})?$"
)
_THOUSANDS: Final = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d{1,3}(?:'\d{3})+(?:\.\d+)?")
_POINTED: Final = re.compile(r"-?(?:\d{1,3}(?:\.\d{3})+|\d+),\d+")
_PLAIN: Final = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


def read(text: str, *, date_column: str = "date", cost_column: str = "cost") -> Series:
    """Return the costs of a CSV text; several rows of one date are added, and a cell that says nothing is missing.

    A row that stands there twice counts once, unless most days are told of in more than one row. Raises
    `InvalidInput` that names the line where a date or a cost cannot be read, and for other columns.
    """
    text = text.removeprefix("\ufeff")
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    rows = csv.DictReader(io.StringIO(text, newline=None), delimiter=delimiter)
    names = {name.strip().casefold(): name for name in rows.fieldnames or () if name}
    wanted = [names.get(each.casefold()) for each in (date_column, cost_column)]
    if None in wanted:
        there = ", ".join(names) or "nothing"
        raise InvalidInput(
            f"expected a header with the columns {date_column} and {cost_column}, found {there[:200]}",
            hint="Other columns are named with --date-column and --cost-column.",
        )
    day, cost = (str(each) for each in wanted)
    kept: list[_Line] = []
    for row in rows:
        if len(kept) >= MOST_ROWS:
            raise InvalidInput(f"expected at most {MOST_ROWS:,} rows, found more")
        kept.append((rows.line_num, row))
    told, again = _once(kept, day)
    order = _order(row.get(day) or "" for _, row in told)
    found = [
        (_date(row.get(day), line, order), _cost(row[cost], line, delimiter))
        for line, row in told
        if not _is_untold(row[cost])
    ]
    made = series(found)
    return replace(made, note=" ".join(filter(None, (made.note, _of_those(again)))))


def _is_untold(cell: str | None) -> bool:
    """Return whether a cell says that nothing is known; one that is not there breaks its line off."""
    return cell is not None and cell.strip().casefold() in _UNTOLD


def _once(rows: Sequence[_Line], day: str) -> tuple[list[_Line], int]:
    """Return the rows without those that stand there again, and how many these were.

    Where most days have such rows they are parts of a day that happen to be alike, and all of them count.
    """
    counts = Counter(tuple(str(cell) for cell in row.values()) for _, row in rows)
    days = {(row.get(day) or "").strip() for _, row in rows}
    twice = {(row.get(day) or "").strip() for _, row in rows if counts[tuple(map(str, row.values()))] > 1}
    if not twice or 2 * len(twice) > len(days):
        return list(rows), 0
    kept = list({tuple(map(str, row.values())): (line, row) for line, row in reversed(rows)}.values())
    return kept[::-1], len(rows) - len(kept)


def _of_those(again: int) -> str:
    return f"{again:,} rows stand there twice and count once." if again else ""


def _order(cells: Iterable[str]) -> str:
    """Return whether dates such as 5/11/2026 have the day or the month first; empty where no line settles it."""
    found: set[str] = set()
    for cell in cells:
        match = _PARTED.fullmatch(cell.strip())
        if match is not None and match[2] != "/":
            found.add("day")
        elif match is not None:
            found |= set(_settled(int(match[1]), int(match[3])))
    return found.pop() if len(found) == 1 else ""


def _settled(first: int, second: int) -> Iterator[str]:
    if first > 12:  # noqa: PLR2004 - there is no such month
        yield "day"
    if second > 12:  # noqa: PLR2004 - as above
        yield "month"


def _date(cell: str | None, line: int, order: str) -> date:
    said = (cell or "").strip()
    try:
        if match := _MONTH.fullmatch(said) or _COMPACT_MONTH.fullmatch(said):
            return date(int(match[1]), int(match[2]), 1)
        if (match := _PARTED.fullmatch(said)) and order:
            first, second, year = int(match[1]), int(match[3]), int(match[4])
            return date(year, second, first) if order == "day" else date(year, first, second)
        return datetime.fromisoformat(said.replace("/", "-")).date()
    except ValueError:
        raise InvalidInput(f"expected a date such as 2026-11-21 in line {line}, found {said[:40]!r}") from None


def _cost(cell: str | None, line: int, delimiter: str) -> Decimal:
    """Return a cost, with or without the sign of its currency; where cells are parted by `;`, 1,5 is 1.5."""
    match = _SIGNS.fullmatch((cell or "").strip())
    said = f"{match[1]}{match[2]}" if match else ""
    if _THOUSANDS.fullmatch(said) and not (delimiter == ";" and said.count(",") == 1 and "." not in said):
        said = said.replace(",", "").replace("'", "")
    elif _POINTED.fullmatch(said) and delimiter == ";":
        said = said.replace(".", "").replace(",", ".")
    if not _PLAIN.fullmatch(said):
        raise InvalidInput(f"expected a cost such as 12.50 in line {line}, found {(cell or '')[:40]!r}")
    return Decimal(said)
