"""The log as files: hash tiles and entry bundles, their paths and their bytes (C2SP tlog-tiles). Pure.

A tile holds up to 256 neighbouring hashes of one tile level, level L being 8 * L levels above the leaves; a bundle
holds the entries under a tile of level 0. Neither ever changes: one that was not full is another file once it is.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from memory.errors import InputTooLarge, LogMalformed
from memory.log.encoding import HASH_BYTES, LARGEST, quoted

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
MAX_LEVEL = 63
MAX_ENTRY_BYTES = 65_535

_LENGTH_BYTES = 2
_PATH = re.compile(
    r"tile/(?P<kind>[0-9]{1,2}|entries)/(?P<groups>(?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/(?P<width>[0-9]{1,3}))?"
)


@dataclass(frozen=True, slots=True)
class Tile:
    """`width` hashes of tile level `level`, beginning with the one numbered 256 times `index`."""

    level: int
    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        _check_place(self.index, self.width)
        if not 0 <= self.level <= MAX_LEVEL:
            raise LogMalformed(f"expected a tile level between 0 and {MAX_LEVEL}, found {self.level}")

    @property
    def path(self) -> str:
        """Where it is below the log's prefix, such as `tile/0/x001/x234/067` or `tile/1/000.p/17`."""
        return f"tile/{self.level}/{_written(self.index, self.width)}"

    @classmethod
    def parse(cls, path: str) -> Self:
        """Return the tile with this path; raises `LogMalformed`."""
        kind, index, width = _parsed(path)
        if kind == "entries":
            raise LogMalformed(f"expected the path of a hash tile, found {quoted(path)}")
        tile = cls(int(kind), index, width)
        if tile.path != path:
            raise LogMalformed(f"expected the path {tile.path}, found {quoted(path)}")
        return tile


@dataclass(frozen=True, slots=True)
class EntryBundle:
    """`width` entries, beginning with the one numbered 256 times `index`."""

    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        _check_place(self.index, self.width)

    @property
    def path(self) -> str:
        """Where it is below the log's prefix, such as `tile/entries/x001/x234/067` or `tile/entries/273.p/112`."""
        return f"tile/entries/{_written(self.index, self.width)}"

    @classmethod
    def parse(cls, path: str) -> Self:
        """Return the bundle with this path; raises `LogMalformed`."""
        kind, index, width = _parsed(path)
        bundle = cls(index, width)
        if kind != "entries" or bundle.path != path:
            raise LogMalformed(f"expected the path {bundle.path}, found {quoted(path)}")
        return bundle


def tiles(size: int) -> Iterator[Tile]:
    """Yield the tiles of a log of `size` entries, level by level and from the left."""
    return new_tiles(0, size)


def new_tiles(old: int, new: int) -> Iterator[Tile]:
    """Yield the tiles that a log of `new` entries has and the same log of `old` entries had not."""
    level = 0
    while new >> TILE_HEIGHT * level:
        for index, width in _new_places(old >> TILE_HEIGHT * level, new >> TILE_HEIGHT * level):
            yield Tile(level, index, width)
        level += 1


def entry_bundles(size: int) -> Iterator[EntryBundle]:
    """Yield the entry bundles of a log of `size` entries, from the left."""
    return new_entry_bundles(0, size)


def new_entry_bundles(old: int, new: int) -> Iterator[EntryBundle]:
    """Yield the entry bundles that a log of `new` entries has and the same log of `old` entries had not."""
    return (EntryBundle(index, width) for index, width in _new_places(old, new))


def encode_tile(hashes: Sequence[bytes]) -> bytes:
    """Return the bytes of a tile with these hashes; raises `LogMalformed` unless they are 1 to 256 of 32 bytes."""
    _check_place(0, len(hashes))
    if set(map(len, hashes)) != {HASH_BYTES}:
        raise LogMalformed(f"expected hashes of {HASH_BYTES} bytes, found one of another length")
    return b"".join(hashes)


def parse_tile(data: bytes, width: int = TILE_WIDTH) -> list[bytes]:
    """Return the `width` hashes of a tile; raises `LogMalformed`."""
    if len(data) != width * HASH_BYTES:
        raise LogMalformed(f"expected a tile of {width * HASH_BYTES} bytes, found {len(data)}")
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Return the bytes of a bundle with these entries, each after its length in two bytes, big-endian.

    Raises `InputTooLarge` when one is longer than 65,535 bytes, `LogMalformed` unless they are 1 to 256.
    """
    _check_place(0, len(entries))
    return b"".join(_prefixed(entries))


def parse_bundle(data: bytes, width: int = TILE_WIDTH) -> list[bytes]:
    """Return the `width` entries of a bundle; raises `LogMalformed`, which names the entry that does not fit."""
    entries, at = [], 0
    for number in range(width):
        begin = at + _LENGTH_BYTES
        at = begin + int.from_bytes(data[at:begin])
        if max(begin, at) > len(data):
            raise LogMalformed(f"expected {width} entries, found that the bundle ends in entry {number}")
        entries.append(data[begin:at])
    if at != len(data):
        raise LogMalformed(f"expected a bundle of {width} entries in {at} bytes, found {len(data)} bytes")
    return entries


def _prefixed(entries: Iterable[bytes]) -> Iterator[bytes]:
    for entry in entries:
        if len(entry) > MAX_ENTRY_BYTES:
            raise InputTooLarge(f"expected an entry of at most {MAX_ENTRY_BYTES} bytes, found {len(entry)}")
        yield len(entry).to_bytes(_LENGTH_BYTES)
        yield entry


def _new_places(old: int, new: int) -> Iterator[tuple[int, int]]:
    """Yield index and width of what holds `new` things in 256s, without what held the first `old` of them."""
    if old == new:
        return
    for index in range(old // TILE_WIDTH, new // TILE_WIDTH):
        yield index, TILE_WIDTH
    if new % TILE_WIDTH:
        yield new // TILE_WIDTH, new % TILE_WIDTH


def _check_place(index: int, width: int) -> None:
    if not 0 <= index <= LARGEST // TILE_WIDTH:
        raise LogMalformed(f"expected a tile index between 0 and {LARGEST // TILE_WIDTH}, found {index}")
    if not 1 <= width <= TILE_WIDTH:
        raise LogMalformed(f"expected a width between 1 and {TILE_WIDTH}, found {width}")


def _written(index: int, width: int) -> str:
    digits = str(index)
    digits = digits.zfill(len(digits) + -len(digits) % 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    partial = f".p/{width}" if width < TILE_WIDTH else ""
    return "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]]) + partial


def _parsed(path: str) -> tuple[str, int, int]:
    match = _PATH.fullmatch(path)
    if match is None:
        raise LogMalformed(f"expected a path such as tile/0/x001/x234/067.p/8, found {quoted(path)}")
    index = int(match["groups"].replace("/", "").replace("x", ""))
    return match["kind"], index, int(match["width"] or TILE_WIDTH)
