"""`quarterdeck teams`: the package an administrator uploads, and a doctor for the way to Teams and back."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.surfaces.cli.command import command
from bot.surfaces.cli.operating import look_around
from bot.surfaces.cli.session import Session
from memory.errors import InvalidInput

AppName = Annotated[str, typer.Option("--name", help="What the app is called in Teams.")]
Out = Annotated[Path, typer.Option("--out", dir_okay=False, help="The ZIP file to write.")]

teams = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="""Quarterdeck in Microsoft Teams: the app, and whether it works.

    Every command takes [bold]--json[/bold].

    [bold]Examples[/bold]

      quarterdeck teams package
      quarterdeck teams doctor
    """,
)


@teams.command()
@command
def package(session: Session, name: AppName = "Quarterdeck", out: Out = Path("quarterdeck-teams.zip")) -> None:
    """Write the app package, for Teams' admin center: Teams apps, Manage apps, Upload new app.

    [bold]Examples[/bold]

      quarterdeck teams package --out quarterdeck-teams.zip
    """
    session.run_alone(lambda: _package(session, name, out))


@teams.command()
@command
def doctor(session: Session) -> None:
    """Look at the app's secret, Microsoft's keys and the way here, and say what to do where something is wrong.

    [bold]Examples[/bold]

      quarterdeck teams doctor --json | jq '.findings[] | select(.health != "ok")'
    """
    session.run_alone(lambda: look_around(session, session.host.examine_teams(session.settings())))


async def _package(session: Session, name: str, out: Path) -> int:
    packed = session.host.teams_package(session.settings(), name)
    try:
        await asyncio.to_thread(out.write_bytes, packed)
    except OSError as error:
        raise InvalidInput(f"expected a file that can be written at {out}, found: {error.strerror}") from None
    session.screen.show(
        {"file": str(out), "bytes": len(packed)}, f"Wrote {out}. Upload it in Teams' admin center."
    )
    return 0
