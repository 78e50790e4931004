"""`quarterdeck incident numbers`: how fast incidents are noticed, taken up and over, and how much helps itself."""

from datetime import timedelta
from typing import Annotated

import typer
from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from agents.summaries.wording import day, spoken
from bot.surfaces.cli.client import Client
from bot.surfaces.cli.command import command
from bot.surfaces.cli.plain import plain
from bot.surfaces.cli.session import Session
from bot.surfaces.incident_numbers import By, Numbers, NumbersView, Share, Span

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
        return (Text(f"No incident began between {day(found.since)} and {day(found.until)}."),)
    return _table(found), Text(_METHODS, style="dim")


_METHODS = (
    "mean; median in its 95 % interval (exact, order statistics); shares with their 95 % interval (exact, "
    "Clopper-Pearson); “too few” where no honest interval can be given"
)


def _table(found: NumbersView) -> Table:
    title = f"{day(found.since)} to {day(found.until)}, by {found.by.value}"
    columns = ("", "Incidents", "MTTD", "MTTA", "MTTR", "Summarised by itself", "Automation worked")
    table = Table(*columns, title=title, box=box.SIMPLE_HEAD, show_edge=False, title_justify="left")
    for each in (found.all, *found.groups):
        table.add_row(*_row(each), style="bold" if each is found.all else "")
    return table


def _row(each: Numbers) -> tuple[str, ...]:
    incidents = f"{each.incidents}" + (f" ({each.unfinished} under way)" if each.unfinished else "")
    times = (_span(span) for span in (each.detect, each.acknowledge, each.recover))
    return (plain(each.name) or "all", incidents, *times, _share(each.summarised), _share(each.automation))


def _span(span: Span) -> str:
    if span.mean is None or span.median is None:
        return "none yet"
    bounds = span.median_bounds
    within = f"{_said(bounds.low)} to {_said(bounds.high)}" if bounds else "too few"
    return f"{_said(span.mean)}\nmedian {_said(span.median)}\n{within}"


def _share(share: Share) -> str:
    if share.value is None or share.bounds is None:
        return "none yet"
    return f"{share.value:.0%} ({share.hits} of {share.of})\n{share.bounds.low:.0%} to {share.bounds.high:.0%}"


def _said(seconds: float) -> str:
    return spoken(timedelta(seconds=seconds))
