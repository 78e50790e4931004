"""`log show`, `log tail` and `log checkpoint`: what a published log says, as it stands or as it grows."""

import asyncio
import json
import sys
from collections.abc import Iterator
from typing import Annotated

import typer
from pydantic import JsonValue
from rich.table import Table
from rich.text import Text

from bot.surfaces.cli.command import command
from bot.surfaces.cli.plain import plain
from bot.surfaces.cli.published.options import Where, source_of
from bot.surfaces.cli.published.proving import Which
from bot.surfaces.cli.published.shown import at_seconds, grid, line, told
from bot.surfaces.cli.session import Session
from memory.errors import NotFound, SignatureInvalid
from memory.ledger.prove import Prover
from memory.ledger.reading import read_bundle, read_listing, read_note, tile_at
from memory.ledger.source import Source
from memory.log.keys import Algorithm, VerifierKey, cosigned_at
from memory.log.note import Note, Signature
from memory.log.tiles import TILE_WIDTH, EntryBundle

EVERY_S = 1.0

Follow = Annotated[bool, typer.Option("-f", "--follow", help="Go on with what is published from now on.")]
Lines = Annotated[int, typer.Option("-n", "--lines", min=0, help="How many entries.")]


@command
def show(session: Session, which: Which, where: Where = "") -> None:
    """Show one entry, and where in the log it is.

    [bold]Examples[/bold]

      quarterdeck log show 1234
      quarterdeck log show 9f86d081884c --json | jq .entry.body
    """

    def work() -> int:
        prover = Prover(source_of(session, where))
        index = prover.find(which)
        found = told(index, prover.entry(index))
        entry = json.dumps(found["entry"], ensure_ascii=False, indent=2)
        place = [
            ("Index", str(index)),
            ("Leaf hash", str(found["leaf"])),
            ("In", f"{found['bundle']}, at {found['offset']}"),
        ]
        session.screen.show(found, grid(place), Text(plain(entry), no_wrap=True))
        return 0

    session.run_here(work)


@command
def tail(session: Session, where: Where = "", lines: Lines = 10, follow: Follow = False) -> None:
    """Show the last entries; with --follow, those that come too. With --json, it prints one object a line.

    [bold]Examples[/bold]

      quarterdeck log tail -n 3
      quarterdeck log tail --follow https://example.org/log --json | jq .entry.kind
    """
    session.run_alone(lambda: _tail(session, source_of(session, where), lines, follow=follow))


@command
def checkpoint(session: Session, where: Where = "") -> None:
    """Show what the log says of itself now, and who signed that. Its keys are those that it lists.

    [bold]Examples[/bold]

      quarterdeck log checkpoint
      quarterdeck log checkpoint https://example.org/log --json
    """

    def work() -> int:
        source = source_of(session, where)
        note, current = read_note(source)
        signatures = [_signature(note, each, _listed(source)) for each in note.signatures]
        now = session.screen.now()
        said: dict[str, JsonValue] = {"origin": current.origin, "size": current.size, "root": current.root.hex()}
        table = Table.grid(padding=(0, 2))
        for each in signatures:
            at = at_seconds(int(str(each["at"])), now) if each["at"] is not None else ""
            table.add_row(plain(str(each["name"])), str(each["key_id"]), str(each["standing"]), at)
        rows = grid((name.capitalize(), str(value)) for name, value in said.items())
        session.screen.show({**said, "signatures": list[JsonValue](signatures)}, rows, table)
        return 0

    session.run_here(work)


async def _tail(session: Session, source: Source, lines: int, *, follow: bool) -> int:
    size = read_note(source)[1].size
    shown = max(0, size - lines)
    while True:
        for index, data in _between(source, shown, size):
            if session.screen.as_json:
                sys.stdout.write(json.dumps(told(index, data), ensure_ascii=False) + "\n")
                sys.stdout.flush()
            session.screen.tell(line(index, data, session.screen.now()))
        if not follow:
            return 0
        shown = size
        while size <= shown:
            await asyncio.sleep(EVERY_S)
            size = read_note(source)[1].size


def _between(source: Source, first: int, until: int) -> Iterator[tuple[int, bytes]]:
    for number in range(first // TILE_WIDTH, -(-until // TILE_WIDTH)):
        start = number * TILE_WIDTH
        entries = read_bundle(source, EntryBundle(number, tile_at(until, 0, number).width))
        for index, data in enumerate(entries, start):
            if index >= first:
                yield index, data


def _listed(source: Source) -> dict[tuple[str, bytes], VerifierKey]:
    try:
        listing = read_listing(source)
    except NotFound:
        return {}
    return {(key.name, key.key_id): key for key in (*listing.log_keys, *listing.witnesses)}


def _signature(
    note: Note, signature: Signature, listed: dict[tuple[str, bytes], VerifierKey]
) -> dict[str, JsonValue]:
    key = listed.get((signature.name, signature.key_id))
    witness = key is not None and key.algorithm is Algorithm.COSIGNATURE_V1
    return {
        "name": signature.name,
        "key_id": signature.key_id.hex(),
        "standing": _standing(note, signature, key),
        "at": cosigned_at(signature) if witness else None,
    }


def _standing(note: Note, signature: Signature, key: VerifierKey | None) -> str:
    if key is None:
        return "by a key that is not listed"
    try:
        key.verify(note.text, signature)
    except SignatureInvalid:
        return "WRONG: not over this text"
    return "cosigned" if key.algorithm is Algorithm.COSIGNATURE_V1 else "signed"
