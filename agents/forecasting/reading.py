"""Dated costs out of a CSV file: a column `date` and a column `cost`, or columns of other names."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from agents.forecasting.series import Series, series
from memory.errors import InvalidInput

MOST_ROWS = 1_000_000


def read(text: str, *, date_column: str = "date", cost_column: str = "cost") -> Series:
    """Return the costs of a CSV text; several rows of one date are added.

    Raises `InvalidInput` that names the line where a date or a cost cannot be read, and for other columns.
    """
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    names = {name.strip().casefold(): name for name in rows.fieldnames or () if name}
    wanted = [names.get(each.casefold()) for each in (date_column, cost_column)]
    if None in wanted:
        there = ", ".join(names) or "nothing"
        raise InvalidInput(
            f"expected a header with the columns {date_column} and {cost_column}, found {there[:200]}",
            hint="Other columns are named with --date-column and --cost-column.",
        )
    day, cost = (str(each) for each in wanted)
    found: list[tuple[date, Decimal]] = []
    for row in rows:
        line = rows.line_num
        if len(found) >= MOST_ROWS:
            raise InvalidInput(f"expected at most {MOST_ROWS:,} rows, found more")
        found.append((_date(row.get(day), line), _cost(row.get(cost), line)))
    return series(found)


def _date(cell: str | None, line: int) -> date:
    try:
        return datetime.fromisoformat((cell or "").strip()).date()
    except ValueError:
        raise InvalidInput(
            f"expected a date such as 2026-11-21 in line {line}, found {(cell or '')[:40]!r}"
        ) from None


def _cost(cell: str | None, line: int) -> Decimal:
    try:
        cost = Decimal((cell or "").strip())
    except InvalidOperation:
        cost = Decimal("NaN")
    if not cost.is_finite():
        raise InvalidInput(f"expected a cost such as 12.50 in line {line}, found {(cell or '')[:40]!r}")
    return cost
