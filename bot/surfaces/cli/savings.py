"""`quarterdeck cost savings|under|what-if|measured|adopt`: what could be saved, and what was. None acts."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer
from rich import box
from rich.console import RenderableType
from rich.table import Column, Table
from rich.text import Text

from bot.surfaces.cli.client import Client
from bot.surfaces.cli.command import command
from bot.surfaces.cli.plain import plain
from bot.surfaces.cli.replies import reply_parts
from bot.surfaces.cli.screen import spaced
from bot.surfaces.cli.session import Session
from bot.surfaces.savings import MeasuredView, SavingsView
from memory.errors import InvalidInput
from memory.model.saving import Adoption, Band, Measured
from tools.saving_words import confidence

Amount = Annotated[str, typer.Argument(metavar="AMOUNT", help="What a month shall cost at most, such as 5000.")]
Chosen = Annotated[
    list[str], typer.Argument(metavar="SAVING...", help="The ids of savings, as `cost savings` tells.")
]
One = Annotated[str, typer.Argument(metavar="SAVING", help="The id of a saving, as `cost savings` tells.")]
Propose = Annotated[bool, typer.Option("--propose", help="Submit what tools can do of it as a plan that waits.")]
Since = Annotated[str, typer.Option("--at", metavar="DATE", help="When it was done; now, if left out.")]
SHORT = 1  # the exit code of a plan that does not get there


@command
def savings(session: Session) -> None:
    """Show what could be saved, ranked, with its risks. Nothing is done.

    [bold]Examples[/bold]

      quarterdeck cost savings
      quarterdeck cost savings --json | jq -r '.plan.chosen[].saving.title'
    """
    session.run(lambda client: _savings(client, session))


@command
def under(session: Session, amount: Amount, propose: Propose = False) -> None:
    """Show how to get a month under a sum: the least risk that reaches it, and what is short where nothing does.

    Ends with 1 where all there is does not reach it.

    [bold]Examples[/bold]

      quarterdeck cost under 5000
      quarterdeck cost under 5000 --propose
    """
    session.run(lambda client: _under(client, session, _amount(amount), propose=propose))


@command
def what_if(session: Session, saving: Chosen) -> None:
    """Show what a month would be with exactly these savings. Nothing is done.

    [bold]Examples[/bold]

      quarterdeck cost what-if sav_3f9a1c2e00000000 sav_77aa1c2e00000000
    """
    session.run(lambda client: _what_if(client, session, saving))


@command
def measured(session: Session) -> None:
    """Show what savings that were taken up brought, against a forecast of what would have been paid.

    [bold]Examples[/bold]

      quarterdeck cost measured
      quarterdeck cost measured --json | jq '.items[].monthly.expected'
    """
    session.run(lambda client: _measured(client, session))


@command
def adopt(session: Session, saving: One, at: Since = "") -> None:
    """Note that a saving was taken up by hand, so that what it brings is measured.

    [bold]Examples[/bold]

      quarterdeck cost adopt sav_3f9a1c2e00000000 --at 2026-11-15
    """
    session.run(lambda client: _adopt(client, session, saving, at))


async def _savings(client: Client, session: Session) -> int:
    found = await client.get("/v1/savings", SavingsView)
    session.screen.show(found, *spaced(iter(_shown(found))))
    return 0


async def _under(client: Client, session: Session, amount: Decimal, *, propose: bool) -> int:
    found = await client.get("/v1/savings", SavingsView, {"under": f"{amount:f}"})
    if propose and found.command:
        reply = await client.ask(found.command, None)
        session.screen.show(reply, *spaced(iter([*_shown(found), *reply_parts(reply, session.screen.now())])))
    else:
        session.screen.show(found, *spaced(iter(_shown(found))))
    return SHORT if found.plan.short else 0


async def _what_if(client: Client, session: Session, chosen: list[str]) -> int:
    found = await client.get("/v1/savings/what-if", SavingsView, {"saving": chosen})
    session.screen.show(found, *spaced(iter(_shown(found))))
    return 0


async def _measured(client: Client, session: Session) -> int:
    found = await client.get("/v1/savings/measured", MeasuredView)
    session.screen.show(found, _brought(found.items) if found.items else Text("Nobody took up a saving yet."))
    return 0


async def _adopt(client: Client, session: Session, saving: str, at: str) -> int:
    body = {"saving": saving, "at": _moment(at).isoformat() if at else None}
    noted = await client.post("/v1/savings/adopted", body, Adoption)
    session.screen.show(
        noted, Text(f"Noted: {plain(noted.saving.title)}. It is measured from {noted.at:%Y-%m-%d} on.")
    )
    return 0


def _amount(text: str) -> Decimal:
    try:
        amount = Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise InvalidInput(f"expected a sum such as 5000, found {text[:40]!r}") from None
    if not amount.is_finite() or amount < 0:
        raise InvalidInput(f"expected a sum such as 5000, found {text[:40]!r}")
    return amount


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"expected a date such as 2026-11-15 for --at, found {text[:40]!r}") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _shown(found: SavingsView) -> list[RenderableType]:
    parts: list[RenderableType] = [Text(plain(found.says))]
    plan = found.plan
    if plan.chosen:
        whole = Column("Id", no_wrap=True)  # what is cut off cannot be given to `cost what-if`
        table = Table("", "Saving", "A month", "Between", "Risk", whole, box=box.SIMPLE_HEAD, show_edge=False)
        for number, each in enumerate(plan.chosen, start=1):
            saving, money = each.saving, each.monthly
            how = "" if saving.calls else f"\n{plain(saving.advice)}"
            title = Text(plain(saving.title)).append(how, style="dim")
            cells = (f"{money.expected:,.2f}", _between(money), saving.risk.value, saving.id)
            table.add_row(str(number), title, *cells)
        parts.append(table)
    if plan.left_out:
        names = "; ".join(plain(each.saving.title) for each in plan.left_out)
        parts.append(Text(f"Left out, being another way to the same money: {names}.", style="dim"))
    parts += [Text(plain(each), style="yellow") for each in found.missing]
    if found.command:
        parts.append(Text(f'To propose what tools can do: quarterdeck plan "{found.command}"', style="dim"))
    return parts


def _between(band: Band) -> str:
    if band.low == band.high:
        return ""
    return f"{band.low:,.2f} to {band.high:,.2f} ({confidence(band)})"


def _brought(items: tuple[Measured, ...]) -> Table:
    table = Table(
        *("Saving", "Since", "Days", "Would have been", "Was", "Saved", "Between"),
        box=box.SIMPLE_HEAD,
        show_edge=False,
    )
    for each in items:
        saving, since = each.adoption.saving, f"{each.adoption.at:%Y-%m-%d}"
        if each.saved is None or each.was is None or each.would_have_been is None:
            table.add_row(plain(saving.title), since, "", "", "", plain(each.note), "")
            continue
        money = (each.would_have_been.expected, each.was, each.saved.expected)
        sums = (f"{amount:,.2f}" for amount in money)
        table.add_row(plain(saving.title), since, str(each.days), *sums, _between(each.saved))
    return table
