"""Where each thing of a trace stands in its picture: causes above effects, in rows. Pure.

Things of one kind with the same causes and nothing after them share a card once they are many, so that ten looks
stay one glance.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from memory.model.bodies import EntryKind
from memory.trace import CausalGraph, Node

WIDTH, GAP_X, GAP_Y, MARGIN = 216, 18, 30, 12  # pixels
ASIDE = 24  # pixels at the right, where lines pass by the rows between their ends
HEAD, LINE, FOOT = 24, 15, 8
MOST_ALONE = 3  # so many alike still stand side by side


@dataclass(frozen=True)
class Box:
    """A card of the picture: one thing, or several alike; `lines` is how many it has below its title."""

    nodes: tuple[Node, ...]
    lines: int
    row: int
    x: float
    y: float

    @property
    def height(self) -> int:
        """Return the card's height."""
        return HEAD + LINE * self.lines + FOOT


@dataclass(frozen=True)
class Layout:
    """The cards, and the size of the picture."""

    boxes: tuple[Box, ...]
    width: float
    height: float

    def box_of(self) -> dict[str, Box]:
        """Return the card that each thing stands on."""
        return {node.subject: box for box in self.boxes for node in box.nodes}


def laid_out(graph: CausalGraph, lines: dict[str, int]) -> Layout:
    """Return where everything stands; `lines` is how many lines each thing needs on a card of its own."""
    rows = _rows(graph)
    width = 2 * MARGIN + max(_breadth(row) for row in rows)
    boxes: list[Box] = []
    centres: dict[str, float] = {}
    y = float(MARGIN)
    for number, row in enumerate(rows):
        ordered = sorted(row, key=lambda card: _pull(card, centres, width / 2))
        placed = _placed(ordered, number, (width - _breadth(row)) / 2, y, lines)
        boxes += placed
        centres |= {node.subject: box.x + WIDTH / 2 for box in placed for node in box.nodes}
        y += max(box.height for box in placed) + GAP_Y
    return Layout(boxes=tuple(boxes), width=width + ASIDE, height=y - GAP_Y + MARGIN)


def _breadth(row: Sequence[object]) -> float:
    return len(row) * WIDTH + (len(row) - 1) * GAP_X


def _placed(row: list[tuple[Node, ...]], number: int, x: float, y: float, lines: dict[str, int]) -> list[Box]:
    return [
        Box(
            nodes=card,
            lines=lines[card[0].subject] if len(card) == 1 else len(card),
            row=number,
            x=x + place * (WIDTH + GAP_X),
            y=y,
        )
        for place, card in enumerate(row)
    ]


def _pull(card: tuple[Node, ...], centres: dict[str, float], middle: float) -> tuple[float, int]:
    """Return where a card would like to stand: below its causes, else in the order of the log."""
    above = [centres[cause] for node in card for cause in node.causes]
    return (sum(above) / len(above) if above else middle, card[0].index)


def _rows(graph: CausalGraph) -> list[list[tuple[Node, ...]]]:
    """Return the cards of each row.

    A run's end stands below everything that its run led to, and what came of nothing here just above what came of
    it.
    """
    depths = graph.depths()
    deepest = max(depths.values())
    for node in graph.nodes:
        if node.kind is EntryKind.END:
            depths[node.subject] = deepest + 1
        elif not node.causes and node.effects:
            depths[node.subject] = min(depths[effect] for effect in node.effects) - 1
    ordered = sorted(graph.nodes, key=lambda node: (depths[node.subject], node.index))
    return [list(_cards(row)) for _, row in groupby(ordered, key=lambda node: depths[node.subject])]


def _cards(row: Iterable[Node]) -> Iterable[tuple[Node, ...]]:
    alike: dict[object, list[Node]] = {}
    for node in row:
        alike.setdefault((node.kind, node.causes, node.effects), []).append(node)
    for nodes in alike.values():
        if len(nodes) > MOST_ALONE:
            yield tuple(nodes)
        else:
            yield from ((node,) for node in nodes)
