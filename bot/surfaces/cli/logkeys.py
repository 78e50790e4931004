"""Commands about the key that signs the log: `new`, `show`, `rotate`, `revoke`. They work where the store is."""

from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from bot.surfaces.cli.command import command
from bot.surfaces.cli.host import KeyChange, LogKeyLine, LogKeys
from bot.surfaces.cli.session import Session
from memory.errors import InvalidInput

NewFile = Annotated[Path, typer.Argument(metavar="FILE", help="Where the key is put, for its owner alone.")]
KeyFile = Annotated[Path | None, typer.Option("--key", metavar="FILE", help="A private key as PKCS#8 PEM.")]
Keep = Annotated[bool, typer.Option("--keep-old", help="Put the old private key aside; else it is destroyed.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask whether to go on.")]
Verifier = Annotated[str, typer.Argument(metavar="VKEY", help="The verifier key, as `show` prints it.")]
FromSize = Annotated[
    int | None,
    typer.Option("--from-size", min=0, help="The last tree to believe; the one at its rotation if left out."),
]

key = typer.Typer(
    no_args_is_help=True, rich_markup_mode="rich", help="The key that signs the log, changed where the store is."
)


@key.command("new")
@command
def new_key(session: Session, file: NewFile) -> None:
    """Make a key that may sign the log one day, and print the verifier key that goes with it.

    [bold]Examples[/bold]

      quarterdeck log key new next.key
    """
    session.run_alone(lambda: _new(session, file))


@key.command("show")
@command
def show_key(session: Session, file: KeyFile = None) -> None:
    """Show the verifier keys of the log, and where the private one was found; with --key, the one of that file.

    [bold]Examples[/bold]

      quarterdeck log key show
      quarterdeck log key show --key next.key
    """
    session.run_alone(lambda: _show(session) if file is None else _show_file(session, file))


@key.command("rotate")
@command
def rotate_key(session: Session, file: KeyFile = None, keep: Keep = False, yes: Yes = False) -> None:
    """Let another key sign from now on. The old one vouches for it; what was signed before stays verifiable.

    Give witnesses the new verifier key before: they cosign nothing by a key they do not know.

    [bold]Examples[/bold]

      quarterdeck log key rotate --yes
      quarterdeck log key rotate --key next.key --keep-old
    """
    session.run_alone(lambda: _rotate(session, file, keep=keep, yes=yes))


@key.command("revoke")
@command
def revoke_key(session: Session, verifier: Verifier, from_size: FromSize = None, yes: Yes = False) -> None:
    """Take back what a key signed that was rotated away: for trees larger than that size, it is believed no more.

    [bold]Examples[/bold]

      quarterdeck log key revoke example.org/log/default+1b2735d3+AYG4…Euc --from-size 1200
    """
    session.run_alone(lambda: _revoke(session, verifier, from_size, yes=yes))


async def _new(session: Session, file: Path) -> int:
    _show_verifier(session, session.host.new_log_key(session.settings(), file))
    return 0


async def _show_file(session: Session, file: Path) -> int:
    _show_verifier(session, session.host.log_key_in(session.settings(), file))
    return 0


async def _show(session: Session) -> int:
    async with session.host.open_log(session.settings()) as log:
        found = await log.keys()
    session.screen.show(found, _keys(found), f"The private key is in {found.key_from}.")
    return 0


async def _rotate(session: Session, file: Path | None, *, keep: bool, yes: bool) -> int:
    _ask(session, "Let another key sign the log?", yes=yes)
    async with session.host.open_log(session.settings()) as log:
        _changed(session, await log.rotate(file, keep=keep))
    return 0


async def _revoke(session: Session, verifier: str, from_size: int | None, *, yes: bool) -> int:
    _ask(session, f"Revoke {verifier}? That cannot be taken back.", yes=yes)
    async with session.host.open_log(session.settings()) as log:
        _changed(session, await log.revoke(verifier, from_size))
    return 0


def _ask(session: Session, question: str, *, yes: bool) -> None:
    if not yes and not session.screen.confirm(question):
        raise InvalidInput("expected a yes, found none", hint="Nothing was changed.")


def _changed(session: Session, change: KeyChange) -> None:
    session.screen.show(change, Text(change.key, no_wrap=True))
    session.screen.note(f"entry {change.entry} of the log; {change.then}")


def _show_verifier(session: Session, verifier: str) -> None:
    session.screen.show({"key": verifier}, Text(verifier, no_wrap=True))


def _keys(found: LogKeys) -> Table:
    table = Table("Verifier key", "", box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for each in found.keys:
        table.add_row(Text(each.key, overflow="fold"), _standing(each))
    return table


def _standing(line: LogKeyLine) -> str:
    if line.revoked_from is not None:
        return f"revoked: believed up to {line.revoked_from} entries"
    return "signs" if line.signs else f"rotated away at {line.rotated_at} entries"
