"""The causal graph of an incident: timeline entries and what led to what. Pure.

A recorded cause is an edge; so is a correction. What was changed in a turn without a recorded cause followed from
the message of that turn. Entries that led to nothing and followed from nothing are left out, unless they are
pinned or tell of what usually is a cause.
"""

from collections.abc import Iterator, Sequence

from bot.surfaces.incidents import CausalGraph, Edge, Node
from memory.model.incident import Happening, TimelineEntry

MOST_NODES = 300
LONGEST = 300  # characters of a node's text
_ALONE = frozenset({Happening.ALERT, Happening.DEPLOY, Happening.FLAG, Happening.METRIC, Happening.HYPOTHESIS})


def causal_graph(incident: str, entries: Sequence[TimelineEntry]) -> CausalGraph:
    """Return the graph of these entries, given in their order; the first 300 that matter, in that order."""
    known = {entry.id for entry in entries}
    edges = [edge for edge in dict.fromkeys(_edges(entries)) if edge.source in known and edge.target in known]
    linked = {name for edge in edges for name in (edge.source, edge.target)}
    wanted = [each for each in entries if each.id in linked or each.pinned or each.kind in _ALONE]
    kept = _most(wanted, linked)
    shown = {each.id for each in kept}
    return CausalGraph(
        incident=incident,
        nodes=tuple(_node(each) for each in kept),
        edges=tuple(edge for edge in edges if edge.source in shown and edge.target in shown),
        omitted=len(wanted) - len(kept),
    )


def _most(wanted: Sequence[TimelineEntry], linked: set[str]) -> list[TimelineEntry]:
    """Return as many as can be looked at, those that led to something before the others, in order."""
    ranked = sorted(wanted, key=lambda each: (not each.pinned, each.id not in linked))
    chosen = {each.id for each in ranked[:MOST_NODES]}
    return [each for each in wanted if each.id in chosen]


def _edges(entries: Sequence[TimelineEntry]) -> Iterator[Edge]:
    asked: dict[str, str] = {}
    for entry in entries:
        if entry.kind is Happening.MESSAGE and entry.correlation:
            asked.setdefault(entry.correlation, entry.id)
    for entry in entries:
        causes = [each for each in (entry.cause, *entry.further_causes) if each]
        turn = asked.get(entry.correlation or "")
        if not causes and turn and turn != entry.id:
            causes = [turn]
        yield from (Edge(source=each, target=entry.id) for each in causes)
        if entry.corrects:
            yield Edge(source=entry.corrects, target=entry.id, how="correction")


def _node(entry: TimelineEntry) -> Node:
    text = entry.text if len(entry.text) <= LONGEST else f"{entry.text[: LONGEST - 1]}…"
    return Node(
        id=entry.id,
        at=entry.at,
        kind=entry.kind,
        text=text,
        source=entry.source,
        subject=entry.subject,
        trusted=entry.trusted,
    )
