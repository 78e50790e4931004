"""`quarterdeck witness`: commands that need nothing of Quarterdeck, as a witness runs where no log does."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.text import Text

from bot.error_classes import exit_code
from bot.surfaces.cli.screen import Screen
from memory.errors import QuarterdeckError

if TYPE_CHECKING:
    from memory.log.keys import VerifierKey

INTERRUPTED = 130  # what shells give for Ctrl-C

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document, errors too.")]
KeyFile = Annotated[Path, typer.Argument(metavar="FILE", help="The witness's private key, as PKCS#8 PEM.")]
KeyOption = Annotated[Path, typer.Option("--key", metavar="FILE", help="The witness's private key.")]
Name = Annotated[str, typer.Option("--name", help="The witness's name, such as witness.example/first.")]
Logs = Annotated[
    list[str],
    typer.Option("--log", metavar="VKEY", help="A log's verifier key; again for another key or another log."),
]
StateFile = Annotated[Path, typer.Argument(metavar="FILE", help="What the witness remembers.")]
StateOption = Annotated[Path, typer.Option("--state", metavar="FILE", help="What the witness remembers.")]
Listen = Annotated[str, typer.Option("--listen", metavar="HOST:PORT", help="Port 0 picks a free one.")]

witness = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="A witness: cosigns logs that only grow, with a key of its own.",
)
key = typer.Typer(no_args_is_help=True, rich_markup_mode="rich", help="The witness's key.")
state = typer.Typer(no_args_is_help=True, rich_markup_mode="rich", help="What the witness remembers.")
witness.add_typer(key, name="key")
witness.add_typer(state, name="state")


@witness.command()
def serve(
    key_file: KeyOption,
    name: Name,
    logs: Logs,
    state_file: StateOption,
    listen: Listen = "127.0.0.1:7380",
    as_json: AsJson = False,
) -> None:
    """Cosign these logs as they grow, until told to stop.

    [bold]Examples[/bold]

      quarterdeck witness serve --key witness.pem --name witness.example/first --state witness.db --log VKEY
    """

    def work(screen: Screen) -> None:
        from bot.witness.running import Charge, serve

        def opened(url: str, own: "VerifierKey") -> None:
            screen.show({"url": url, "key": str(own)}, Text(f"{own} cosigns at {url} until Ctrl-C.", no_wrap=True))

        asyncio.run(serve(Charge(key_file, name, tuple(logs), state_file, listen), opened))

    _carried_out(work, as_json=as_json)


@key.command("new")
def new_key(file: KeyFile, name: Name, as_json: AsJson = False) -> None:
    """Make a key, in a file for its owner's eyes alone, and print the verifier key that goes with it.

    [bold]Examples[/bold]

      quarterdeck witness key new witness.pem --name witness.example/first
    """

    def work(screen: Screen) -> None:
        from bot.witness.keys import new_key
        from bot.witness.running import check_witness_name, named

        check_witness_name(name)
        new_key(file)
        _show_key(screen, str(named(file, name).key))

    _carried_out(work, as_json=as_json)


@key.command("show")
def show_key(file: KeyFile, name: Name, as_json: AsJson = False) -> None:
    """Print the verifier key of a witness: what those who trust it have to know.

    [bold]Examples[/bold]

      quarterdeck witness key show witness.pem --name witness.example/first
    """

    def work(screen: Screen) -> None:
        from bot.witness.running import named

        _show_key(screen, str(named(file, name).key))

    _carried_out(work, as_json=as_json)


@state.command("new")
def new_state(file: StateFile, as_json: AsJson = False) -> None:
    """Begin the memory of a witness whose key has cosigned nothing yet.

    [bold]Examples[/bold]

      quarterdeck witness state new witness.db
    """

    def work(screen: Screen) -> None:
        from memory.witnessing import WitnessState

        WitnessState.create(file).close()
        screen.show({"state": str(file)}, f"{file} remembers nothing yet. Keep it as long as the key.")

    _carried_out(work, as_json=as_json)


def _show_key(screen: Screen, verifier: str) -> None:
    screen.show({"key": verifier}, Text(verifier, no_wrap=True))


def _carried_out(work: Callable[[Screen], None], *, as_json: bool) -> NoReturn:
    """Do the work and end the command with its exit code: the one boundary where errors become words."""
    screen, code = Screen(as_json=as_json), 0
    try:
        work(screen)
    except QuarterdeckError as error:
        screen.fail(error)
        code = exit_code(error)
    except KeyboardInterrupt:
        code = INTERRUPTED
    raise typer.Exit(code)
