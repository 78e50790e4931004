"""Tiles, bundles and notes as a source gives them. What was partial may be whole by the time it is read."""

from memory.errors import LogMalformed, NotFound
from memory.ledger.source import CHECKPOINT, KEYS, Source
from memory.log.checkpoint import Checkpoint
from memory.log.encoding import HASH_BYTES
from memory.log.listing import KeyListing
from memory.log.note import Note
from memory.log.tiles import TILE_HEIGHT, TILE_WIDTH, EntryBundle, Tile, parse_bundle


def read_note(source: Source) -> tuple[Note, Checkpoint]:
    """Return the log's checkpoint, which nobody has verified yet, and the note it came in."""
    note = Note.parse(source.read(CHECKPOINT))
    return note, Checkpoint.parse(note.text)


def read_listing(source: Source) -> KeyListing:
    """Return the keys that the log lists of itself."""
    return KeyListing.parse(source.read(KEYS))


def tile_at(size: int, level: int, index: int) -> Tile:
    """Return the tile of a log of `size` entries, as wide as it is there."""
    return Tile(level, index, min((size >> TILE_HEIGHT * level) - TILE_WIDTH * index, TILE_WIDTH))


def read_tile(source: Source, tile: Tile) -> bytes:
    """Return the tile's bytes: out of the whole tile where the log has grown and dropped the partial one."""
    try:
        return source.read(tile.path)
    except NotFound:
        if tile.width == TILE_WIDTH:
            raise
        return source.read(Tile(tile.level, tile.index).path)[: tile.width * HASH_BYTES]


def read_bundle(source: Source, bundle: EntryBundle) -> list[bytes]:
    """Return the bundle's entries: out of the whole bundle where the log has grown and dropped the partial one."""
    try:
        return parse_bundle(source.read(bundle.path), bundle.width)
    except NotFound:
        if bundle.width == TILE_WIDTH:
            raise
        return parse_bundle(source.read(EntryBundle(bundle.index).path))[: bundle.width]


def check_index(index: int, size: int) -> None:
    """Raise `NotFound` unless a log of `size` entries has one numbered `index`."""
    if not 0 <= index < size:
        raise NotFound(f"expected the index of an entry, below {size}, found {index}")


def entry_at(source: Source, size: int, index: int) -> bytes:
    """Return the entry at `index` of a log of `size` entries; raises `NotFound` when it has none there."""
    check_index(index, size)
    number, offset = divmod(index, TILE_WIDTH)
    entries = read_bundle(source, EntryBundle(number, min(size - number * TILE_WIDTH, TILE_WIDTH)))
    if offset >= len(entries):
        raise LogMalformed(f"expected entry {index} in {EntryBundle(number).path}, found {len(entries)} entries")
    return entries[offset]
