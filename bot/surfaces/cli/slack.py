"""`quarterdeck slack`: the manifest to make the app from, and a doctor for the way to Slack and back."""

import json
from typing import Annotated

import typer

from bot.surfaces.cli.command import command
from bot.surfaces.cli.operating import look_around
from bot.surfaces.cli.session import Session

AppName = Annotated[str, typer.Option("--name", help="What the app is called in the workspace.")]
BySocket = Annotated[bool, typer.Option("--socket", help="For Socket Mode: Slack need not reach this machine.")]
Explained = Annotated[bool, typer.Option("--explain", help="Say what each scope and event is for, instead.")]

slack = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="""Quarterdeck in Slack: the app, and whether it works.

    Every command takes [bold]--json[/bold].

    [bold]Examples[/bold]

      quarterdeck slack manifest > manifest.json
      quarterdeck slack doctor
    """,
)


@slack.command()
@command
def manifest(
    session: Session, name: AppName = "Quarterdeck", socket: BySocket = False, explain: Explained = False
) -> None:
    """Print the manifest that Slack makes the app from: api.slack.com/apps, Create New App, From a manifest.

    [bold]Examples[/bold]

      quarterdeck slack manifest --socket > manifest.json
      quarterdeck slack manifest --explain
    """
    session.run_alone(lambda: _manifest(session, name, socket=socket, explain=explain))


@slack.command()
@command
def doctor(session: Session) -> None:
    """Look at tokens, scopes, the way here and the clock, and say what to do where something is wrong.

    [bold]Examples[/bold]

      quarterdeck slack doctor --json | jq '.findings[] | select(.health != "ok")'
    """
    session.run_alone(lambda: look_around(session, session.host.examine_slack(session.settings())))


async def _manifest(session: Session, name: str, *, socket: bool, explain: bool) -> int:
    made, reasons = session.host.slack_manifest(session.settings(), name, socket=socket)
    if explain:
        session.screen.show(dict(reasons), "\n".join(f"{each:<24} {why}" for each, why in reasons.items()))
    else:
        session.screen.show(made, json.dumps(made, indent=2))
    return 0
