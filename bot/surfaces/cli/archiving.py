"""`log export`, `log pack`, `log check-export`, `log beside`: what can be taken away, and what is beside it."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from bot.surfaces.cli.asked import Asked, asks, query_of
from bot.surfaces.cli.client import Client
from bot.surfaces.cli.command import command
from bot.surfaces.cli.erasing import erase, hold, retain
from bot.surfaces.cli.session import Session
from bot.surfaces.cli.shapes import Saved
from memory.exports.export import Form

InForm = Annotated[Form, typer.Option("--format", help="JSON lines, CSV or Parquet.")]
Output = Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="Where it is put.")]
Subject = Annotated[str, typer.Argument(metavar="RUN|CORRELATION|MESSAGE|INCIDENT", help="What it is about.")]
Exported = Annotated[Path, typer.Argument(metavar="FILE", help="What `log export` wrote.")]
LogKey = Annotated[str, typer.Option("--key", metavar="VKEY", help="The log's key, as you know it.")]
EntryName = Annotated[str, typer.Argument(metavar="INDEX|HASH", help="An entry of the log.")]

UNANCHORED = (
    "Without --key, the export was held to the key it names itself. That shows that it is whole, not whose log it "
    "is from. Get the log's key from its owner by another way and give it as --key."
)


def add_archive(group: typer.Typer) -> None:
    """Add the commands to the group `log`."""
    for function in (export, pack, beside, retain, erase):
        group.command()(function)
    group.command("check-export")(check_export)
    group.add_typer(hold, name="hold")


@command
@asks
def export(session: Session, asked: Asked, output: Output, form: InForm = Form.JSONL) -> None:
    """Take part of the log away, with a proof that no entry of its range was left out.

    Entries that do not match are there as hashes. That you took it is an entry of the log.

    [bold]Examples[/bold]

      quarterdeck log export --since 30d -o november.jsonl
      quarterdeck log export --kind approval --kind denial --format csv -o decisions.csv
    """

    async def work(client: Client) -> int:
        query = {**query_of(asked, session.screen.now()), "format": form.value}
        return _saved(session, await client.save("/v1/log/export", query, output))

    session.run(work)


@command
def pack(session: Session, subject: Subject, output: Output) -> None:
    """Take away the evidence of what happened: entries, proofs, texts, a report, and a verifier that needs no one.

    [bold]Examples[/bold]

      quarterdeck log pack run_4h2k9m -o evidence.zip
      unzip evidence.zip -d evidence && python evidence/verify.py --key VKEY
    """

    async def work(client: Client) -> int:
        return _saved(session, await client.save("/v1/log/pack", {"subject": subject}, output))

    session.run(work)


@command
def check_export(session: Session, exported: Exported, key: LogKey = "") -> None:
    """Check an export with nothing but itself and the log's key: no log, no server, no network.

    [bold]Examples[/bold]

      quarterdeck log check-export november.jsonl --key example.org/log/acme+1b2735d3+AYG4…Euc
    """

    def work() -> int:
        from memory.exports.export import check
        from memory.exports.files import opened
        from memory.log.keys import VerifierKey

        with opened(exported) as (header, rows):
            found = check(header, rows, VerifierKey.parse(key or header.key))
        told = f"all of {found.origin} from {found.first} up to {found.until}, in a log of {found.size}"
        shown = f"{found.shown} shown, {found.left_out} left out and there as hashes"
        session.screen.show(
            found, Text.assemble(("✔ ", "green"), f"{told}\n  {shown}\n  signed by {found.signed_by}")
        )
        if not key:
            session.screen.note(UNANCHORED)
        return 0

    session.run_here(work)


@command
def beside(session: Session, entry: EntryName) -> None:
    """Show which texts an entry names, and whether they are kept still or which entry erased them.

    [bold]Examples[/bold]

      quarterdeck log beside 1234
    """

    async def work(client: Client) -> int:
        found = await client.beside(entry)
        lines = [
            f"{blob.kind}  {blob.digest}  "
            + (f"erased, see entry {found.erased_in[blob.digest]}" if blob.digest in found.erased_in else "kept")
            for blob in found.blobs
        ]
        session.screen.show(found, "\n".join(lines) or "The entry names no text.")
        return 0

    session.run(work)


def _saved(session: Session, saved: Saved) -> int:
    done = f"{saved.path}, {saved.size:,} bytes\n  SHA-256 {saved.digest}"
    session.screen.show(saved, Text.assemble(("✔ ", "green"), done))
    return 0
