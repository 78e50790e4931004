"""Commands about costs that are watched: what stands out, what is expected, budgets, the house's forecasts."""

from decimal import Decimal
from typing import Annotated

import typer
from rich.console import Group
from rich.text import Text

from bot.surfaces.cli.client import Client
from bot.surfaces.cli.command import command
from bot.surfaces.cli.session import Session
from bot.surfaces.cost_watch import (
    Budgets,
    BudgetTold,
    Findings,
    FindingTold,
    Forecasts,
    Gone,
    GroupForecast,
)
from memory.errors import InvalidInput
from memory.model.cost import CostField, CostFilter, Dimension
from memory.model.watching import Again, Expectation, Period, TrialSummary

Finding = Annotated[
    str, typer.Argument(metavar="FINDING", help="The id of a finding, as `cost findings` shows it.")
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The budget's name.")]
Amount = Annotated[str, typer.Argument(metavar="AMOUNT", help="What may be spent, such as 5000 or 1250.50.")]
Only = Annotated[
    list[str] | None,
    typer.Option(
        "--only", metavar="FIELD=VALUE", help="What counts: service, account, region, or a tag as tag:KEY."
    ),
]
FIELDS = {"service": Dimension.SERVICE, "account": Dimension.ACCOUNT, "region": Dimension.REGION}

By = Annotated[
    str,
    typer.Option("--by", metavar="FIELD", help="Each of service, account, region or tag:KEY, the largest first."),
]

budget = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="""Budgets: what may be spent in a month or a quarter, and whether it lasts.

    Every command takes [bold]--json[/bold].

    [bold]Examples[/bold]

      quarterdeck cost budget set platform 5000 --only tag:team=platform
      quarterdeck cost budget list
    """,
)


@budget.command("list")
@command
def list_budgets(session: Session) -> None:
    """Show every budget: what is spent, what it will come to, and the day on which it is used up.

    [bold]Examples[/bold]

      quarterdeck cost budget list --json | jq '.items[].standing.state'
    """

    async def work(client: Client) -> int:
        found = await client.get("/v1/costs/budgets", Budgets)
        session.screen.show(found, _lines([_budget(each) for each in found.items], "There are no budgets."))
        return 0

    session.run(work)


@budget.command("set")
@command
def set_budget(
    session: Session,
    name: Name,
    amount: Amount,
    currency: Annotated[str, typer.Option("--currency", help="Three capital letters.")] = "USD",
    period: Annotated[Period, typer.Option("--period", help="How long it is for.")] = Period.MONTH,
    only: Only = None,
) -> None:
    """Set a budget, in place of the one of its name. It stands in the log who did.

    [bold]Examples[/bold]

      quarterdeck cost budget set everything 20000
      quarterdeck cost budget set data 4000 --currency EUR --period quarter --only service=BigQuery
    """

    async def work(client: Client) -> int:
        wanted = {
            "name": name,
            "amount": str(_amount(amount)),
            "currency": currency,
            "period": period.value,
            "filters": [_filter(each).model_dump(mode="json") for each in only or ()],
        }
        found = await client.post("/v1/costs/budgets", wanted, BudgetTold)
        session.screen.show(found, Text(_budget(found)))
        return 0

    session.run(work)


@budget.command("remove")
@command
def remove_budget(session: Session, name: Name) -> None:
    """Remove a budget.

    [bold]Examples[/bold]

      quarterdeck cost budget remove platform
    """

    async def work(client: Client) -> int:
        found = await client.post(f"/v1/costs/budgets/{client.named(name)}/removed", {}, Gone)
        session.screen.show(found, f"The budget {found.gone} is removed.")
        return 0

    session.run(work)


@command
def findings(
    session: Session,
    expected: Annotated[bool, typer.Option("--expected", help="Also those that somebody expects.")] = False,
) -> None:
    """Show what stands out in the bills: since when, how much, the likely driver, and what to look at.

    [bold]Examples[/bold]

      quarterdeck cost findings
      quarterdeck cost findings --json | jq '.items[0].finding.drivers'
    """

    async def work(client: Client) -> int:
        found = await client.get("/v1/costs/findings", Findings, {"expected": expected})
        session.screen.show(found, _lines([_finding(each) for each in found.items], "Nothing stands out."))
        return 0

    session.run(work)


