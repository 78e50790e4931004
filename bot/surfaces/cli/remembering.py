"""`quarterdeck memory …`: how much is remembered, add to it, take from it, make its index anew."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from bot.surfaces.cli.client import Client
from bot.surfaces.cli.command import command
from bot.surfaces.cli.plain import plain
from bot.surfaces.cli.session import Session
from memory.errors import InvalidInput
from memory.model.memory import MemoryKind

_NONE = 1  # the exit code where nothing was there to forget
_LONGEST_FILE = 48_000  # bytes of a post-mortem that are read: requests have a limit
_MOST_FILES = 50  # of one request

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A folder of Markdown post-mortems.")]
Subject = Annotated[str, typer.Argument(metavar="SUBJECT", help="What memories are of, such as incident:inc_4.")]
Text_ = Annotated[str, typer.Argument(metavar="TEXT", help="What shall be remembered.")]
Service = Annotated[list[str] | None, typer.Option("--service", help="What it is about.")]
Corrects = Annotated[
    bool, typer.Option("--correction", help="It corrects something; otherwise it is a preference.")
]

memory = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="""What is remembered: look how much, add to it, take from it, make its index anew.

    Every command takes [bold]--json[/bold].

    [bold]Examples[/bold]

      quarterdeck memory show
    """,
)


@memory.command("show")
@command
def show(session: Session) -> None:
    """Show how much is remembered, and what keeps the index.

    [bold]Examples[/bold]

      quarterdeck memory show --json
    """
    session.run(lambda client: _show(client, session))


@memory.command("keep")
@command
def keep(session: Session, text: Text_, correction: Corrects = False, service: Service = None) -> None:
    """Remember a preference of yours, or a correction.

    [bold]Examples[/bold]

      quarterdeck memory keep "never restart search during the nightly import" --service search
    """
    kind = MemoryKind.CORRECTION if correction else MemoryKind.PREFERENCE
    wish = {"text": text, "kind": kind.value, "services": service or []}
    session.run(lambda client: _keep(client, session, wish))


@memory.command("import")
@command
def import_(session: Session, folder: Folder) -> None:
    """Remember the post-mortems of a folder: their titles, days, causes and what fixed them. For administrators.

    Reading them again changes nothing but what was changed in them.

    [bold]Examples[/bold]

      quarterdeck memory import wiki/post-mortems
    """
    session.run(lambda client: _import(client, session, folder))


@memory.command("forget")
@command
def forget(session: Session, subject: Subject) -> None:
    """Forget a subject for good. The log says that it was forgotten, and not what it was.

    [bold]Examples[/bold]

      quarterdeck memory forget incident:inc_4
    """
    session.run(lambda client: _forget(client, session, subject))


@memory.command("rebuild")
@command
def rebuild(session: Session) -> None:
    """Make the index anew from the texts in the store. Nothing is lost, and it takes a while.

    [bold]Examples[/bold]

      quarterdeck memory rebuild
    """
    session.run(lambda client: _rebuild(client, session))


async def _import(client: Client, session: Session, folder: Path) -> int:
    from bot.surfaces.recall import Taught

    made = 0
    with session.screen.waiting("Reading"):
        for some in _batches(_written(folder)):
            made += (await client.post("/v1/memories/taught", {"files": some}, Taught)).memories
    session.screen.show(Taught(memories=made), Text(f"Post-mortems remembered, new or changed: {made}."))
    return 0


async def _show(client: Client, session: Session) -> int:
    from bot.surfaces.recall import MemoryReport

    found = await client.get("/v1/memories", MemoryReport)
    lines = [f"{number} {kind}" for kind, number in found.memories.items()] or ["Nothing is remembered yet."]
    session.screen.show(found, Text(plain("\n".join([*lines, f"Index: {found.index or 'not needed yet'}"]))))
    return 0


async def _keep(client: Client, session: Session, wish: Mapping[str, object]) -> int:
    from memory.model.memory import Memory

    kept = await client.post("/v1/memories", wish, Memory)
    session.screen.show(kept, Text(plain(f"Remembered as {kept.subject}.")))
    return 0


async def _forget(client: Client, session: Session, subject: str) -> int:
    from bot.surfaces.recall import Forgotten

    gone = await client.post("/v1/memories/forgotten", {"subject": subject}, Forgotten)
    session.screen.show(gone, Text(f"Memories forgotten: {gone.memories}."))
    return 0 if gone.memories else _NONE


async def _rebuild(client: Client, session: Session) -> int:
    from bot.surfaces.recall import Forgotten

    with session.screen.waiting("Making the index anew"):
        made = await client.post("/v1/memories/rebuilt", {}, Forgotten)
    session.screen.show(made, Text(f"Memories in the index: {made.memories}."))
    return 0


def _written(folder: Path) -> Iterator[dict[str, str]]:
    """Yield the Markdown files of a folder, by name; raises `InvalidInput` where there are none to be read."""
    files = sorted(each for each in folder.rglob("*.md") if each.is_file()) if folder.is_dir() else []
    if not files:
        raise InvalidInput(f"expected a folder with Markdown files at {folder}, found none")
    for file in files:
        try:
            data = file.read_bytes()[:_LONGEST_FILE]
        except OSError as error:
            raise InvalidInput(f"expected to read {file}, found: {error.strerror}") from error
        yield {"name": str(file.relative_to(folder)), "text": data.decode("utf-8", "ignore")}


def _batches(files: Iterable[dict[str, str]]) -> Iterator[list[dict[str, str]]]:
    """Yield files in requests that are short enough."""
    some: list[dict[str, str]] = []
    size = 0
    for file in files:
        length = len(file["text"].encode())
        if some and (len(some) == _MOST_FILES or size + length > _LONGEST_FILE):
            yield some
            some, size = [], 0
        some.append(file)
        size += length
    if some:
        yield some
