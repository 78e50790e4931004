"""Puts a recorded case together from the text of its files; `docs/investigation.md` shows them. Pure.

Whatever a case is said to be caused by is never read. What is not of the layout is refused with the place where it
stands, what was expected there and what was found.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from agents.investigation.situation import Change, Normal, Situation, Target, Track
from agents.investigation.tables import METRICS, Metrics, amount, cells, moment
from memory.errors import InvalidInput
from memory.model.value import JsonValue

FEWEST_SAMPLES = 2


@dataclass(frozen=True)
class About:
    """What else is known of a case: what is wrong, and what was changed."""

    target: Target | None = None
    changes: tuple[Change, ...] = ()


def situation(
    metrics: Metrics,
    calls: frozenset[tuple[str, str]],
    *,
    about: About,
    normal: Metrics | None = None,
    kind: Normal = Normal.NONE,
) -> Situation:
    """Return the situation of a case. Raises `InvalidInput` for one that has too little to tell anything."""
    if len(metrics.times) < FEWEST_SAMPLES:
        raise InvalidInput(f"expected at least {FEWEST_SAMPLES} samples of the case, found {len(metrics.times)}")
    if not any(value is not None for values in metrics.values.values() for value in values):
        raise InvalidInput("expected numbers in the metrics of the case, found none")
    measured = {node for node, _ in metrics.values}
    named = {end for call in calls for end in call}
    if not measured & named:
        raise InvalidInput(
            f"expected a graph of the nodes that are measured, found none of them in it: measured are "
            f"{_few(measured)}, in the graph are {_few(named)}"
        )
    if about.target is not None and about.target.node not in measured | named:
        raise InvalidInput(f"expected the target to be a node of the case, found {about.target.node!r}")
    unmeasured = sorted(named - measured)
    missing = (f"nothing is measured of {_few(unmeasured)}",) if unmeasured else ()
    usual = normal.values if normal is not None else {}
    return Situation(
        times=metrics.times,
        tracks={
            key: Track(values, tuple(value for value in usual.get(key, ()) if value is not None))
            for key, values in metrics.values.items()
        },
        calls=calls,
        normal=kind if normal is not None else Normal.NONE,
        target=about.target,
        changes=about.changes,
        missing=missing,
    )


def graph_csv(text: str, name: str) -> frozenset[tuple[str, str]]:
    """Return the calls of an adjacency matrix: the node of a row calls those of the columns that are not 0."""
    rows = [row for row in cells(text, name) if row]
    if not rows:
        raise InvalidInput(f"{name}: expected a graph, found an empty file")
    heads = [cell.strip() for cell in rows[0][1:]]
    if not heads or len(set(heads)) != len(heads):
        raise InvalidInput(f"{name}, line 1: expected the names of the nodes, each once, found {rows[0][:5]}")
    found = set()
    for line, row in enumerate(rows[1:], start=2):
        if len(row) != len(rows[0]):
            raise InvalidInput(f"{name}, line {line}: expected {len(rows[0])} values, found {len(row)}")
        for column, cell in enumerate(row[1:]):
            if (amount(cell, "call", f"{name}, line {line}") or 0.0) and row[0].strip() != heads[column]:
                found.add((row[0].strip(), heads[column]))
    return _calls(found, name)


def graph_json(text: str, name: str) -> frozenset[tuple[str, str]]:
    """Return the calls of `{"calls": [["caller", "callee"], …]}`; `{"from": …, "to": …}` does for a pair."""
    rows = _object(text, name).get("calls")
    if not isinstance(rows, list):
        raise InvalidInput(f'{name}: expected {{"calls": [["caller", "callee"], …]}}, found no list of calls')
    return _calls({_pair(row, name) for row in rows}, name)


def _pair(row: JsonValue, name: str) -> tuple[str, str]:
    ends: Sequence[JsonValue] = [row.get("from"), row.get("to")] if isinstance(row, dict) else ()
    ends = row if isinstance(row, list) else ends
    match ends:
        case [str(caller), str(callee)] if caller.strip() and callee.strip():
            return caller.strip(), callee.strip()
    raise InvalidInput(f'{name}: expected a call as ["caller", "callee"], found {json.dumps(row)[:80]}')


def _calls(found: set[tuple[str, str]], name: str) -> frozenset[tuple[str, str]]:
    if not found:
        raise InvalidInput(f"{name}: expected calls between nodes, found none")
    return frozenset((caller, callee) for caller, callee in found if caller != callee)


def about(text: str, name: str) -> About:
    """Return what is known of a case: target and changes. Its cause, should it stand there, is not looked at."""
    whole = _object(text, name)
    rows = whole.get("changes", [])
    if not isinstance(rows, list):
        raise InvalidInput(f"{name}: expected changes as a list, found {json.dumps(rows)[:60]}")
    return About(
        target=_target(whole["target"], name) if whole.get("target") is not None else None,
        changes=tuple(_change(row, f"{name}, change {number}") for number, row in enumerate(rows, start=1)),
    )


def _target(row: JsonValue, name: str) -> Target:
    node = row.get("node") if isinstance(row, dict) else row
    if not isinstance(node, str) or not node.strip():
        raise InvalidInput(
            f'{name}: expected a target as {{"node": …, "metric": …}}, found {json.dumps(row)[:80]}'
        )
    metric = row.get("metric") if isinstance(row, dict) else None
    if metric is not None and (not isinstance(metric, str) or metric.lower() not in METRICS):
        raise InvalidInput(f"{name}: expected as the target's metric {', '.join(METRICS)}, found {metric!r}")
    return Target(node=node.strip(), measure=METRICS[metric.lower()] if metric is not None else None)


def _change(row: JsonValue, place: str) -> Change:
    if not isinstance(row, dict):
        raise InvalidInput(f"{place}: expected an object with node, kind and at, found {json.dumps(row)[:60]}")
    node, kind, at, what, name = (str(row.get(key) or "").strip() for key in ("node", "kind", "at", "what", "id"))
    if not node or not kind or not at:
        raise InvalidInput(f"{place}: expected node, kind and at, found {sorted(row)}")
    return Change(node, kind.lower(), moment(at, place), what=what, id=name or f"{kind}:{node}:{at}")


def _object(text: str, name: str) -> dict[str, JsonValue]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{name}: expected JSON, found something else ({str(error)[:80]})") from None
    if not isinstance(found, dict):
        raise InvalidInput(f"{name}: expected a JSON object, found {type(found).__name__}")
    return found


def _few(names: Collection[str], most: int = 3) -> str:
    ordered = sorted(names)
    more = f" and {len(ordered) - most} more" if len(ordered) > most else ""
    return ", ".join(ordered[:most]) + more
