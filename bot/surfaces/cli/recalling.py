"""`quarterdeck recall`, and `runbook find`; what looks into files alone needs no server."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from bot.surfaces.cli.client import Client
from bot.surfaces.cli.command import command
from bot.surfaces.cli.plain import plain
from bot.surfaces.cli.screen import spaced
from bot.surfaces.cli.session import Session
from memory.errors import InvalidInput
from memory.model.memory import MemoryKind
from memory.model.value import Value
from memory.recall.recalling import Remembered, RunbookMatch

LONGEST = 4000  # characters of a question; more says the same again
_NONE_FITS = 1  # the exit code where nothing was found

Words = Annotated[str, typer.Argument(metavar="QUERY", help="What you want to know about, in any words.")]
Kind = Annotated[list[MemoryKind] | None, typer.Option("--kind", help="Only memories of this kind.")]
Service = Annotated[list[str] | None, typer.Option("--service", help="What it is about.")]
Most = Annotated[int, typer.Option("--limit", min=1, max=20, help="How many.")]
AlertFile = Annotated[
    Path, typer.Option("--alert", metavar="FILE", help="An alert as JSON or text; - is standard input.")
]
Library = Annotated[Path | None, typer.Option("--library", metavar="DIR", help="A folder of Markdown runbooks.")]
Past = Annotated[Path | None, typer.Option("--library", metavar="DIR", help="A folder of Markdown post-mortems.")]


class FoundRunbooks(Value):
    """The runbooks for an alert, the likeliest first."""

    runbooks: tuple[RunbookMatch, ...]


@command
def recall(
    session: Session,
    query: Words,
    *,
    kind: Kind = None,
    service: Service = None,
    limit: Most = 5,
    library: Past = None,
) -> None:
    """Say whether something like it was seen before: what is alike, what differs, what fixed it.

    With --library it looks into a folder of post-mortems alone, without a server. Ends with 1 where nothing like
    it is remembered.

    [bold]Examples[/bold]

      quarterdeck recall "checkout fails after a deploy"
      quarterdeck recall "certificate expired" --kind incident --json | jq '.memories[0].fixed_by'
      quarterdeck recall "ingress answers 504" --library wiki/post-mortems
    """
    if library is not None:
        session.run_here(lambda: _recall_files(session, query, library, tuple(service or ()), limit))
    asked = {"q": query[:LONGEST], "kind": kind or None, "service": service or None, "limit": limit}
    session.run(lambda client: _recall(client, session, asked))


@command
def find(session: Session, alert: AlertFile, library: Library = None, limit: Most = 5) -> None:
    """Find the runbook for an alert.

    Any webhook's payload, JSON with a name, labels and annotations, or plain text. Of several alerts in one
    delivery, the likely runbook of each comes first, with the alerts it is for.

    Works on files alone, without a server. Without --library it searches the runbooks of the settings and those
    that come with Quarterdeck. Ends with 1 where none fits.

    [bold]Examples[/bold]

      quarterdeck runbook find --alert alert.json --library wiki/runbooks
      quarterdeck runbook find --alert alert.json --json | jq -r '.runbooks[0].runbook'
    """
    session.run_here(lambda: _find(session, alert, library, limit))


async def _recall(client: Client, session: Session, asked: Mapping[str, object]) -> int:
    from bot.surfaces.recall import Recollections

    with session.screen.waiting("Remembering"):
        found = await client.get("/v1/recall", Recollections, asked)
    parts = [*_remembered(found.memories), *_runbooks(found.runbooks)]
    session.screen.show(found, *spaced(parts or [Text("Nothing like it is remembered.")]))
    return 0 if parts else _NONE_FITS


def _find(session: Session, alert: Path, library: Path | None, limit: int) -> int:
    payload = _read(alert)
    with session.screen.waiting("Searching"):
        found = session.host.find_runbooks(session.host.settings(), payload, library, limit)
    parts = list(_runbooks(found))
    session.screen.show(FoundRunbooks(runbooks=found), *spaced(parts or [Text("No runbook fits.")]))
    return 0 if parts else _NONE_FITS


def _recall_files(session: Session, query: str, library: Path, services: tuple[str, ...], limit: int) -> int:
    from bot.surfaces.recall import Recollections

    host = session.host
    with session.screen.waiting("Remembering"):
        found = host.recall_files(host.settings(), query[:LONGEST], library, services, limit)
    parts = list(_remembered(found)) or [Text("Nothing like it is written there.")]
    session.screen.show(Recollections(query=query[:500], memories=found), *spaced(parts))
    return 0 if found else _NONE_FITS


def _read(file: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise InvalidInput(f"expected to read the alert in {file}, found: {error.strerror}") from error


def _remembered(found: tuple[Remembered, ...]) -> Iterator[RenderableType]:
    for each in found:
        text = Text.assemble(
            (plain(each.title), "bold"), f"  {each.kind.value}, {each.at:%Y-%m-%d}, {each.score:.0%}"
        )
        said = [
            ("alike", "; ".join(each.alike)),
            ("different", "; ".join(each.differs)),
            ("cause", each.cause),
            ("fixed by", each.fixed_by),
            ("it says", each.excerpt),
        ]
        for name, words in said:
            if words:
                text.append(f"\n  {name}: {plain(words)}")
        if each.warning:
            text.append(f"\n  {plain(each.warning)}", style="yellow")
        yield text


def _runbooks(found: tuple[RunbookMatch, ...]) -> Iterator[RenderableType]:
    for each in found:
        text = Text.assemble(
            (plain(each.title), "bold"),
            f"  runbook {plain(each.runbook)}, {each.score:.0%}: {plain('; '.join(each.why))}",
        )
        if each.alerts:
            text.append(f"\n  for {plain('; '.join(each.alerts))}")
        if each.excerpt:
            where = f"{each.section}: " if each.section else ""
            text.append(f"\n  {plain(where + each.excerpt)}", style="dim")
        yield text
