"""The commands of the language models: which there are, whether they are well, what one says, what is tried."""

from typing import Annotated

import typer
from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from agents.model.trial import Verdict
from bot.surfaces.cli.client import Client
from bot.surfaces.cli.command import command
from bot.surfaces.cli.plain import plain
from bot.surfaces.cli.session import Session
from bot.surfaces.models import HealthView, ModelsView, Tried

TextGiven = Annotated[str, typer.Argument(metavar="TEXT", help="What to put to the model.")]
Named = Annotated[
    str, typer.Option("--model", metavar="NAME", help="Which model; the one that fits best if left out.")
]
Trial = Annotated[str, typer.Argument(metavar="NAME", help="The experiment, as the models file names it.")]

model = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="""Language models: which there are, whether they are well, what they say.

    Without any, the embedded interpreter understands every message. Every command takes [bold]--json[/bold].

    [bold]Examples[/bold]

      quarterdeck model list
    """,
)


@model.command("list")
@command
def list_(session: Session) -> None:
    """Show the models: who serves each, what it costs, how it fares, and why it is not asked where it is not.

    [bold]Examples[/bold]

      quarterdeck model list
      quarterdeck model list --json | jq '.models[] | select(.allowed)'
    """
    session.run(lambda client: _list(client, session))


@model.command()
@command
def check(session: Session) -> None:
    """Ask every provider how it is: its health endpoint, its list of models, its metrics.

    Ends with 1 where one is not well.

    [bold]Examples[/bold]

      quarterdeck model check
      quarterdeck model check --json | jq '.items[].metrics'
    """
    session.run(lambda client: _check(client, session))


@model.command("try")
@command
def try_(session: Session, text: TextGiven, name: Named = "") -> None:
    """Put a text to a model and show what it says and what that took. Nothing can be done with what it says.

    [bold]Examples[/bold]

      quarterdeck model try "Say hello"
      quarterdeck model try "Say hello" --model small --json | jq .seconds
    """
    session.run(lambda client: _try(client, session, text, name))


@model.command()
@command
def experiment(session: Session, name: Trial) -> None:
    """Show how the arms of an experiment fared in thirty days, and what may be concluded.

    [bold]Examples[/bold]

      quarterdeck model experiment smaller-reader
      quarterdeck model experiment smaller-reader --json | jq '.arms[].answered'
    """
    session.run(lambda client: _experiment(client, session, name))


async def _list(client: Client, session: Session) -> int:
    found = await client.get("/v1/models", ModelsView)
    none = "There is no language model. Name one: QUARTERDECK_MODEL_URL and QUARTERDECK_MODEL_NAME"
    session.screen.show(found, _models(found) if found.models else none)
    return 0 if found.models else 1


def _models(found: ModelsView) -> Group:
    table = Table("Model", "Provider", "Size", "Price", "Fares", box=box.SIMPLE_HEAD, show_edge=False)
    for each in found.models:
        price = "" if each.input_price is None else f"{each.input_price} / {each.output_price} {each.currency}"
        fares = f"{each.success:.0%} of {each.calls}" if each.calls else "not asked yet"
        fares += "" if each.seconds is None else f", {each.seconds:g} s"
        shown = Text(fares) if each.allowed else Text(f"not asked: {plain(each.why_not)}", style="yellow")
        table.add_row(plain(each.name), plain(each.provider), each.size, price, shown)
    resting = [
        Text(f"{plain(each.name)} is left alone until {each.left_alone_until}", style="yellow")
        for each in found.providers
        if each.left_alone_until
    ]
    away = [
        Text(f"{plain(each.name)} is not up: {plain(each.problem)}", style="red")
        for each in found.providers
        if each.up is False
    ]
    return Group(table, *away, *resting, Text(f"Spent today: {found.spent_today}", style="dim"))


async def _check(client: Client, session: Session) -> int:
    found = await client.get("/v1/models/health", HealthView)
    session.screen.show(found, _health(found) if found.items else "There is no language model to ask.")
    return 0 if all(each.well for each in found.items) else 1


def _health(found: HealthView) -> Table:
    table = Table("Provider", "Runtime", "Health", "Took", "Metrics", box=box.SIMPLE_HEAD, show_edge=False)
    for each in found.items:
        health = Text("well", style="green") if each.well else Text(plain(each.problem), style="red")
        metrics = ", ".join(f"{name} {value:g}" for name, value in each.metrics.items())
        table.add_row(plain(each.provider), each.runtime, health, f"{each.seconds:g} s", metrics)
    return table


async def _try(client: Client, session: Session, text: str, name: str) -> int:
    found = await client.post("/v1/models/tried", {"text": text, "model": name}, Tried)
    took = f"{found.model}, {found.seconds:g} s, {found.input_tokens or 0} + {found.output_tokens or 0} tokens"
    took += f", {found.cost}" if found.cost else ""
    missed = [Text(plain(each), style="yellow") for each in found.missed]
    session.screen.show(found, Group(Text(plain(found.text)), *missed, Text(took, style="dim")))
    return 0


async def _experiment(client: Client, session: Session, name: str) -> int:
    found = await client.get(f"/v1/models/experiments/{client.named(name)}", Verdict)
    table = Table("Arm", "Model", "Calls", "Answered", "p50", "p95", "Cost", box=box.SIMPLE_HEAD, show_edge=False)
    for arm in found.arms:
        answered = f"{arm.answered:.0%} ({arm.low:.0%} to {arm.high:.0%})"
        cost = "" if arm.cost is None else f"{arm.cost:.4f}"
        table.add_row(arm.arm, arm.model, str(arm.calls), answered, _seconds(arm.p50_s), _seconds(arm.p95_s), cost)
    session.screen.show(found, Group(table, Text(found.says)))
    return 0


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.2f} s"
