"""The runs of a suite over time as one picture: a line a number, each on its own scale. Pure; it loads nothing."""

from collections.abc import Iterator, Sequence
from html import escape

from bot.evaluation.runs import EvalRun
from memory.errors import InvalidInput

WIDTH, ROW, LEFT, RIGHT, TOP = 720, 64, 250, 80, 44
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#333}.quiet{fill:#777;font-size:11px}"
    "polyline{fill:none;stroke:#2166ac;stroke-width:1.5}circle{fill:#2166ac}line{stroke:#ddd}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}.quiet{fill:#999}line{stroke:#444}"
    "polyline{stroke:#92c5de}circle{fill:#92c5de}}"
)


def svg(runs: Sequence[EvalRun]) -> str:
    """Return the history of one suite, oldest run first; raises `InvalidInput` for none, or for several suites."""
    suites = {each.suite for each in runs}
    if len(suites) != 1:
        raise InvalidInput(f"expected runs of one suite, found {', '.join(sorted(suites)) or 'no run'}")
    names = list(dict.fromkeys(name for run in runs for name in run.numbers))
    height = TOP + ROW * len(names) + 24
    body = "".join(_row(number, name, runs) for number, name in enumerate(names))
    first, last = runs[0], runs[-1]
    span = f"{first.at:%Y-%m-%d} ({first.revision}) to {last.at:%Y-%m-%d} ({last.revision})"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(last.suite)}, {len(runs)} runs"><style>{_STYLE}</style>'
        f'<text x="8" y="18" font-weight="bold">{escape(last.suite)}</text>'
        f'<text x="8" y="34" class="quiet">{escape(span)}</text>{body}</svg>\n'
    )


def _row(number: int, name: str, runs: Sequence[EvalRun]) -> str:
    middle = TOP + ROW * number + ROW / 2
    points = list(_points(name, runs, middle))
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    last = next(run.numbers[name] for run in reversed(runs) if name in run.numbers)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>' for x, y in points)
    return (
        f'<line x1="8" x2="{WIDTH - 8}" y1="{middle + ROW / 2}" y2="{middle + ROW / 2}"/>'
        f'<text x="8" y="{middle}">{escape(name)}</text>'
        f'<text x="8" y="{middle + 15}" class="quiet">{last.better.value} is better</text>'
        f'<polyline points="{line}"/>{dots}'
        f'<text x="{WIDTH - RIGHT + 12}" y="{middle + 4}">{last.value:.4g}</text>'
    )


def _points(name: str, runs: Sequence[EvalRun], middle: float) -> Iterator[tuple[float, float]]:
    values = [(place, run.numbers[name].value) for place, run in enumerate(runs) if name in run.numbers]
    least, most = min(value for _, value in values), max(value for _, value in values)
    width, tall = WIDTH - LEFT - RIGHT, ROW * 0.6
    for place, value in values:
        across = LEFT + width * (place / (len(runs) - 1) if len(runs) > 1 else 1.0)
        up = (value - least) / (most - least) if most > least else 0.5
        yield across, middle + tall * (0.5 - up)
