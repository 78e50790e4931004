"""The blast radius as a picture: what is changed, left of it what it leans on, right what leans on it. Pure.

It is SVG without styles or scripts, in the colour of the text around it, so that it reads on light and dark
ground; what a shape means stands in words inside it.
"""

from collections import defaultdict
from collections.abc import Iterator
from html import escape

from memory.model.impact import Affected, Impact, Reach
from runbooks.impact.wording import line

WIDTH, HEIGHT = 160, 44  # of a box, in pixels
ACROSS, DOWN = 60, 16  # between boxes
EDGE = 10
MOST = 40  # boxes; the words beside it tell of the others
_LONGEST = 17  # letters in a box

Place = tuple[int, int]


def svg(impact: Impact) -> str:
    """Return the picture, described for those who cannot see it; empty where there is nothing to draw."""
    shown = impact.services[:MOST]
    if not shown:
        return ""
    places = _placed(shown)
    wide = max(x for x, _ in places.values()) + WIDTH + EDGE
    high = max(y for _, y in places.values()) + HEIGHT + EDGE
    told = escape(" ".join(map(line, shown)))
    parts = [*_edges(shown, places), *(_box(each, *places[each.service]) for each in shown)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="radius-title radius-desc" '
        f'viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" font-family="sans-serif" font-size="13">'
        f'<title id="radius-title">Blast radius</title><desc id="radius-desc">{told}</desc>{"".join(parts)}</svg>'
    )


def _placed(shown: tuple[Affected, ...]) -> dict[str, Place]:
    columns: defaultdict[int, list[str]] = defaultdict(list)
    for each in shown:
        columns[-each.distance if each.reach is Reach.UPSTREAM else each.distance].append(each.service)
    first = min(columns)
    return {
        name: (EDGE + (column - first) * (WIDTH + ACROSS), EDGE + row * (HEIGHT + DOWN))
        for column, names in columns.items()
        for row, name in enumerate(names)
    }


def _edges(shown: tuple[Affected, ...], places: dict[str, Place]) -> Iterator[str]:
    for each in shown:
        for nearer in each.leads:
            if nearer in places:
                (x1, y1), (x2, y2) = sorted((places[each.service], places[nearer]))
                yield (
                    f'<line x1="{x1 + WIDTH}" y1="{y1 + HEIGHT // 2}" x2="{x2}" y2="{y2 + HEIGHT // 2}" '
                    'stroke="currentColor" stroke-width="1.5" opacity="0.5"/>'
                )


def _box(each: Affected, x: int, y: int) -> str:
    dashed = ' stroke-dasharray="5 3"' if each.reach is Reach.UPSTREAM else ""
    thick = "3" if each.reach is Reach.ITSELF else "1.5"
    name = each.service if len(each.service) <= _LONGEST else f"{each.service[: _LONGEST - 1]}…"
    below = "changed" if each.reach is Reach.ITSELF else f"{each.reach.value}, {each.distance} away"
    return (
        f'<g><title>{escape(line(each))}</title><rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="6" '
        f'fill="none" stroke="currentColor" stroke-width="{thick}"{dashed}/>'
        f'<text x="{x + 10}" y="{y + 19}" fill="currentColor" font-weight="bold">{escape(name)}</text>'
        f'<text x="{x + 10}" y="{y + 35}" fill="currentColor" font-size="11">{below}</text></g>'
    )
