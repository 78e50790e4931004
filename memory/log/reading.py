"""The hashes of a tree, out of its tiles. Pure: the caller fetches."""

from collections.abc import Callable

from memory.errors import InvalidInput
from memory.log.merkle import root_of
from memory.log.tiles import TILE_HEIGHT, TILE_WIDTH, Tile, parse_tile

TileFetcher = Callable[[Tile], bytes]
"""Gives the bytes of a tile."""


class TileReader:
    """A `HashReader` over the tiles of a tree of `size` leaves.

    It keeps every tile it has fetched: make one for a proof, not one for a process.
    """

    def __init__(self, size: int, fetch: TileFetcher) -> None:
        self._size = size
        self._fetch = fetch
        self._kept: dict[tuple[int, int], list[bytes]] = {}

    def __call__(self, level: int, index: int) -> bytes:
        """Return the hash of node (level, index).

        Raises `InvalidInput` when the tree has no such complete node, `LogMalformed` when its tile is cut or too
        long, and whatever fetching raises. Whether the hash is the right one, only a root can tell.
        """
        if level < 0 or not 0 <= index < self._size >> level:
            raise InvalidInput(f"expected a complete node of a log of {self._size}, found ({level}, {index})")
        tile_level, below = divmod(level, TILE_HEIGHT)
        tile_index, offset = divmod(index << below, TILE_WIDTH)
        hashes = self._tile(tile_level, tile_index)
        return root_of(hashes[offset : offset + (1 << below)])

    def _tile(self, level: int, index: int) -> list[bytes]:
        if (level, index) not in self._kept:
            present = (self._size >> TILE_HEIGHT * level) - TILE_WIDTH * index
            tile = Tile(level, index, min(present, TILE_WIDTH))
            self._kept[level, index] = parse_tile(self._fetch(tile), tile.width)
        return self._kept[level, index]
