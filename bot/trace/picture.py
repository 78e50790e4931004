"""A trace as a picture: an SVG with selectable text, light or dark as the reader's system, drawn by hand. Pure."""

from collections.abc import Callable
from html import escape
from unicodedata import category

from bot.trace.layout import ASIDE, FOOT, HEAD, LINE, WIDTH, Box, Layout, laid_out
from bot.trace.telling import Told, Trace, seconds, told
from memory.model.bodies import EntryKind
from memory.trace import Node
from memory.trace.chain import ACTIONS

LONGEST = 34  # letters of a line on a card
MOST_LINES = 4
PAD = 12

Link = Callable[[Node], str]

STYLE = """
.trace{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
.trace .t-card{fill:#fff;stroke:#d5d1c8}
.trace .t-title{font-weight:600;fill:#1b2128}
.trace .t-small{font-size:11px;fill:#58626e}
.trace .t-edge{fill:none;stroke:#8b95a1;stroke-width:1.4}
.trace .t-stripe{fill:#7b8794}
.trace .t-said{fill:#1f5f8b}.trace .t-thought{fill:#6b4fa0}.trace .t-seen{fill:#0f766e}
.trace .t-rule{fill:#b7791f}.trace .t-people{fill:#23694a}.trace .t-act{fill:#c2410c}
.trace .t-bad .t-card{stroke:#a32d27}.trace .t-bad .t-title,.trace .t-broken{fill:#a32d27}
.trace .t-whole{fill:#23694a}
.trace a{text-decoration:none}.trace a:hover .t-card,.trace a:focus .t-card{stroke:#1f5f8b;stroke-width:2}
@media (prefers-color-scheme:dark){
.trace .t-card{fill:#171d24;stroke:#36414c}
.trace .t-title{fill:#e4e8ec}.trace .t-small{fill:#9ba6b2}.trace .t-edge{stroke:#6b7785}
.trace .t-said{fill:#84bde2}.trace .t-thought{fill:#b7a2e3}.trace .t-seen{fill:#5cc4b8}
.trace .t-rule{fill:#edcb7e}.trace .t-people{fill:#86cfaa}.trace .t-act{fill:#f0905f}
.trace .t-bad .t-card{stroke:#f29a91}.trace .t-bad .t-title,.trace .t-broken{fill:#f29a91}
.trace .t-whole{fill:#86cfaa}
}
"""

_FAMILIES = {
    "t-said": {EntryKind.MESSAGE, EntryKind.REPLY},
    "t-thought": {EntryKind.RECALL, EntryKind.MODEL, EntryKind.INTERPRETATION},
    "t-seen": {EntryKind.EVIDENCE, EntryKind.CHECK, EntryKind.MEASUREMENT},
    "t-rule": {EntryKind.PLAN, EntryKind.DECISION, EntryKind.DENIAL, EntryKind.POLICY},
    "t-people": {EntryKind.APPROVAL, EntryKind.STANDING, EntryKind.BREAK_GLASS, EntryKind.REVIEW},
    "t-act": {EntryKind.DECIDED, EntryKind.OUTCOME, EntryKind.UNDO, EntryKind.DEAD_LETTER},
}
_FAMILY = {kind: family for family, kinds in _FAMILIES.items() for kind in kinds}


def svg(trace: Trace, link: Link | None = None, *, styled: bool = True) -> str:
    """Return the picture; `link` gives the address that a thing leads to, `styled` puts `STYLE` inside."""
    words = {node.subject: _worded(node, trace) for node in trace.graph.nodes}
    layout = laid_out(trace.graph, {subject: len(said.details) for subject, said in words.items()})
    role = "img" if link is None else "group"  # what an image holds, nobody can follow
    style = f"<style>{STYLE}</style>" if styled else ""
    parts = [*_edges(trace, layout), *(_card(box, words, trace, link) for box in layout.boxes)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="trace" role="{role}" width="{layout.width:g}" '
        f'height="{layout.height:g}" viewBox="0 0 {layout.width:g} {layout.height:g}">'
        f"<title>{safe(f'What led to what: {trace.subject}')}</title>{style}{''.join(parts)}</svg>\n"
    )


def _worded(node: Node, trace: Trace) -> Told:
    """Return a thing in the lines of its card: what is worth knowing, then who, when and where in the log."""
    said = told(node, trace)
    kept = said.details[: MOST_LINES - 1]
    return said.model_copy(update={"details": (*kept, _foot(node, trace))})


def _foot(node: Node, trace: Trace) -> str:
    parts = (trace.who(node.first), f"#{node.index}", seconds(node.first.at, trace.began()))
    return " · ".join(part for part in parts if part)


def _edges(trace: Trace, layout: Layout) -> list[str]:
    """Return the lines from causes to effects, without those that others imply."""
    boxes, implied = layout.box_of(), _implied(trace)
    pairs = [
        (boxes[cause], boxes[node.subject])
        for node in trace.graph.nodes
        for cause in node.causes
        if (cause, node.subject) not in implied
    ]
    lines = [_down(*pair) if pair[1].row == pair[0].row + 1 else _aside(*pair, layout) for pair in pairs]
    return [f'<path class="t-edge" d="{line}"/>' for line in dict.fromkeys(lines)]


