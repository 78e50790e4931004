"""`log erase`, `log retain`, `log hold`: what is beside the log erased for good, or kept from being erased."""

from typing import Annotated, Literal

import typer
from rich import box
from rich.table import Table

from agents.units import moment
from bot.surfaces.cli.client import Client
from bot.surfaces.cli.command import command
from bot.surfaces.cli.plain import plain
from bot.surfaces.cli.session import Session
from bot.surfaces.cli.shapes import ErasureReport
from memory.errors import InvalidInput
from memory.model.record import Hold

CANCELLED = 1

Turns = Annotated[
    list[str] | None,
    typer.Option("--correlation", metavar="ID", help="A turn to erase; again for another."),
]
Whom = Annotated[str, typer.Option("--person", metavar="ID", help="Erase a person and all they began.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask first.")]
DryRun = Annotated[bool, typer.Option("--dry-run/--now", help="Only say what would be erased, or erase it.")]
Scope = Annotated[Literal["tenant", "correlation", "kind", "person"], typer.Argument(help="What the hold covers.")]
Value = Annotated[str, typer.Argument(metavar="[ID|KIND]", help="Which turn, kind or person.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why. Kept beside the log, never in it.")]
HoldId = Annotated[str, typer.Argument(metavar="HOLD", help="As `log hold list` shows it.")]

hold = typer.Typer(no_args_is_help=True, rich_markup_mode="rich", help="Keep things from being erased.")


@command
def erase(session: Session, correlation: Turns = None, principal: Whom = "", yes: Yes = False) -> None:
    """Erase the words of turns, or of a person, for good. The log stays as it is, and verifies as before.

    [bold]Examples[/bold]

      quarterdeck log erase --correlation cor_8d3f
      quarterdeck log erase --person alice --yes
    """

    async def work(client: Client) -> int:
        if bool(correlation) == bool(principal):
            raise InvalidInput("expected --correlation or --person, found both or neither")
        what = f"everything of {principal}" if principal else f"{len(correlation or ())} turns"
        if not yes and not session.screen.confirm(f"Erase {what} for good?"):
            session.screen.note("Nothing was erased.")
            return CANCELLED
        _report(session, await client.erase(correlation or [], principal or None))
        return 0

    session.run(work)


@command
def retain(session: Session, dry_run: DryRun = True) -> None:
    """Erase what is older than the setting `retention` keeps its kind; without --now, only say what that is.

    [bold]Examples[/bold]

      quarterdeck log retain --dry-run
      quarterdeck log retain --now
    """

    async def work(client: Client) -> int:
        _report(session, await client.retain(dry_run=dry_run))
        return 0

    session.run(work)


@hold.command()
@command
def place(session: Session, scope: Scope, reason: Reason, value: Value = "") -> None:
    """Place a legal hold: what it covers is not erased, by age or on request, until it is lifted.

    [bold]Examples[/bold]

      quarterdeck log hold place correlation cor_8d3f --reason "case 2026/114"
      quarterdeck log hold place tenant --reason "subpoena"
    """

    async def work(client: Client) -> int:
        placed = await client.place_hold(scope, value, reason)
        session.screen.show(placed, f"{placed.id} stands on {_covers(placed)}.")
        return 0

    session.run(work)


@hold.command()
@command
def lift(session: Session, which: HoldId) -> None:
    """Lift a legal hold.

    [bold]Examples[/bold]

      quarterdeck log hold lift hold_4h2k9m
    """

    async def work(client: Client) -> int:
        lifted = await client.lift_hold(which)
        session.screen.show(lifted, f"{lifted.id} is lifted.")
        return 0

    session.run(work)


@hold.command("list")
@command
def list_holds(session: Session) -> None:
    """Show every legal hold, those that were lifted too.

    [bold]Examples[/bold]

      quarterdeck log hold list --json
    """

    async def work(client: Client) -> int:
        found, now = await client.holds(), session.screen.now()
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
        for name in ("Hold", "Covers", "Placed", "Lifted"):
            table.add_column(name)
        for each in found.items:
            lifted = moment(each.lifted_at, now) if each.lifted_at else ""
            table.add_row(each.id, _covers(each), moment(each.placed_at, now), lifted)
        session.screen.show(found, table if found.items else "Nothing is held.")
        return 0

    session.run(work)


def _covers(held: Hold) -> str:
    return plain(f"{held.scope} {held.value}".strip())


def _report(session: Session, done: ErasureReport) -> None:
    verb = "would be erased" if done.dry_run else "erased"
    kinds = ", ".join(f"{number} {kind}" for kind, number in done.by_kind.items())
    lines = [f"{done.blobs} texts {verb}, of {len(done.correlations)} turns" + (f": {kinds}." if kinds else ".")]
    if done.held:
        lines.append(f"{done.held} kept by a legal hold.")
    if done.in_progress:
        lines.append(f"{done.in_progress} kept while their plan is open.")
    session.screen.show(done, "\n".join(lines))
