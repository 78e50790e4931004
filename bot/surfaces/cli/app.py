"""The commands put together as `quarterdeck`."""

from importlib.metadata import version
from typing import Annotated

import typer

from bot.surfaces.cli import asking, deciding, looking, operating
from bot.surfaces.cli.host import Host

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


def build() -> typer.Typer:
    """Return the command line."""
    app = typer.Typer(
        name="quarterdeck", no_args_is_help=True, rich_markup_mode="rich", pretty_exceptions_enable=False
    )
    app.callback()(_main)
    panels = {
        ASK: (asking.ask, asking.plan, asking.status),
        DECIDE: (deciding.runs, deciding.approve, deciding.deny, deciding.withdraw),
        LOOK: (looking.why, looking.log, looking.evidence),
        RUN: (operating.demo, operating.serve, operating.doctor, operating.interpret),
    }
    for panel, commands in panels.items():
        for function in commands:
            app.command(rich_help_panel=panel)(function)
    app.add_typer(operating.keys, name="keys", rich_help_panel=RUN)
    return app


def run(host: Host) -> None:
    """Carry out the command line of this process."""
    build()(obj=host)
