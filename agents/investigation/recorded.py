"""Puts a recorded case together from the text of its files; `docs/investigation.md` shows them. Pure.

Whatever a case is said to be caused by is never read. What is not of the layout is refused with the place where it
stands, what was expected there and what was found.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import cast

from agents.investigation.naming import USUAL, reading
from agents.investigation.situation import Change, Normal, Situation, Target, Track
from agents.investigation.tables import Metrics, amount, cells, moment
from memory.errors import InvalidInput
from memory.model.value import JsonValue

FEWEST_SAMPLES = 2
_CALLS = ("calls", "edges", "links")
_ENDS = (("from", "to"), ("caller", "callee"), ("source", "target"), ("parent", "child"), ("src", "dst"))


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
    if named and not measured & named:
        raise InvalidInput(
            f"expected a graph of the nodes that are measured, found none of them in it: measured are "
            f"{_few(measured)}, in the graph are {_few(named)}"
        )
    if about.target is not None and about.target.node not in measured | named:
        raise InvalidInput(f"expected the target to be a node of the case, found {about.target.node!r}")
    unmeasured = sorted(named - measured)
    missing = [f"nothing is measured of {_few(unmeasured)}"] if unmeasured else []
    if not calls:
        missing.append("there is no graph: each node is judged by itself")
    if metrics.left_out:
        missing.append(f"nothing is made of {_few(metrics.left_out)}")
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
        missing=tuple(missing),
    )


def graph_csv(text: str, name: str) -> frozenset[tuple[str, str]]:
    """Return the calls of a list of callers and callees, or of an adjacency matrix.

    In the matrix the node of a row calls those of the columns that are not 0.
    """
    rows = [row for row in cells(text, name) if row]
    if not rows:
        raise InvalidInput(f"{name}: expected a graph, found an empty file")
    heads = [cell.strip() for cell in rows[0]]
    ends = _ends([head.lower() for head in heads])
    if ends is None and (len(heads) == 1 or len(set(heads[1:])) != len(heads) - 1):
        raise InvalidInput(f"{name}, line 1: expected the names of the nodes, each once, found {rows[0][:5]}")
    found = set()
    for line, row in enumerate(rows[1:], start=2):
        if len(row) != len(rows[0]):
            raise InvalidInput(f"{name}, line {line}: expected {len(rows[0])} values, found {len(row)}")
        if ends is not None:
            found.add(_pair([row[ends[0]], row[ends[1]]], f"{name}, line {line}"))
            continue
        for column, cell in enumerate(row[1:], start=1):
            if amount(cell, "call", f"{name}, line {line}") or 0.0:
                found.add((row[0].strip(), heads[column]))
    return _calls(found, name)


def graph_json(text: str, name: str) -> frozenset[tuple[str, str]]:
    """Return the calls of `{"calls": [["caller", "callee"], …]}`; `{"from": …, "to": …}` does for a pair.

    `edges` or `links` do for calls, and so does an object with the callees of each caller.
    """
    whole = _object(text, name)
    rows: JsonValue = next((whole[key] for key in _CALLS if isinstance(whole.get(key), list)), None)
    if rows is None and whole and all(isinstance(each, list) for each in whole.values()):
        rows = [
            [caller, callee] for caller, callees in whole.items() for callee in cast("list[JsonValue]", callees)
        ]
    if not isinstance(rows, list):
        raise InvalidInput(f'{name}: expected {{"calls": [["caller", "callee"], …]}}, found no list of calls')
    return _calls({_pair(row, name) for row in rows}, name)


def _ends(heads: Sequence[str]) -> tuple[int, int] | None:
    """Return where caller and callee stand among the names of a call, None where they do not."""
    return next(
        ((heads.index(first), heads.index(last)) for first, last in _ENDS if first in heads and last in heads),
        None,
    )


def _pair(row: JsonValue, name: str) -> tuple[str, str]:
    ends: Sequence[JsonValue] = row if isinstance(row, list) else ()
    if isinstance(row, dict) and (at := _ends(list(row))) is not None:
        ends = [list(row.values())[each] for each in at]
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
    read = reading(metric) if isinstance(metric, str) else None
    if metric is not None and read is None:
        raise InvalidInput(f"{name}: expected as the target's metric {USUAL}, found {metric!r}")
    return Target(node=node.strip(), measure=read.measure if read is not None else None)


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
