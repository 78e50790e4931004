"""The causal graph of an incident as a picture, in the style of a trace's: effects below their causes. Pure."""

from collections.abc import Sequence
from textwrap import wrap

from bot.surfaces.incidents import CausalGraph, Edge, Node
from bot.trace.layout import FOOT, GAP_X, GAP_Y, HEAD, LINE, MARGIN, WIDTH
from bot.trace.picture import LONGEST, PAD, STYLE, safe
from memory.model.incident import Happening

MOST_LINES = 3
MOST_ABREAST = 6
_FAMILIES = {
    "t-said": {Happening.MESSAGE, Happening.NOTE, Happening.UPDATE, Happening.CORRECTION},
    "t-thought": {Happening.HYPOTHESIS},
    "t-seen": {Happening.ALERT, Happening.OBSERVATION, Happening.METRIC},
    "t-rule": {Happening.PROPOSAL, Happening.DECISION},
    "t-people": {Happening.APPROVAL, Happening.DUTY, Happening.STATUS, Happening.SEVERITY},
    "t-act": {Happening.EFFECT, Happening.DEPLOY, Happening.FLAG},
}
_FAMILY = {kind: family for family, kinds in _FAMILIES.items() for kind in kinds}


class _Card:
    """Where a node stands."""

    def __init__(self, node: Node, x: float, y: float) -> None:
        self.node = node
        self.x = x
        self.y = y
        self.lines = tuple(wrap(node.text, LONGEST, max_lines=MOST_LINES, placeholder="…")) or ("…",)

    @property
    def height(self) -> int:
        return HEAD + LINE * len(self.lines) + FOOT


def drawn(graph: CausalGraph) -> str:
    """Return the SVG. What came from outside is in quotation marks, and no text of it is markup."""
    cards = _placed(_rows(graph))
    by_name = {card.node.id: card for card in cards}
    width = max((card.x + WIDTH for card in cards), default=WIDTH) + MARGIN
    height = max((card.y + card.height for card in cards), default=HEAD) + MARGIN
    lines = "".join(_line(by_name[edge.source], by_name[edge.target], edge) for edge in graph.edges)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="trace" role="img" width="{width:g}" '
        f'height="{height:g}" viewBox="0 0 {width:g} {height:g}">'
        f"<title>{safe(f'What led to what in {graph.incident}')}</title><style>{STYLE}</style>"
        f"{lines}{''.join(map(_drawn, cards))}</svg>\n"
    )


def _rows(graph: CausalGraph) -> list[list[Node]]:
    """Return the nodes by how many steps they are from what had no cause, each row in the order of time."""
    causes: dict[str, list[str]] = {}
    for edge in graph.edges:
        causes.setdefault(edge.target, []).append(edge.source)
    depths: dict[str, int] = {}
    for node in graph.nodes:  # in order of time: what led to a node stands before it, or counts for nothing here
        depths[node.id] = 1 + max((depths[each] for each in causes.get(node.id, ()) if each in depths), default=-1)
    rows: list[list[Node]] = [[] for _ in range(1 + max(depths.values(), default=0))]
    for node in graph.nodes:
        rows[depths[node.id]].append(node)
    return [row[first : first + MOST_ABREAST] for row in rows for first in range(0, len(row), MOST_ABREAST)]


def _placed(rows: Sequence[Sequence[Node]]) -> list[_Card]:
    cards: list[_Card] = []
    y = float(MARGIN)
    for row in rows:
        placed = [_Card(node, MARGIN + place * (WIDTH + GAP_X), y) for place, node in enumerate(row)]
        cards += placed
        y += max((card.height for card in placed), default=0) + GAP_Y
    return cards


def _line(above: _Card, below: _Card, edge: Edge) -> str:
    x1, y1 = above.x + WIDTH / 2, above.y + above.height
    x2, y2 = below.x + WIDTH / 2, below.y
    bend = max((y2 - y1) / 2, GAP_Y / 2)
    dashed = ' stroke-dasharray="4 3"' if edge.how != "cause" else ""
    way = f"M{x1:g} {y1:g}C{x1:g} {y1 + bend:g} {x2:g} {y2 - bend:g} {x2:g} {y2:g}"
    return f'<path class="t-edge"{dashed} d="{way}"/>'


def _drawn(card: _Card) -> str:
    node, x, y = card.node, card.x, card.y
    title = f"{node.at:%H:%M:%S} {node.kind.value} · {node.source}"
    whole = "\n".join(card.lines)
    quoted = (whole if node.trusted else f"“{whole}”").split("\n")
    hover = safe(f"{title}\n{node.text}")
    said = "".join(
        f'<text class="t-small" x="{x + PAD:g}" y="{y + HEAD + LINE * number - FOOT / 2:g}">{safe(line)}</text>'
        for number, line in enumerate(quoted, start=1)
    )
    return (
        f'<g class="t-node"><title>{hover}</title>'
        f'<rect class="t-card" x="{x:g}" y="{y:g}" width="{WIDTH}" height="{card.height}" rx="7"/>'
        f'<rect class="t-stripe {_FAMILY.get(node.kind, "")}" x="{x:g}" y="{y + 7:g}" width="4" '
        f'height="{card.height - 14}"/>'
        f'<text class="t-title" x="{x + PAD:g}" y="{y + HEAD - FOOT:g}">{safe(title)}</text>{said}</g>'
    )
