"""Reads the metrics of a recorded case from text, in any of the layouts of `docs/investigation.md`. Pure.

What is not of a layout is refused with the place where it stands, what was expected there and what was found. A
metric that nobody here knows is left out, and named.
"""

import csv
import io
import math
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime

from agents.investigation.layouts import Cell, stream
from agents.investigation.naming import USUAL, Reading, reading
from agents.investigation.situation import Measure
from memory.errors import InvalidInput

MOST_CELLS = 5_000_000
MOST_NODES = 5_000
_MILLISECONDS_FROM = 1e11  # unix time that is larger is told in thousandths
_GAPS = frozenset({"", "nan", "null", "none", "na", "n/a", "-"})

Key = tuple[str, Measure]
Column = dict[float, float | None]  # by moment
Name = tuple[int, str]  # of a metric, the best known first


@dataclass(frozen=True)
class Metrics:
    """What a file of metrics holds: moments in order and, for each measure of each node, its values at them.

    `left_out` are the names of what is measured there as well and is not known here.
    """

    times: tuple[float, ...]
    values: dict[Key, tuple[float | None, ...]]
    left_out: tuple[str, ...] = ()


@dataclass
class _Table:
    """Values by measure, by the metric's name and by moment, until it is known which name is read."""

    columns: dict[Key, dict[Name, Column]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(dict)))
    counted: set[Key] = field(default_factory=set)
    times: set[float] = field(default_factory=set)
    unknown: dict[str, str] = field(default_factory=dict)  # where each stands first


def metrics(text: str, name: str) -> Metrics:
    """Return the metrics of a file; raises `InvalidInput` naming the file and the line."""
    rows = cells(text, name)
    if not rows or not rows[0]:
        raise InvalidInput(f"{name}: expected metrics, found an empty file")
    if sum(len(row) for row in rows) > MOST_CELLS:
        raise InvalidInput(f"{name}: expected at most {MOST_CELLS} values")
    table = _Table()
    for cell in stream(rows, name):
        _put(table, cell)
    if not table.columns and table.unknown:
        metric, place = next(iter(table.unknown.items()))
        raise InvalidInput(f"{place}: expected a node and one of {USUAL}, found {metric!r}")
    if len({node for node, _ in table.columns}) > MOST_NODES:
        raise InvalidInput(f"{name}: expected at most {MOST_NODES} nodes")
    return _read(table)


def cells(text: str, name: str) -> list[list[str]]:
    """Return the rows of a CSV file; raises `InvalidInput` for what is none."""
    try:
        return list(csv.reader(io.StringIO(text), delimiter=_separator(text)))
    except csv.Error as error:
        raise InvalidInput(f"{name}: expected CSV, found something else ({error})") from None


def _separator(text: str) -> str:
    """Return what parts the values: a comma, or what the first line has instead of one."""
    first = text.partition("\n")[0]
    return next((mark for mark in (",", ";", "\t") if mark in first), ",")


def _put(table: _Table, cell: Cell) -> None:
    metric = cell.metric.strip().lower()
    read = reading(metric, cell.statistic)
    if not cell.node:
        raise InvalidInput(f"{cell.place}: expected a node and one of {USUAL}, found {['', cell.metric]}")
    if read is None:
        table.unknown.setdefault(metric, cell.place)
        return
    at, key = moment(cell.time, cell.place), (cell.node, read.measure)
    column = table.columns[key][read.rank + 100 * read.counted, f"{metric}/{cell.statistic}"]
    if at in column:
        raise InvalidInput(f"{cell.place}: expected one {metric} of {cell.node} at {cell.time}, found another")
    column[at] = value(cell.text, metric, cell.place, read)
    table.times.add(at)
    if read.counted:
        table.counted.add(key)


def _read(table: _Table) -> Metrics:
    """Return of each measure the best known metric that has values; what is counted is divided by the calls."""
    times = tuple(sorted(table.times))
    chosen = {key: _best(columns) for key, columns in table.columns.items()}
    left_out = set(table.unknown)
    values: dict[Key, tuple[float | None, ...]] = {}
    for key, ((rank, name), column) in sorted(chosen.items()):
        found = tuple(column.get(at) for at in times)
        if rank >= 100 and key in table.counted:  # noqa: PLR2004 - as in `_put`
            shares = _shares(found, chosen.get((key[0], Measure.TRAFFIC)), times)
            if shares is None:
                left_out.add(name.partition("/")[0])
                continue
            found = shares
        values[key] = found
    return Metrics(times=times, values=values, left_out=tuple(sorted(left_out)))


def _best(columns: dict[Name, Column]) -> tuple[Name, Column]:
    measured = {name: column for name, column in columns.items() if any(v is not None for v in column.values())}
    return min((measured or columns).items(), key=lambda found: found[0])


def _shares(
    counts: tuple[float | None, ...],
    traffic: tuple[Name, Column] | None,
    times: tuple[float, ...],
) -> tuple[float | None, ...] | None:
    """Return counts as shares of the calls; without those as they are if none is above one, else None."""
    if traffic is not None:
        calls = [traffic[1].get(at) for at in times]
        return tuple(
            None if count is None or not whole else min(count / whole, 1.0)
            for count, whole in zip(counts, calls, strict=True)
        )
    return counts if all(each is None or each <= 1.0 for each in counts) else None


def moment(text: str, place: str) -> float:
    """Return a moment in unix seconds, given so, in thousandths, or as ISO 8601; without an offset it is UTC."""
    try:
        found = _finite(float(text), text, place)
    except ValueError:
        pass
    else:
        return found / 1000 if found >= _MILLISECONDS_FROM else found
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise InvalidInput(f"{place}: expected unix seconds or a time of ISO 8601, found {text[:40]!r}") from None
    return (at if at.tzinfo is not None else at.replace(tzinfo=UTC)).timestamp()


def amount(text: str, what: str, place: str) -> float | None:
    """Return a number of 0 or more, None where nothing is written."""
    if text.strip().lower() in _GAPS:
        return None
    try:
        found = _finite(float(text), text, place)
    except ValueError:
        raise InvalidInput(f"{place}: expected a number for {what}, found {text[:40]!r}") from None
    if found < 0:
        raise InvalidInput(f"{place}: expected {what} within its bounds, found {text[:40]!r}")
    return found


def value(text: str, metric: str, place: str, read: Reading) -> float | None:
    """Return a value in the unit of its measure, None where it was not measured."""
    found = amount(text, metric, place)
    if found is None:
        return None
    if read.highest is not None and found > read.highest:
        raise InvalidInput(f"{place}: expected {metric} within its bounds, found {text[:40]!r}")
    found *= read.factor
    return 1.0 - found if read.left else found


def _finite(found: float, text: str, place: str) -> float:
    if not math.isfinite(found):
        raise InvalidInput(f"{place}: expected a finite number, found {text!r}; leave empty what was not measured")
    return found
