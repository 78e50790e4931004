"""The layouts in which metrics of a recorded case are written, each as one stream of cells. Pure.

A row for each value; a row for each node and moment; a row for each moment with a column for each node's metric,
its names together in one head or in two or three heads of their own.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from agents.investigation.naming import parted, reading
from memory.errors import InvalidInput

PLAIN = ("time", "node", "metric", "value")
HEADS = ("microservice", "metric", "statistic")
_TIME = ("time", "timestamp", "ts", "datetime", "date", "unix_timestamp", "@timestamp", "start_time")
_NODE = ("node", "service", "microservice", "component", "service_name", "cmdb_id", "app", "instance", "pod")
_METRIC = ("metric", "metric_name", "kpi", "kpi_name", "measure", "signal", "name")
_VALUE = ("value", "val", "measurement")
_STATISTIC = ("statistic", "stat", "agg", "aggregation")

Rows = Sequence[Sequence[str]]


class Cell(NamedTuple):
    """One value as it is written: where it stands, when, of what."""

    place: str
    time: str
    node: str
    metric: str
    statistic: str
    text: str


def stream(rows: Rows, name: str) -> Iterator[Cell]:
    """Return the cells of a file; raises `InvalidInput` for one of none of the layouts."""
    heads = [cell.strip().lower() for cell in rows[0]]
    second = rows[1][0].strip().lower() if len(rows) > 1 and rows[1] else ""
    if heads[0] in _NODE and (second in _METRIC or heads[0] == HEADS[0]):
        return _headed(rows, name)
    if not heads[0] and not second and len(rows) > 1 and any(reading(cell) for cell in rows[1][1:]):
        return _headed(_titled(rows), name)
    time, node, metric, value = (_column(heads, names) for names in (_TIME, _NODE, _METRIC, _VALUE))
    if time is not None and node is not None and metric is not None and value is not None:
        return _long(rows, name, (time, node, metric, value))
    if time is not None:
        found = {place: head for place, head in enumerate(rows[0]) if place not in {time, node}}
        if node is not None and any(reading(head) for head in found.values()):
            return _by_node(rows, name, time, node)
        if any(parted(head) for head in found.values()):
            return _wide(rows, name, time)
    expected = f"{','.join(PLAIN)} or a table whose first rows are {', '.join(HEADS)}"
    raise InvalidInput(f"{name}, line 1: expected {expected}, found {','.join(rows[0])[:80]!r}")


def _titled(rows: Rows) -> Rows:
    """Return a table whose rows of heads do not say what they are with their names before them."""
    third = rows[2] if len(rows) > len(HEADS) - 1 else []
    worded = bool(third) and not third[0].strip() and any(cell.strip() for cell in third[1:])
    heads = HEADS if worded else HEADS[:2]
    return [*([head, *row[1:]] for head, row in zip(heads, rows, strict=False)), *rows[len(heads) :]]


def _column(heads: Sequence[str], names: Sequence[str]) -> int | None:
    return next((heads.index(name) for name in names if name in heads), None)


def _body(rows: Rows, name: str, first: int) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield the rows below the heads with their places; raises `InvalidInput` for one of another length."""
    for line, row in enumerate(rows[first:], start=first + 1):
        if row:
            if len(row) != len(rows[0]):
                raise InvalidInput(f"{name}, line {line}: expected {len(rows[0])} values, found {len(row)}")
            yield f"{name}, line {line}", row


def _long(rows: Rows, name: str, columns: tuple[int, int, int, int]) -> Iterator[Cell]:
    for place, row in _body(rows, name, 1):
        time, node, metric, value = (row[column] for column in columns)
        yield Cell(place, time, node.strip(), metric, "", value)


def _by_node(rows: Rows, name: str, time: int, node: int) -> Iterator[Cell]:
    metrics = [(place, head) for place, head in enumerate(rows[0]) if place not in {time, node}]
    for place, row in _body(rows, name, 1):
        yield from (Cell(place, row[time], row[node].strip(), head, "", row[column]) for column, head in metrics)


def _wide(rows: Rows, name: str, time: int) -> Iterator[Cell]:
    named = [(place, parted(head) or ("", head)) for place, head in enumerate(rows[0]) if place != time]
    for place, row in _body(rows, name, 1):
        for column, (node, metric) in named:
            yield Cell(place, row[time], node or metric, metric, "", row[column])


def _headed(rows: Rows, name: str) -> Iterator[Cell]:
    """Yield the cells under rows of heads that name node, metric and, where there is a third one, statistic."""
    found = [row[0].strip() if row else "" for row in rows[: len(HEADS)]]
    many = 3 if len(found) == len(HEADS) and found[2].lower() in _STATISTIC else 2
    if len(found) < many or found[1].lower() not in _METRIC:
        raise InvalidInput(f"{name}: expected rows that begin with {', '.join(HEADS)}, found {found}")
    heads = rows[:many]
    if len({len(row) for row in heads}) != 1:
        raise InvalidInput(f"{name}: expected a head in each of these rows for every column, found other lengths")
    statistics = heads[2] if many == len(HEADS) else [""] * len(heads[0])
    filled = [row if any(cell.strip() for cell in row[1:]) else [] for row in rows]
    times = set[str]()
    for place, row in _body(filled, name, many):
        if row[0] in times:
            raise InvalidInput(f"{name}: expected one row for each moment, found the same moment twice")
        times.add(row[0])
        for column in range(1, len(row)):
            node, metric = heads[0][column].strip(), heads[1][column]
            yield Cell(f"{place}, {node}", row[0], node, metric, statistics[column], row[column])
