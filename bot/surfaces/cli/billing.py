"""Commands about bills: `cost ask`, `cost sources`, `cost import` and `cost bad-rows`."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from bot.surfaces.cli.client import Client
from bot.surfaces.cli.command import command
from bot.surfaces.cli.costs import cost, counted
from bot.surfaces.cli.plain import plain
from bot.surfaces.cli.screen import spaced
from bot.surfaces.cli.session import Session
from memory.errors import InvalidInput

__all__ = ["cost"]

if TYPE_CHECKING:
    from agents.costs.answer import CostAnswer
    from bot.surfaces.costs import CostReport

_NONE = 1  # the exit code where nothing of it is in the bills
_SHOWN = 50

Question = Annotated[
    str, typer.Argument(metavar="QUESTION", help="What you want to know about costs, in any words.")
]
After = Annotated[
    list[str] | None, typer.Option("--after", metavar="QUESTION", help="A question before it that it leans on.")
]
Bills = Annotated[
    list[Path] | None,
    typer.Option("--bill", metavar="FILE", help="Answer from this file alone, without a server; may be repeated."),
]
AsOf = Annotated[
    str, typer.Option("--as-of", metavar="TIME", help="With --bill: when it is now, such as 2026-11-21.")
]
Source = Annotated[str, typer.Option("--source", metavar="NAME", help="Only this source of bills.")]
Reason = Annotated[str, typer.Option("--reason", metavar="REASON", help="Only rows set aside for this reason.")]
Most = Annotated[int, typer.Option("--limit", min=1, max=500, help="How many rows.")]


@cost.command()
@command
def ask(session: Session, question: Question, after: After = None, bill: Bills = None, as_of: AsOf = "") -> None:
    """Answer a question about costs: a sentence, a table, the exact filters, and where to go on.

    Ends with 1 where nothing of it is in the bills. With --bill it needs no server.

    [bold]Examples[/bold]

      quarterdeck cost ask "what did we spend on compute last week by team?"
      quarterdeck cost ask "and by region?" --after "what did we spend last week by team?"
      quarterdeck cost ask "top five services" --bill focus-2026-10.parquet --json | jq '.lines'
    """
    if bill:
        session.run_here(lambda: _alone(session, bill, question, after or [], as_of))
    session.run(lambda client: _ask(client, session, question, after or []))


@cost.command()
@command
def sources(session: Session) -> None:
    """Show where bills come from, how fresh they are, and what they add up to.

    [bold]Examples[/bold]

      quarterdeck cost sources
      quarterdeck cost sources --json | jq '.totals'
    """
    session.run(lambda client: _sources(client, session))


@cost.command("import")
@command
def import_(session: Session, source: Source = "") -> None:
    """Ask every source of bills, or one, for what is new, and take it in. Doing it twice changes nothing.

    [bold]Examples[/bold]

      quarterdeck cost import
      quarterdeck cost import --source aws
    """
    session.run(lambda client: _import(client, session, source))


@cost.command("bad-rows")
@command
def bad_rows(session: Session, source: Source = "", reason: Reason = "", limit: Most = 20) -> None:
    """Show rows that could not be counted, why, and how many there are.

    [bold]Examples[/bold]

      quarterdeck cost bad-rows --reason currency
      quarterdeck cost bad-rows --json | jq '.counts'
    """
    session.run(lambda client: _bad_rows(client, session, {"source": source, "reason": reason, "limit": limit}))


async def _ask(client: Client, session: Session, question: str, after: list[str]) -> int:
    from agents.costs.answer import CostAnswer

    with session.screen.waiting("Looking into the bills"):
        found = await client.get("/v1/costs/answer", CostAnswer, {"q": question, "after": after or None})
    return _shown(session, found)


def _alone(session: Session, bills: list[Path], question: str, after: list[str], as_of: str) -> int:
    with session.screen.waiting("Reading the bills"):
        found = session.host.ask_bills(bills, question, after, _moment(as_of))
    return _shown(session, found)


async def _sources(client: Client, session: Session) -> int:
    from bot.surfaces.costs import CostReport

    found = await client.get("/v1/costs", CostReport)
    session.screen.show(found, *spaced(iter(_reported(found))))
    return 0


async def _import(client: Client, session: Session, source: str) -> int:
    from bot.surfaces.costs import CostReport, Refreshed

    with session.screen.waiting("Asking the sources"):
        await client.post("/v1/costs/refresh", {"source": source}, Refreshed)
        found = await client.get("/v1/costs", CostReport)
    session.screen.show(found, *spaced(iter(_reported(found))))
    return _NONE if any(each.error or each.refused for each in found.sources if source in {"", each.source}) else 0


async def _bad_rows(client: Client, session: Session, asked: dict[str, object]) -> int:
    from bot.surfaces.costs import BadRows

    found = await client.get("/v1/costs/bad-rows", BadRows, asked)
    lines = [Text(f"{counted(count, 'row')}: {why}", style="bold") for why, count in found.counts.items()]
    lines += [Text(plain(f"{each.reason}, {each.source}/{each.file}: {each.row[:300]}")) for each in found.rows]
    session.screen.show(found, *spaced(iter(lines or [Text("No row was set aside.")])))
    return 0


def _shown(session: Session, found: "CostAnswer") -> int:
    session.screen.show(found, *spaced(iter(_answer(found))))
    return 0 if found.found else _NONE


def _answer(found: "CostAnswer") -> Iterator[Text | Table]:
    yield Text(plain(found.sentence), style="bold" if found.found else "yellow")
    if len(found.lines) > 1:
        yield _table(found)
    for each in found.filters:
        yield Text(plain(f"counted: {each}"), style="dim")
    for each in found.notes:
        yield Text(plain(f"note: {each}"), style="yellow")
    for button in found.buttons:
        yield Text(plain(f"next: {button.says}"), style="dim")
    if found.bills.says:
        yield Text(found.bills.says, style="yellow" if found.bills.stale else "dim")


def _table(found: "CostAnswer") -> Table:
    from agents.costs.narrating import line_of

    table = Table(box=None, pad_edge=False, show_header=False)
    for line in found.lines[:_SHOWN]:
        name, _, rest = line_of(line, found).rpartition(": ")
        table.add_row(plain(name), plain(rest))
    if len(found.lines) > _SHOWN:
        table.add_row(f"and {len(found.lines) - _SHOWN} more", "")
    return table


def _reported(found: "CostReport") -> Iterator[Text]:
    yield Text(found.bills.says, style="yellow" if found.bills.stale else "bold")
    for each in found.sources:
        asked = f", asked {each.refreshed_at:%Y-%m-%d %H:%M} UTC" if each.refreshed_at else ", not asked yet"
        aside = f", {each.aside:,} set aside" if each.aside else ""
        yield Text(
            plain(f"{each.source}: {counted(each.files, 'file')}, {counted(each.rows, 'row')}{aside}{asked}")
        )
        if each.error:
            yield Text(plain(f"  {each.error}"), style="red")
        for name, why in each.refused:
            yield Text(plain(f"  {name}: {why}"), style="red")
    for currency, total in found.totals.items():
        yield Text(f"billed in all: {total:,.6f} {currency}", style="dim")


def _moment(text: str) -> datetime:
    if not text:
        return datetime.now(UTC)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"expected a time such as 2026-11-21 for --as-of, found {text[:40]!r}") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
