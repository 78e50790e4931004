"""One file of bills, checked row by row and written as Parquet; a file that is not whole is not taken at all.

The result is two files beside each other: the rows that count, typed, and those set aside, as they stood, with the
reason. Neither appears under its name before it is complete.
"""

import hashlib
import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from memory.costs.columns import COLUMNS, Kind
from memory.costs.database import database
from memory.costs.rules import UNREADABLE, broken, flaws, is_object, reason
from memory.costs.sources import Mapping, Rows, rows_of, said
from memory.errors import PayloadInvalid
from memory.model.cost import Aside, Flaw, Total

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TAKING: Final = ".taking-"  # how a folder of what is not done yet is called
_ROW_GROUP: Final = 122_880
_EXAMPLE: Final = 500
_REASON: Final = "split_part(aside, ' ', 1)"
_STOOD: Final = "substr(aside, strpos(aside, ' ') + 1)"
# A charge of a whole month is written down before it is over: beside days of usage it tells of its first day only.
_DAILY: Final = "bool_or(ChargeCategory = 'Usage' AND ChargePeriodEnd <= ChargePeriodStart + INTERVAL 1 DAY)"
_LAST: Final = (
    f"if({_DAILY}, max(least(ChargePeriodEnd, ChargePeriodStart + INTERVAL 1 DAY)), max(ChargePeriodEnd))"
)


@dataclass(frozen=True)
class Taken:
    """What a file held."""

    rows: int
    aside: tuple[Aside, ...]
    flaws: tuple[Flaw, ...]
    ignored: tuple[str, ...]
    totals: tuple[Total, ...]
    first: datetime | None
    last: datetime | None
    periods: tuple[date, ...]


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def take(path: Path, counted: Path, aside: Path, mapping: Mapping | None = None) -> Taken:
    """Read a file, write the rows that count to `counted` and the others to `aside`, and return what it held.

    `aside` is written only where there is something to set aside. Raises `PayloadInvalid` for a file that is no
    table of costs or is not whole, and `DependencyMissing`; then nothing was written.
    """
    import duckdb

    counted.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=counted.parent, prefix=TAKING) as folder:
        scratch = Path(folder)
        with database(scratch) as connection:
            rows = rows_of(connection, path, mapping)
            try:
                return _taken(connection, path, rows, scratch, (counted, aside))
            except duckdb.Error as error:
                raise PayloadInvalid(
                    f"expected {path.name} to be a whole table, found: {_first(error)}"
                ) from error


def _taken(
    connection: "DuckDBPyConnection", path: Path, rows: Rows, scratch: Path, places: tuple[Path, Path]
) -> Taken:
    everything, good, bad = (scratch / name for name in ("everything", "good", "bad"))
    _write(connection, _checked(rows), everything)
    unreadable = _unreadable(connection, path) if rows.text else (0, "")
    asides = _asides(connection, everything, unreadable)
    if asides:
        _write(connection, f"SELECT * FROM {_file(everything)} WHERE aside IS NULL", good)  # noqa: S608 - our own path
        _set_aside(connection, everything, bad, text=rows.text)
    else:
        everything.rename(good)
    taken = _measured(connection, good, rows)
    if bad.exists():
        bad.replace(places[1])
    good.replace(places[0])
    return Taken(aside=asides, ignored=rows.ignored, **taken)  # type: ignore[arg-type]  # each by its name


def _checked(rows: Rows) -> str:
    """Return the typed rows; `aside` is the reason and the row as it stood, where it does not count.

    The source is read this once: the row as it stood is only made of those that are set aside.
    """
    return (
        "SELECT * EXCLUDE (raw, reason), CASE WHEN reason IS NOT NULL "  # noqa: S608 - names of ours
        "THEN reason || ' ' || CAST(to_json(raw) AS VARCHAR) END AS aside "
        f"FROM (SELECT *, {reason()} AS reason FROM (SELECT {_typed(rows)}, raw FROM {rows.sql} raw))"
    )


