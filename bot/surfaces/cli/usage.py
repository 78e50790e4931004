"""`quarterdeck usage`: what Quarterdeck itself takes and costs, what it brings, and usage to take away."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from bot.surfaces.cli.client import Client
from bot.surfaces.cli.command import command
from bot.surfaces.cli.plain import plain
from bot.surfaces.cli.screen import spaced
from bot.surfaces.cli.session import Session
from bot.surfaces.usage import BudgetView, Recovery, ReturnView, UsageForm, UsageView
from memory.model.usage import UsageBy, UsageLine

By = Annotated[UsageBy, typer.Option("--by", help="What it is told apart by.")]
Days = Annotated[int, typer.Option("--days", min=1, max=3660, help="How far back.")]
Form = Annotated[UsageForm, typer.Option("--form", help="csv, jsonl, or focus: a bill in FOCUS 1.2.")]
Target = Annotated[Path, typer.Option("--to", metavar="FILE", help="Where to write it.")]

usage = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="""Our own cost: tokens, time and money, against what was saved.

    Every command takes [bold]--json[/bold].

    [bold]Examples[/bold]

      quarterdeck usage show --by person
    """,
)


@usage.command()
@command
def show(session: Session, by: By = UsageBy.MODEL, days: Days = 30) -> None:
    """Show turns, calls, tokens, time and money, and how much of the month's budget is spent.

    [bold]Examples[/bold]

      quarterdeck usage show
      quarterdeck usage show --by tool --days 7 --json
    """
    session.run(lambda client: _show(client, session, by, days))


@usage.command()
@command
def returns(session: Session, days: Days = 30) -> None:
    """Show what it cost and what it brought: measured savings and minutes saved, with all that is assumed.

    [bold]Examples[/bold]

      quarterdeck usage returns --days 90
    """
    session.run(lambda client: _returns(client, session, days))


@usage.command()
@command
def export(session: Session, to: Target, form: Form = UsageForm.CSV, days: Days = 30) -> None:
    """Write every fact to a file, or a bill of them that any reader of FOCUS takes, our own too.

    [bold]Examples[/bold]

      quarterdeck usage export --to usage.csv
      quarterdeck usage export --form focus --to quarterdeck-focus.csv
    """
    session.run(lambda client: _export(client, session, to, form, days))


async def _show(client: Client, session: Session, by: UsageBy, days: int) -> int:
    found = await client.get("/v1/usage", UsageView, {"from": _since(session, days), "by": by.value})
    session.screen.show(found, *spaced(iter(_shown(found))))
    return 0


async def _returns(client: Client, session: Session, days: int) -> int:
    found = await client.get("/v1/usage/returns", ReturnView, {"from": _since(session, days)})
    session.screen.show(found, *spaced(iter(_returned(found))))
    return 0


async def _export(client: Client, session: Session, to: Path, form: UsageForm, days: int) -> int:
    query = {"from": _since(session, days), "form": form.value}
    saved = await client.save("/v1/usage/export", query, to)
    session.screen.show(saved, Text(f"Written to {to}."))
    return 0


def _since(session: Session, days: int) -> str:
    return (session.screen.now() - timedelta(days=days)).isoformat()


def _shown(found: UsageView) -> list[RenderableType]:
    table = Table(
        *(found.by.value, "Turns", "Model calls", "Tool calls", "Tokens in", "Tokens out", "Time", "Cost"),
        title=f"{found.since:%Y-%m-%d} to {found.until:%Y-%m-%d}",
        title_justify="left",
        box=box.SIMPLE_HEAD,
        show_edge=False,
    )
    for line in (found.all, *found.lines):
        table.add_row(*_row(line, whole=line is found.all), style="bold" if line is found.all else "")
    parts: list[RenderableType] = [table]
    if found.all.unpriced:
        parts.append(Text(f"{found.all.unpriced} calls of models without a price: what they cost is not in this."))
    if found.budget is not None:
        parts.append(_budget(found.budget))
    return parts


def _row(line: UsageLine, *, whole: bool) -> tuple[str, ...]:
    counts = (line.turns, line.model_calls, line.tool_calls, line.input_tokens, line.output_tokens)
    seconds = f"{line.milliseconds / 1000:,.1f} s"
    return (
        "all" if whole else plain(line.key) or "none",
        *(f"{count:,}" for count in counts),
        seconds,
        _costs(line),
    )


def _costs(line: UsageLine) -> str:
    return " and ".join(f"{amount:,.4f} {currency}" for currency, amount in sorted(line.costs.items())) or "0"


def _budget(budget: BudgetView) -> Text:
    style = "red" if budget.share >= 1 else "yellow" if budget.share >= budget.warn_at else "dim"
    says = f"{budget.spent:,.2f} of {budget.monthly:,.2f} {budget.currency} of this month are spent"
    left = "; the embedded interpreter answers alone" if budget.share >= 1 else ""
    return Text(f"{says} ({budget.share:.0%}){left}.", style=style)


def _returned(found: ReturnView) -> list[RenderableType]:
    table = Table("", "", box=None, show_header=False, pad_edge=False)
    rows = (
        ("Language models", _money(found.models, found)),
        ("Running it", _money(found.fixed, found)),
        ("Cost", _money(found.cost, found)),
        (
            f"Measured savings ({found.measured})",
            f"{_money(found.saved.expected, found)} ({found.saved.low:,.2f} to {found.saved.high:,.2f})",
        ),
        (f"Minutes saved by {found.runs} plans", f"{found.minutes:,f}"),
        ("What the minutes are worth", _money(found.worth, found)),
        ("Brought", _money(found.brought.expected, found)),
        ("Return", "nothing was spent" if found.ratio is None else f"{found.ratio:+.1%}"),
        ("Recovery with a plan of ours", _recovery(found.with_us)),
        ("Recovery without", _recovery(found.without_us)),
    )
    for row in rows:
        table.add_row(*row)
    return [table, Text("\n".join(found.assumed), style="dim")]


def _money(amount: Decimal, found: ReturnView) -> str:
    return f"{amount:,.2f} {found.currency}"


def _recovery(found: Recovery) -> str:
    if found.minutes is None:
        return "no incident"
    return f"median {found.minutes:,.1f} minutes of {found.incidents}"
