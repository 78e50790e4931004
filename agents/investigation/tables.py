"""Reads the metrics of a recorded case from text, in either of the layouts of `docs/investigation.md`. Pure.

What is not of a layout is refused with the place where it stands, what was expected there and what was found.
"""

import csv
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from agents.investigation.situation import Measure
from memory.errors import InvalidInput

MOST_CELLS = 5_000_000
MOST_NODES = 5_000
PLAIN = ("time", "node", "metric", "value")
HEADS = ("microservice", "metric", "statistic")
PERCENT = 100.0
AVERAGES = ("average", "avg", "mean", "")
METRICS = {
    "latency": Measure.LATENCY,
    "availability": Measure.FAILURES,
    "failures": Measure.FAILURES,
    "error_rate": Measure.FAILURES,
    "requests": Measure.TRAFFIC,
    "traffic": Measure.TRAFFIC,
    "saturation": Measure.SATURATION,
    "cpu": Measure.SATURATION,
    "memory": Measure.SATURATION,
}


@dataclass(frozen=True)
class Metrics:
    """What a file of metrics holds: moments in order and, for each measure of each node, its values at them."""

    times: tuple[float, ...]
    values: dict[tuple[str, Measure], tuple[float | None, ...]]


@dataclass
class _Table:
    times: list[float] = field(default_factory=list)
    columns: dict[tuple[str, Measure], list[float | None]] = field(default_factory=dict)


def metrics(text: str, name: str) -> Metrics:
    """Return the metrics of a file: `time,node,metric,value` rows, or a table under three rows of heads.

    Raises `InvalidInput` naming the file and the line.
    """
    rows = cells(text, name)
    if not rows or not rows[0]:
        raise InvalidInput(f"{name}: expected metrics, found an empty file")
    if sum(len(row) for row in rows) > MOST_CELLS:
        raise InvalidInput(f"{name}: expected at most {MOST_CELLS} values")
    first = tuple(cell.strip().lower() for cell in rows[0])
    if first == PLAIN:
        return _sorted(_plain(rows, name), name)
    if first[0] == HEADS[0]:
        return _sorted(_headed(rows, name), name)
    expected = f"{','.join(PLAIN)} or a table whose first rows are {', '.join(HEADS)}"
    raise InvalidInput(f"{name}, line 1: expected {expected}, found {','.join(rows[0])[:80]!r}")


def cells(text: str, name: str) -> list[list[str]]:
    """Return the rows of a CSV file; raises `InvalidInput` for what is none."""
    try:
        return list(csv.reader(io.StringIO(text)))
    except csv.Error as error:
        raise InvalidInput(f"{name}: expected CSV, found something else ({error})") from None


def _plain(rows: list[list[str]], name: str) -> _Table:
    at: dict[float, dict[tuple[str, Measure], float | None]] = {}
    for line, row in enumerate(rows[1:], start=2):
        if not row:
            continue
        place = f"{name}, line {line}"
        if len(row) != len(PLAIN):
            raise InvalidInput(f"{place}: expected {len(PLAIN)} values, found {len(row)}")
        node, metric = row[1].strip(), row[2].strip().lower()
        if not node or metric not in METRICS:
            raise InvalidInput(f"{place}: expected a node and one of {', '.join(METRICS)}, found {row[1:3]}")
        sample = at.setdefault(moment(row[0], place), {})
        key = (node, METRICS[metric])
        if key in sample:
            raise InvalidInput(f"{place}: expected one {metric} of {node} at {row[0]}, found another")
        sample[key] = amount(row[3], metric, place)
    keys = sorted({key for sample in at.values() for key in sample})
    return _Table(list(at), {key: [sample.get(key) for sample in at.values()] for key in keys})


def _headed(rows: list[list[str]], name: str) -> _Table:
    """Return a table in which a column is a statistic of a metric of a node, under rows that name the three."""
    if len(rows) < len(HEADS) or tuple(row[0].strip().lower() for row in rows[:3] if row) != HEADS:
        found = [row[0] if row else "" for row in rows[:3]]
        raise InvalidInput(f"{name}: expected rows that begin with {', '.join(HEADS)}, found {found}")
    body = [(line, row) for line, row in enumerate(rows[3:], start=4) if any(cell.strip() for cell in row[1:])]
    table = _Table()
    for line, row in body:
        if len(row) != len(rows[0]):
            raise InvalidInput(f"{name}, line {line}: expected {len(rows[0])} values, found {len(row)}")
        table.times.append(moment(row[0], f"{name}, line {line}"))
    for column, (node, metric) in _columns(rows, name):
        key = (node, METRICS[metric])
        table.columns[key] = [amount(row[column], metric, f"{name}, line {line}, {node}") for line, row in body]
    return table


def _columns(rows: list[list[str]], name: str) -> Iterator[tuple[int, tuple[str, str]]]:
    """Yield the columns to read: of several statistics of one metric the average, or else the first."""
    nodes, kinds, statistics = rows[:3]
    if not len(nodes) == len(kinds) == len(statistics):
        raise InvalidInput(f"{name}: expected three heads for every column, found rows of other lengths")
    best: dict[tuple[str, Measure], tuple[int, int, str]] = {}
    for column in range(1, len(nodes)):
        node, metric = nodes[column].strip(), kinds[column].strip().lower()
        if not node or metric not in METRICS:
            raise InvalidInput(
                f"{name}, column {column + 1}: expected a node and one of {', '.join(METRICS)}, "
                f"found {nodes[column]!r} and {kinds[column]!r}"
            )
        worse = 0 if statistics[column].strip().lower() in AVERAGES else 1
        best[node, METRICS[metric]] = min(best.get((node, METRICS[metric]), (2, 0, "")), (worse, column, metric))
    yield from ((column, (node, metric)) for (node, _), (_, column, metric) in best.items())


def _sorted(table: _Table, name: str) -> Metrics:
    if len(set(table.times)) != len(table.times):
        raise InvalidInput(f"{name}: expected one row for each moment, found the same moment twice")
    if len({node for node, _ in table.columns}) > MOST_NODES:
        raise InvalidInput(f"{name}: expected at most {MOST_NODES} nodes")
    order = sorted(range(len(table.times)), key=lambda index: table.times[index])
    return Metrics(
        times=tuple(table.times[index] for index in order),
        values={key: tuple(column[index] for index in order) for key, column in table.columns.items()},
    )


def moment(text: str, place: str) -> float:
    """Return a moment in unix seconds, given so or as ISO 8601 with its offset."""
    try:
        return _finite(float(text), text, place)
    except ValueError:
        pass
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise InvalidInput(f"{place}: expected unix seconds or a time with its offset, found {text[:40]!r}")
    return at.timestamp()


def amount(text: str, metric: str, place: str) -> float | None:
    """Return a value in the unit of its measure, None where the cell is empty."""
    if not text.strip():
        return None
    try:
        value = _finite(float(text), text, place)
    except ValueError:
        raise InvalidInput(f"{place}: expected a number for {metric}, found {text[:40]!r}") from None
    if value < 0 or (metric == "availability" and value > PERCENT):
        raise InvalidInput(f"{place}: expected {metric} within its bounds, found {text[:40]!r}")
    if metric == "availability":
        return 1.0 - value / PERCENT
    return value


def _finite(value: float, text: str, place: str) -> float:
    if not math.isfinite(value):
        raise InvalidInput(f"{place}: expected a finite number, found {text!r}; leave empty what was not measured")
    return value