def _asides(connection: "DuckDBPyConnection", everything: Path, unreadable: tuple[int, str]) -> tuple[Aside, ...]:
    """Return how many rows were set aside for each reason, with one of them as it stood."""
    found = connection.execute(
        f"SELECT {_REASON}, count(*), any_value({_STOOD}) FROM {_file(everything)} "  # noqa: S608 - our own path
        "WHERE aside IS NOT NULL GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    asides = [Aside(reason=why, rows=count, example=stood[:_EXAMPLE]) for why, count, stood in found]
    lines, example = unreadable
    if lines:
        asides.append(Aside(reason=UNREADABLE, rows=lines, example=example[:_EXAMPLE]))
    return tuple(asides)


def _typed(rows: Rows) -> str:
    cells = []
    for name, column in COLUMNS.items():
        if name not in rows.columns:
            cells.append(f"CAST(NULL AS {_stored(column.kind)}) AS {name}")
            if column.kind is Kind.TAGS:
                cells.append(f"false AS {broken(name)}")
        elif column.kind is Kind.NUMBER:
            cells.append(f"TRY_CAST({name} AS {column.kind}) AS {name}")
        elif column.kind is Kind.TIME:  # with its zone, which a cast to TIMESTAMP would drop
            cells.append(f"timezone('UTC', TRY_CAST({name} AS TIMESTAMPTZ)) AS {name}")
        elif column.kind is Kind.TAGS:
            cells.append(f"CASE WHEN {is_object(name)} THEN {name} END AS {name}")
            cells.append(f"{name} IS NOT NULL AND NOT ({is_object(name)}) AS {broken(name)}")
        else:
            cells.append(name)
    return ", ".join(cells)


def _stored(kind: Kind) -> str:
    return "VARCHAR" if kind is Kind.TAGS else str(kind)


def _write(connection: "DuckDBPyConnection", query: str, path: Path) -> None:
    connection.execute(
        f"COPY ({query}) TO {said(str(path))} (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE {_ROW_GROUP})"
    )


def _unreadable(connection: "DuckDBPyConnection", path: Path) -> tuple[int, str]:
    """Return how many lines are no rows, and one of them; raises `PayloadInvalid` where the file breaks off."""
    found = connection.execute(
        "SELECT count(DISTINCT line), coalesce(arg_min(csv_line, line), '') FROM reject_errors"
    ).fetchall()
    count, example = found[0]
    if count and not _ends(path):
        raise PayloadInvalid(f"expected {path.name} to be whole, found that its last line breaks off")
    return count, str(example)


def _ends(path: Path) -> bool:
    with path.open("rb") as file:
        if file.read(2) == b"\x1f\x8b":
            return True  # gzip has a check of its own
        file.seek(-1, 2)
        return file.read(1) == b"\n"


def _set_aside(connection: "DuckDBPyConnection", everything: Path, bad: Path, *, text: bool) -> None:
    """Write the rows that do not count as they stood."""
    lines = f"UNION ALL SELECT {said(UNREADABLE)}, any_value(csv_line) FROM reject_errors GROUP BY line"  # noqa: S608 - a name of ours
    _write(
        connection,
        f"SELECT {_REASON} AS reason, {_STOOD} AS stood FROM {_file(everything)} WHERE aside IS NOT NULL "  # noqa: S608 - our own path
        f"{lines if text else ''}",
        bad,
    )


def _measured(connection: "DuckDBPyConnection", good: Path, rows: Rows) -> dict[str, object]:
    table = _file(good)
    rules = flaws(rows.columns)
    counts = ", ".join(f"count(*) FILTER (WHERE {each})" for each in rules.values())
    total, first, last, *found = connection.execute(
        f"SELECT count(*), min(ChargePeriodStart), {_LAST}, {counts} FROM {table}"  # noqa: S608 - rules of ours
    ).fetchall()[0]
    totals = connection.execute(
        f"SELECT BillingCurrency, sum(BilledCost), sum(EffectiveCost) FROM {table} GROUP BY ALL ORDER BY ALL"  # noqa: S608 - as above
    ).fetchall()
    periods = connection.execute(
        f"SELECT DISTINCT CAST(date_trunc('month', BillingPeriodStart) AS DATE) FROM {table} ORDER BY ALL"  # noqa: S608 - as above
    ).fetchall()
    return {
        "rows": total,
        "first": first and first.replace(tzinfo=UTC),
        "last": last and last.replace(tzinfo=UTC),
        "flaws": tuple(Flaw(rule=rule, rows=n) for rule, n in zip(rules, found, strict=True) if n),
        "totals": tuple(Total(currency=c, billed=billed, effective=effective) for c, billed, effective in totals),
        "periods": tuple(each for (each,) in periods),
    }


def _file(path: Path) -> str:
    return f"read_parquet({said(str(path))})"


def _first(error: Exception) -> str:
    return str(error).partition("\n")[0][:300]
