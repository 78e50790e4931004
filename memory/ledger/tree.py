"""The tiles of a log compared with each other, from its entries up to the root that was signed.

It is read once, from the left, with one tile of each level in memory. Where two files contradict each other, that
one is at fault to which the signed root does not lead.
"""

from collections.abc import Callable
from dataclasses import dataclass

from memory.errors import LogCorrupt, NotFound
from memory.ledger.bundles import Checked
from memory.ledger.findings import Fault, Finding
from memory.ledger.reading import read_tile, tile_at
from memory.ledger.source import CHECKPOINT, Source
from memory.log.checkpoint import Checkpoint
from memory.log.merkle import root_of, tree_root
from memory.log.reading import TileReader
from memory.log.tiles import TILE_HEIGHT, TILE_WIDTH, Tile, encode_tile, parse_tile

Report = Callable[[Finding], None]


@dataclass(frozen=True, slots=True)
class _Read:
    """A tile as it was read: its hashes, and whether the signed root leads to them."""

    tile: Tile
    hashes: list[bytes] | None
    vouched: bool


class TreeCheck:
    """Compares the tree that a checkpoint signs with its tiles and with what the bundles were found to hold."""

    def __init__(self, source: Source, checkpoint: Checkpoint, report: Report) -> None:
        self._source = source
        self._checkpoint = checkpoint
        self._report = report
        self._current: dict[int, _Read] = {}
        # What the tiles of the right edge should hold by what is below them.
        self._below: dict[int, list[bytes]] = {}
        self._contested: Checked | None = None
        self._root_holds = self._root(lambda tile: read_tile(source, tile)) == checkpoint.root

    def take(self, checked: Checked) -> None:
        """Compare one bundle and its tile with each other and with the tile above. Bundles come from the left."""
        if checked.tile.width < TILE_WIDTH:
            self._take_last(checked)
            return
        above = self._tile(1, checked.tile.index // TILE_WIDTH)
        stated = _stated(above, checked.tile.index)
        self._keep(1, checked.tile.index, checked.by_entries or checked.by_tile)
        found = checked.by_entries or checked.by_tile
        if checked.differs:
            if stated == checked.by_entries:
                self._blame_tile(checked)
                return
            self._blame_entries(checked)
            found = checked.by_tile
        if stated is not None and found is not None and stated != found:
            self._contradicted(above, checked.tile, found)

    def finish(self) -> bool:
        """Return whether the tiles, or else the entries, lead to the signed root, once every bundle was taken."""
        if self._root_holds:
            return True
        rebuilt, root = self._root(self._rebuilt), self._checkpoint.root
        if self._contested is not None:
            blame = self._blame_tile if rebuilt == root else self._blame_entries
            blame(self._contested)
        if rebuilt not in (None, root):  # None: files are missing, which was reported
            found = f"{root.hex()}, that of another tree"
            self._report(
                Finding(Fault.ROOT, CHECKPOINT, f"the root {(rebuilt or b'').hex()} of these entries", found)
            )
        return rebuilt == root

    def _take_last(self, checked: Checked) -> None:
        self._below[0] = checked.leaves
        if checked.differs and self._root_holds:
            self._blame_entries(checked)
        elif checked.differs:
            self._contested = checked

    def _tile(self, level: int, index: int) -> _Read:
        current = self._current.get(level)
        if current is None or current.tile.index != index:
            current = self._current[level] = self._read(tile_at(self._checkpoint.size, level, index))
        return current

    def _read(self, tile: Tile) -> _Read:
        try:
            hashes = parse_tile(read_tile(self._source, tile), tile.width)
        except (LogCorrupt, NotFound) as error:
            self._report(Finding.of(error, tile.path))
            return _Read(tile, None, vouched=False)
        if tile.width < TILE_WIDTH:
            return _Read(tile, hashes, self._root_holds)
        above, found = self._tile(tile.level + 1, tile.index // TILE_WIDTH), root_of(hashes)
        self._keep(tile.level + 1, tile.index, found)
        stated = _stated(above, tile.index)
        if stated is not None and stated != found:
            self._contradicted(above, tile, found)
        return _Read(tile, hashes, above.vouched and stated == found)

    def _keep(self, level: int, number: int, found: bytes | None) -> None:
        edge = (self._checkpoint.size >> TILE_HEIGHT * level) // TILE_WIDTH
        if number // TILE_WIDTH == edge and found is not None:
            self._below.setdefault(level, []).append(found)

    def _rebuilt(self, tile: Tile) -> bytes:
        hashes = self._below.get(tile.level, [])
        return encode_tile(hashes) if hashes else b""

    def _root(self, fetch: Callable[[Tile], bytes]) -> bytes | None:
        size = self._checkpoint.size
        try:
            return tree_root(size, TileReader(size, fetch))
        except (LogCorrupt, NotFound):
            return None

    def _contradicted(self, above: _Read, tile: Tile, found: bytes) -> None:
        stated, at = _stated(above, tile.index) or b"", tile.index % TILE_WIDTH
        if above.vouched:
            expected = f"hashes under {stated.hex()}, as {above.tile.path} has it"
            self._report(Finding(Fault.CHANGED, tile.path, expected, f"hashes under {found.hex()}"))
        else:
            expected = f"hash {at} to be {found.hex()}, that of {tile.path}"
            self._report(Finding(Fault.CHANGED, above.tile.path, expected, stated.hex()))

    def _blame_tile(self, checked: Checked) -> None:
        for at, (leaf, stored) in enumerate(zip(checked.leaves, checked.stored, strict=True)):
            if leaf != stored:
                expected = f"hash {at} to be {leaf.hex()}, that of entry {checked.first + at}"
                self._report(Finding(Fault.CHANGED, checked.tile.path, expected, stored.hex()))

    def _blame_entries(self, checked: Checked) -> None:
        leaves, stored = checked.leaves, checked.stored
        fault = Fault.REORDERED if sorted(leaves) == sorted(stored) else Fault.CHANGED
        for index, (leaf, hashed) in enumerate(zip(leaves, stored, strict=True), checked.first):
            if leaf != hashed:
                found = f"one with {leaf.hex()}"
                if fault is Fault.REORDERED:
                    found = f"the one that belongs at {checked.first + stored.index(leaf)}"
                expected = f"the entry with the hash {hashed.hex()}, as {checked.tile.path} has it"
                self._report(Finding(fault, checked.bundle.path, expected, found, index))


def _stated(above: _Read, number: int) -> bytes | None:
    """Return the hash that the tile above has for the tile of that number."""
    return None if above.hashes is None else above.hashes[number % TILE_WIDTH]
