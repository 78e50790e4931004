"""Hashes of the tree for whoever makes a proof: whole tiles, fetched from the store, and only those it needs."""

from collections.abc import Callable
from typing import TypeVar

from memory.log.merkle import HashReader, root_of
from memory.log.tiles import TILE_HEIGHT, TILE_WIDTH
from memory.store.ledger import Ledger

P = TypeVar("P")


async def proven(ledger: Ledger, tenant: str, prove: Callable[[HashReader], P]) -> P:
    """Return what `prove` makes of the tenant's tree. `prove` is called twice and must only read.

    A proof needs at most two tiles of each level, whatever the size of the log.
    """
    asked: list[tuple[int, int]] = []

    def note(level: int, index: int) -> bytes:
        asked.append((level, index))
        return bytes(32)

    prove(note)
    tiles = {
        tile: await _tile(ledger, tenant, *tile) for tile in dict.fromkeys(_place(*node)[:2] for node in asked)
    }

    def read(level: int, index: int) -> bytes:
        tile_level, tile, first, until = _place(level, index)
        return root_of(tiles[tile_level, tile][first:until])

    return prove(read)


def _place(level: int, index: int) -> tuple[int, int, int, int]:
    """Return the tile that a node is worked out from, by level and index, and from where to where in it."""
    tile_level, above = divmod(level, TILE_HEIGHT)
    tile, first = divmod(index << above, TILE_WIDTH)
    return tile_level, tile, first, first + (1 << above)


async def _tile(ledger: Ledger, tenant: str, level: int, index: int) -> list[bytes]:
    return await ledger.hashes(tenant, level, index * TILE_WIDTH, (index + 1) * TILE_WIDTH)
