"""`quarterdeck incident numbers`: how fast incidents are noticed, taken up and over, and how much helps itself."""

from datetime import timedelta
from typing import Annotated

import typer
from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from bot.surfaces.cli.client import Client
from bot.surfaces.cli.command import command
from bot.surfaces.cli.plain import plain
from bot.surfaces.cli.session import Session
from bot.surfaces.incident_numbers import By, NumbersView
from bot.surfaces.number_words import HEADS, METHODS, nothing, row, title

Days = Annotated[int, typer.Option("--days", min=1, max=3660, help="How far back.")]
GroupedBy = Annotated[By, typer.Option("--by", help="What they are told apart by.")]


@command
def numbers(session: Session, days: Days = 90, by: GroupedBy = By.SERVICE) -> None:
    """Show how fast incidents are noticed, taken up and over, and how much is summarised and done by itself.

    A time is the mean, with the median and the interval it lies in; where there are too few cases for an interval,
    none is shown. Shares come with their exact intervals.

    [bold]Examples[/bold]

      quarterdeck incident numbers
      quarterdeck incident numbers --days 30 --by team --json
    """
    session.run(lambda client: _numbers(client, session, days, by))


async def _numbers(client: Client, session: Session, days: int, by: By) -> int:
    since = session.screen.now() - timedelta(days=days)
    found = await client.get("/v1/incidents/numbers", NumbersView, {"from": since.isoformat(), "by": by.value})
    session.screen.show(found, *_shown(found))
    return 0


def _shown(found: NumbersView) -> tuple[RenderableType, ...]:
    if not found.all.incidents:
        return (Text(nothing(found)),)
    return _table(found), Text(METHODS, style="dim")


def _table(found: NumbersView) -> Table:
    columns = ("", *HEADS)
    table = Table(*columns, title=title(found), box=box.SIMPLE_HEAD, show_edge=False, title_justify="left")
    for each in (found.all, *found.groups):
        cells = ("\n".join(cell) for cell in row(each))
        table.add_row(plain(each.name) or "all", *cells, style="bold" if each is found.all else "")
    return table