@command
def expect(
    session: Session,
    finding: Finding,
    again: Annotated[Again, typer.Option("--again", help="When it is expected again.")] = Again.ONCE,
    reason: Annotated[str, typer.Option("--reason", help="Why; it stands in the log.")] = "",
    take_back: Annotated[bool, typer.Option("--take-back", help="It is not expected after all.")] = False,
) -> None:
    """Say that a finding is expected: it and what is alike are told no more.

    [bold]Examples[/bold]

      quarterdeck cost expect finding_4h2k9m1x7c0v5b8n --reason "load test"
      quarterdeck cost expect finding_4h2k9m1x7c0v5b8n --again monthly
      quarterdeck cost expect finding_4h2k9m1x7c0v5b8n --take-back
    """

    async def work(client: Client) -> int:
        path = f"/v1/costs/findings/{client.named(finding)}"
        if take_back:
            gone = await client.post(f"{path}/unexpected", {}, Gone)
            session.screen.show(gone, "It is told again.")
            return 0
        said = await client.post(f"{path}/expected", {"again": again.value, "reason": reason}, Expectation)
        when = {
            Again.ONCE: "this time",
            Again.MONTHLY: "around this day of every month",
            Again.ALWAYS: "from now on",
        }
        most = f"up to {said.most:,.2f} {said.group.currency} a day"
        session.screen.show(said, f"Expected {when[said.again]}, {most}: {said.group.words()}.")
        return 0

    session.run(work)


@command
def outlook(session: Session, by: By = "") -> None:
    """Forecast the house's own bills: this month and the next three, and how good that was before.

    [bold]Examples[/bold]

      quarterdeck cost outlook
      quarterdeck cost outlook --by service --json | jq '.tried'
    """

    async def work(client: Client) -> int:
        found = await client.get("/v1/costs/forecast", Forecasts, {"by": by} if by else {})
        lines = [line for each in found.forecasts for line in _forecast(each)]
        session.screen.show(found, _lines([*lines, *map(_tried, found.tried)], "No bills are known yet."))
        return 0

    session.run(work)


def _forecast(told: GroupForecast) -> list[str]:
    lines = [f"{told.group.words()}, {told.group.currency}, known to the end of {told.outlook.as_of}:"]
    for month in told.outlook.months:
        bounds = next((f", {each.low:,.2f} to {each.high:,.2f} in 4 of 5 cases" for each in month.intervals), "")
        lines.append(f"    {month.month:%B %Y}: {month.expected:,.2f}{bounds}")
    return lines


def _tried(told: TrialSummary) -> str:
    if not told.months:
        return f"{told.group.words()}: no month that was forecast is over yet."
    best = f"best: {told.best}, {told.errors[told.best]:.1f} % off"
    return f"{told.group.words()}: tried on {told.months} months; {best}; bounds held: {told.held}"


def _amount(text: str) -> Decimal:
    try:
        found = Decimal(text.replace(",", ""))
    except ArithmeticError:
        found = Decimal(0)
    if not found.is_finite() or found <= 0:
        raise InvalidInput(f"expected an amount above zero such as 5000, found {text[:40]!r}")
    return found


def _filter(text: str) -> CostFilter:
    name, there, value = text.partition("=")
    tag = name.removeprefix("tag:")
    if not there or not value or (tag == name and name not in FIELDS):
        raise InvalidInput(f"expected service=, account=, region= or tag:KEY=VALUE, found {text[:60]!r}")
    field = CostField(dimension=FIELDS[name]) if tag == name else CostField(tag=tag)
    return CostFilter(field=field, values=(value,))


def _lines(lines: list[str], nothing: str) -> Group:
    return Group(*(Text(line) for line in lines or [nothing]))


def _budget(told: BudgetTold) -> str:
    each = told.budget
    waiting = f"Budget {each.name}: {each.amount:,.2f} {each.currency} a {each.period}, not looked at yet"
    return f"{told.says or waiting}."


def _finding(told: FindingTold) -> str:
    covered = " (expected)" if told.finding.silenced else ""
    return f"{told.says}{covered}.\n    {told.finding.proposal}\n    {told.finding.id}"
