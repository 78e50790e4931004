"""How what is in a published log looks on a terminal."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime

from pydantic import JsonValue
from rich.table import Table
from rich.text import Text

from agents.units import moment
from bot.surfaces.cli.plain import plain, shortened
from memory.ledger.entries import read_exactly
from memory.log.merkle import leaf_hash
from memory.log.tiles import TILE_WIDTH, EntryBundle

_LONGEST = 160


def grid(rows: Iterable[tuple[str, str]]) -> Table:
    """Return names and values in two columns; those without a value are left out."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in rows:
        if value:
            table.add_row(name, Text(plain(value)))
    return table


def at_seconds(seconds: int, now: datetime) -> str:
    """Return a time of a cosignature, which somebody else wrote and which may be none at all."""
    try:
        return moment(datetime.fromtimestamp(seconds, UTC), now)
    except (OverflowError, ValueError, OSError):
        return f"{seconds} s after 1970"


def told(index: int, data: bytes) -> dict[str, JsonValue]:
    """Return an entry and its place, for a program; raises `LogMalformed` when it is none."""
    entry = read_exactly(data)
    bundle = EntryBundle(index // TILE_WIDTH)
    return {
        "index": index,
        "leaf": leaf_hash(data).hex(),
        "bundle": bundle.path,
        "offset": index % TILE_WIDTH,
        "entry": entry.model_dump(mode="json"),
    }


def line(index: int, data: bytes, now: datetime) -> Text:
    """Return an entry as one line."""
    entry = read_exactly(data)
    said = [
        (name, value)
        for name, value in entry.body.items()
        if value not in (None, "", [], {}) and not name.endswith(("digest", "hash"))
    ]
    details = " ".join(f"{name}={_brief(value)}" for name, value in said)
    return Text.assemble(
        (f"{index:>8}  ", "dim"),
        f"{moment(entry.logged, now)}  ",
        (f"{entry.kind.value:<14}", "bold"),
        shortened(details, _LONGEST),
        no_wrap=True,
    )


def _brief(value: JsonValue) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
