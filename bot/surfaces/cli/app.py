"""The commands put together as `quarterdeck`."""

from importlib.metadata import version
from typing import Annotated

import typer

from bot.surfaces.cli import (
    asking,
    controlling,
    cost_watch,
    dead_letters,
    deciding,
    hearing,
    identities,
    incidents,
    investigating,
    looking,
    nodes,
    operating,
    promoting,
    recalling,
    remembering,
    savings,
)
from bot.surfaces.cli.alerts import alert, oncall
from bot.surfaces.cli.billing import cost
from bot.surfaces.cli.evaluating import evaluation_group
from bot.surfaces.cli.host import Host
from bot.surfaces.cli.importing import mcp
from bot.surfaces.cli.lessons import lessons
from bot.surfaces.cli.models import model
from bot.surfaces.cli.policy import policy
from bot.surfaces.cli.published.group import log_group
from bot.surfaces.cli.runbook import runbook
from bot.surfaces.cli.runs import runs_group
from bot.surfaces.cli.signing import approvals_group
from bot.surfaces.cli.slack import slack
from bot.surfaces.cli.teams import teams
from bot.surfaces.cli.usage import usage

ASK, DECIDE, LOOK, RUN = "Ask", "Decide", "Look up", "Run"


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"quarterdeck {version('quarterdeck')}")
        raise typer.Exit


Version = Annotated[
    bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and end.")
]


def _main(shown: Version = False) -> None:
    """ChatOps copilot for the people on call: ask, see the evidence, propose, approve, act.

    Start with: [bold]quarterdeck demo[/bold]
    """


def build(**rooms: typer.Typer) -> typer.Typer:
    """Return the command line, with commands of rooms that are none of this surface's, under these names."""
    app = typer.Typer(
        name="quarterdeck", no_args_is_help=True, rich_markup_mode="rich", pretty_exceptions_enable=False
    )
    app.callback()(_main)
    panels = {
        ASK: (asking.ask, asking.plan, asking.status),
        DECIDE: (
            deciding.approve,
            deciding.deny,
            deciding.withdraw,
            controlling.stop,
            controlling.resume,
        ),
        LOOK: (
            looking.why,
            looking.evidence,
            recalling.recall,
            investigating.investigate,
            controlling.quota,
            dead_letters.queue,
            nodes.nodes,
            oncall,
        ),
        RUN: (operating.demo, operating.serve, operating.doctor, operating.interpret, hearing.voice),
    }
    for panel, functions in panels.items():
        for function in functions:
            app.command(rich_help_panel=panel)(function)
    app.add_typer(alert, name="alert", rich_help_panel=LOOK)
    for function in (savings.savings, savings.under, savings.what_if, savings.measured, savings.adopt):
        cost.command()(function)
    for function in (cost_watch.findings, cost_watch.expect, cost_watch.outlook):
        cost.command()(function)
    cost.add_typer(cost_watch.budget, name="budget")
    app.add_typer(cost, name="cost", rich_help_panel=LOOK)
    app.add_typer(usage, name="usage", rich_help_panel=LOOK)
    app.add_typer(model, name="model", rich_help_panel=LOOK)
    app.add_typer(lessons, name="lessons", rich_help_panel=LOOK)
    app.add_typer(evaluation_group(), name="eval", rich_help_panel=RUN)
    app.add_typer(log_group(), name="log", rich_help_panel=LOOK)
    app.add_typer(approvals_group(), name="approvals", rich_help_panel=DECIDE)
    app.add_typer(runs_group(), name="runs", rich_help_panel=DECIDE)
    app.add_typer(dead_letters.dlq, name="dlq", rich_help_panel=DECIDE)
    app.add_typer(incidents.incident, name="incident", rich_help_panel=DECIDE)
    for function in (
        promoting.promote,
        promoting.proposals,
        promoting.agree,
        promoting.refuse,
        promoting.rollback,
        promoting.history,
    ):
        policy.command()(function)
    runbook.command("find")(recalling.find)
    administered = {
        "keys": operating.keys,
        "memory": remembering.memory,
        "mcp": mcp,
        "policy": policy,
        "runbook": runbook,
        "identity": identities.identity,
        "people": identities.people,
        "service-accounts": identities.services,
        "slack": slack,
        "teams": teams,
    }
    for name, commands in {**administered, **rooms}.items():
        app.add_typer(commands, name=name, rich_help_panel=RUN)
    return app


def run(host: Host, **rooms: typer.Typer) -> None:
    """Carry out the command line of this process."""
    build(**rooms)(obj=host)
