"""Evidence in the terminal: a numbered table, as answers cite it, and the lines that say more than numbers."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from agents.units import moment, quantity
from bot.surfaces.cli.braille import plot
from bot.surfaces.cli.plain import plain, shortened
from memory.model.evidence import Evidence, Series

WIDTH, HEIGHT = 60, 4  # letters of a chart
LONGEST_QUERY = 60  # letters; `evidence ID` shows all of it
_SEVERAL = 3  # points that make a line worth drawing
_SHORT = timedelta(minutes=10)  # of a chart whose times need their seconds


def evidence_table(evidence: Sequence[Evidence], now: datetime) -> Table:
    """Return what was seen as rows, numbered from 1 as the answer cites them.

    An address is spelled out (`evidence_in_full`) and never hidden behind a word: others may have written it.
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold", show_edge=False)
    table.add_column("#", justify="right", style="cyan", no_wrap=True)
    table.add_column("What was seen", ratio=3, overflow="fold")
    table.add_column("Source", no_wrap=True)
    table.add_column("Query", ratio=3, overflow="fold", style="dim")
    table.add_column("When", no_wrap=True)
    for number, item in enumerate(evidence, 1):
        query = shortened(item.query, LONGEST_QUERY)
        table.add_row(str(number), _seen(item), Text(plain(item.source)), Text(query), _when(item, now))
    return table


def charts(evidence: Sequence[Evidence], now: datetime, most: int) -> tuple[RenderableType, ...]:
    """Return a small chart for each of the first lines among the evidence, with its range and its extremes."""
    lines = [(item, line) for item in evidence for line in item.series if len(line.points) >= _SEVERAL]
    return tuple(_chart(item, line, now) for item, line in lines[:most])


def evidence_in_full(item: Evidence, now: datetime) -> RenderableType:
    """Return one fact with its whole query, its link, and all that the source itself said."""
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="dim", no_wrap=True)
    rows.add_column(overflow="fold")
    facts = {
        "What was seen": item.summary,
        "Source": item.source,
        "Query": item.query,
        "When": _when(item, now).replace("\n", " "),
        "Link": item.link,
        "In its words": item.text,
    }
    for name, value in facts.items():
        if value:
            rows.add_row(name, Text(plain(value)))
    return rows


def _seen(item: Evidence) -> Text:
    text = Text(plain(item.summary))
    if item.text:
        text.append(f"\n“{shortened(item.text, 160)}”", style="italic dim")
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
    start, end = _ends(line, now)
    picture.append(f"{'':{margin}} {start}{end:>{WIDTH - len(start)}}", style="dim")
    return Group(Text(shortened(line.name or item.summary, WIDTH + margin), style="bold"), picture)


def _ends(line: Series, now: datetime) -> tuple[str, str]:
    first, last = (datetime.fromtimestamp(at, now.tzinfo) for at in (line.points[0][0], line.points[-1][0]))
    if last - first < _SHORT:
        return f"{first:%H:%M:%S}", f"{last:%H:%M:%S} UTC"
    return moment(first, now), moment(last, now)
