"""`log receipt`: files that prove, offline and to anybody, what stands in the log."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.table import Table

from agents.units import moment
from bot.surfaces.cli.client import Client
from bot.surfaces.cli.command import command
from bot.surfaces.cli.session import Session
from bot.surfaces.signed_log import Receipted, Receipts
from memory.errors import StoreUnavailable

What = Annotated[
    str,
    typer.Argument(metavar="ENTRY|PLAN", help="An entry, by its index or its hash; or a plan, by its id."),
]
Output = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="FILE", help="Where it is put: a file, or a folder.")
]

_PLANS = "run_"


@command
def receipt(session: Session, what: What, output: Output = None) -> None:
    """Fetch the receipt of an entry, or those of what came of a plan (C2SP tlog-proof; `log check` checks them).

    It is there as soon as the entry is, published or not.

    [bold]Examples[/bold]

      quarterdeck log receipt 1234 -o 1234.tlog-proof
      quarterdeck log receipt run_4h2k9m -o receipts/
    """
    if what.startswith(_PLANS):
        session.run(lambda client: _of_plan(client, session, what, output))
    session.run(lambda client: _of_entry(client, session, what, output))


async def _of_entry(client: Client, session: Session, entry: str, output: Path | None) -> int:
    found = await client.receipt(entry)
    if output is None:
        if session.screen.as_json:
            session.screen.show(found)
        else:
            sys.stdout.write(found.proof)
        return 0
    file = _written(found, output)
    session.screen.show(found, f"The receipt of entry {found.recorded.receipt.index} is in {file}.")
    session.screen.note(f"Check it with: quarterdeck log check {file} --key VKEY")
    return 0


async def _of_plan(client: Client, session: Session, run: str, output: Path | None) -> int:
    found = await client.receipts(run)
    files = [_written(each, output) for each in found.items] if output is not None and _folder(output) else []
    session.screen.show(found, _listed(found, session) if found.items else "Nothing came of this plan yet.")
    if found.items:
        session.screen.note(
            f"kept in {output}" if files else f"keep them: quarterdeck log receipt {run} -o FOLDER"
        )
    return 0


def _listed(found: Receipts, session: Session) -> Table:
    now = session.screen.now()
    table = Table("#", "What", "At", "Receipt", box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for each in found.items:
        entry = each.recorded.entry
        table.add_row(str(each.recorded.receipt.index), entry.kind.value, moment(entry.at, now), each.file)
    return table


def _folder(path: Path) -> bool:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailable(f"expected a folder at {path}, found: {error.strerror}") from error
    return True


def _written(found: Receipted, output: Path) -> Path:
    file = output / found.file if output.is_dir() else output
    try:
        file.write_text(found.proof, encoding="utf-8", newline="\n")
    except OSError as error:
        raise StoreUnavailable(f"expected to write {file}, found: {error.strerror}") from error
    return file