def _down(above: Box, below: Box) -> str:
    """Return the way from one row to the next."""
    x1, y1 = above.x + WIDTH / 2, above.y + above.height
    x2, y2 = below.x + WIDTH / 2, below.y
    bend = (y2 - y1) / 2
    return f"M{x1:g} {y1:g}C{x1:g} {y1 + bend:g} {x2:g} {y2 - bend:g} {x2:g} {y2:g}"


def _aside(above: Box, below: Box, layout: Layout) -> str:
    """Return the way past the rows in between: along the right side, so that it seems to lead to none of them."""
    x1, y1 = above.x + WIDTH, above.y + above.height / 2
    x2, y2 = below.x + WIDTH, below.y + below.height / 2
    lane, turn = layout.width - ASIDE / 2, ASIDE / 3
    return (
        f"M{x1:g} {y1:g}H{lane - turn:g}q{turn:g} 0 {turn:g} {turn:g}"
        f"V{y2 - turn:g}q0 {turn:g} {-turn:g} {turn:g}H{x2:g}"
    )


def _implied(trace: Trace) -> set[tuple[str, str]]:
    """Return the pairs of cause and effect that lie on a longer way between the two as well."""
    above: dict[str, set[str]] = {}
    for node in trace.graph.nodes:
        above[node.subject] = set(node.causes).union(*(above.get(cause, set()) for cause in node.causes))
    return {
        (cause, node.subject)
        for node in trace.graph.nodes
        for cause in node.causes
        if any(cause in above.get(other, set()) for other in node.causes)
    }


def _card(box: Box, words: dict[str, Told], trace: Trace, link: Link | None) -> str:
    first = words[box.nodes[0].subject]
    alone = len(box.nodes) == 1
    title = first.title if alone else f"{first.title} {len(box.nodes)} times"
    lines = (
        [_lines(box, words, link)] if not alone else [_line(box, n, said) for n, said in enumerate(first.details)]
    )
    bad = " t-bad" if any(words[node.subject].bad for node in box.nodes) else ""
    family = _FAMILY.get(box.nodes[0].kind, "")
    whole = "\n".join((title, *(line for node in box.nodes for line in told(node, trace).details)))
    card = (
        f'<g class="t-node{bad}"><title>{safe(whole)}</title>'
        f'<rect class="t-card" x="{box.x:g}" y="{box.y:g}" width="{WIDTH}" height="{box.height}" rx="7"/>'
        f'<rect class="t-stripe {family}" x="{box.x:g}" y="{box.y + 7:g}" width="4" height="{box.height - 14}"/>'
        f'<text class="t-title" x="{box.x + PAD:g}" y="{box.y + HEAD - FOOT:g}">{safe(_cut(title))}</text>'
        f"{_mark(box, trace)}{''.join(lines)}</g>"
    )
    return _linked(card, box.nodes[0], link) if alone else card


def _line(box: Box, number: int, said: str) -> str:
    y = box.y + HEAD + LINE * (number + 1) - FOOT / 2
    return f'<text class="t-small" x="{box.x + PAD:g}" y="{y:g}">{safe(_cut(said))}</text>'


def _lines(box: Box, words: dict[str, Told], link: Link | None) -> str:
    """Return the lines of a card that several things share, each leading to its own."""
    said = [f"{' · '.join(words[node.subject].details[:1])} #{node.index}" for node in box.nodes]
    return "".join(_linked(_line(box, n, said[n]), node, link) for n, node in enumerate(box.nodes))


def _mark(box: Box, trace: Trace) -> str:
    """Return an action's mark: whether its chain is whole, and what it lacks."""
    if box.nodes[0].kind not in ACTIONS:
        return ""
    subjects = {node.subject for node in box.nodes}
    missing = [lack for chain in trace.chains if chain.action in subjects for lack in chain.missing]
    kind, sign = ("t-broken", "✘") if missing else ("t-whole", "✔")
    why = f"Missing: {', '.join(missing)}" if missing else "Traced to the message it began with"
    x, y = box.x + WIDTH - PAD, box.y + HEAD - FOOT
    return f'<text class="{kind}" text-anchor="end" x="{x:g}" y="{y:g}">{sign}<title>{safe(why)}</title></text>'


def _linked(drawn: str, node: Node, link: Link | None) -> str:
    return drawn if link is None else f'<a href="{safe(link(node))}">{drawn}</a>'


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def safe(text: str) -> str:
    """Return text that is safe between tags and quotes: none of it is markup, and none of it is invisible."""
    shown = "".join(
        c if c == "\n" or category(c) not in {"Cc", "Cf", "Cs", "Cn"} else "\N{REPLACEMENT CHARACTER}"
        for c in text
    )
    return escape(shown)
