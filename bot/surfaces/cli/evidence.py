"""Evidence in the terminal: a numbered table, as answers cite it, and the lines that say more than numbers."""

from collections.abc import Sequence
from datetime import datetime

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from agents.units import moment, quantity
from bot.surfaces.cli.braille import plot
from bot.surfaces.cli.plain import plain, shortened
from memory.model.evidence import Evidence, Series

WIDTH, HEIGHT = 60, 4  # letters of a chart
MOST_CHARTS = 3
_SEVERAL = 3  # points that make a line worth drawing


def evidence_table(evidence: Sequence[Evidence], now: datetime) -> Table:
    """Return what was seen as rows, numbered from 1 as the answer cites them."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold", show_edge=False)
    table.add_column("#", justify="right", style="cyan", no_wrap=True)
    table.add_column("What was seen", ratio=3, overflow="fold")
    table.add_column("Source", no_wrap=True)
    table.add_column("Query", ratio=3, overflow="fold", style="dim")
    table.add_column("When", no_wrap=True)
    for number, item in enumerate(evidence, 1):
        table.add_row(str(number), _seen(item), plain(item.source), Text(plain(item.query)), _when(item, now))
    return table


def charts(evidence: Sequence[Evidence], now: datetime) -> tuple[RenderableType, ...]:
    """Return a small chart for each of the first lines among the evidence, with its range and its extremes."""
    lines = [(item, line) for item in evidence for line in item.series if len(line.points) >= _SEVERAL]
    return tuple(_chart(item, line, now) for item, line in lines[:MOST_CHARTS])


def _seen(item: Evidence) -> Text:
    text = Text(plain(item.summary))
    if item.text:
        text.append(f"\n“{shortened(item.text, 160)}”", style="italic dim")
    if item.link:
        text.append(f"\n{plain(item.link)}", style="blue underline")
    return text


def _when(item: Evidence, now: datetime) -> str:
    if item.range is None:
        return moment(item.observed_at, now)
    return f"{moment(item.range.start, now)} to\n{moment(item.range.end, now)}"


def _chart(item: Evidence, line: Series, now: datetime) -> RenderableType:
    values = [value for _, value in line.points]
    labels = [quantity(max(values), item.unit), *[""] * (HEIGHT - 2), quantity(min(values), item.unit)]
    margin = max(map(len, labels))
    picture = Text(no_wrap=True)
    for label, drawn in zip(labels, plot(line.points, WIDTH, HEIGHT), strict=True):
        picture.append(f"{label:>{margin}} ", style="dim")
        picture.append(f"{drawn}\n", style="cyan")
    start, end = (
        moment(datetime.fromtimestamp(at, now.tzinfo), now) for at in (line.points[0][0], line.points[-1][0])
    )
    picture.append(f"{'':{margin}} {start}{end:>{WIDTH - len(start)}}", style="dim")
    return Group(Text(shortened(line.name or item.summary, WIDTH + margin), style="bold"), picture)
