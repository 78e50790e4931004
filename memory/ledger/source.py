"""Where a published log is read from: its files by the paths that C2SP tlog-tiles gives them, and no others."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from memory.errors import LogCorrupt, LogMalformed, NotFound, StoreUnavailable
from memory.log.encoding import HASH_BYTES
from memory.log.listing import MAX_LISTING_BYTES
from memory.log.note import MAX_NOTE_BYTES
from memory.log.tiles import MAX_ENTRY_BYTES, TILE_WIDTH, EntryBundle, Tile

CHECKPOINT = "checkpoint"
KEYS = "keys"

_MAX_TILE_BYTES = TILE_WIDTH * HASH_BYTES
_MAX_BUNDLE_BYTES = TILE_WIDTH * (2 + MAX_ENTRY_BYTES)
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC  # a pipe would hold its reader up for ever


class Source(Protocol):
    """A published log. It can be pickled, so that several processes read it."""

    def read(self, path: str) -> bytes:
        """Return the bytes of one file.

        Raises `NotFound` when there is none, `LogCorrupt` when it is longer than its format allows or no file, and
        `StoreUnavailable` or `ConnectorError` when it cannot be read now.
        """


def limit_of(path: str) -> int:
    """Return how many bytes the file at `path` has at most; raises `LogMalformed` for a path of no such file."""
    if path == CHECKPOINT:
        return MAX_NOTE_BYTES
    if path == KEYS:
        return MAX_LISTING_BYTES
    if path.startswith("tile/entries/"):
        EntryBundle.parse(path)
        return _MAX_BUNDLE_BYTES
    Tile.parse(path)
    return _MAX_TILE_BYTES


@dataclass(frozen=True, slots=True)
class DirectorySource:
    """A log in a directory. Links that lead out of it are not followed."""

    root: Path

    def __str__(self) -> str:
        return str(self.root)

    def read(self, path: str) -> bytes:
        """Return the bytes of one file; raises as `Source` says."""
        limit = limit_of(path)
        try:
            data = _read(self.root, path, limit + 1)
        except OSError as error:
            if any((self.root / part).is_symlink() for part in (Path(path), *Path(path).parents)[:-1]):
                raise LogCorrupt(f"expected a file at {path} in {self.root}, found a link") from error
            if isinstance(error, FileNotFoundError | NotADirectoryError):
                raise NotFound(f"expected the file {path} in {self.root}, found none") from error
            raise StoreUnavailable(f"expected to read {path} in {self.root}, found: {error.strerror}") from error
        if len(data) > limit:
            raise LogMalformed(f"expected at most {limit} bytes in {path}, found more")
        return data


def _read(root: Path, path: str, most: int) -> bytes:
    *folders, name = path.split("/")
    folder = os.open(root, _FOLDER)
    try:
        for inner in folders:
            outer, folder = folder, os.open(inner, _FOLDER | os.O_NOFOLLOW, dir_fd=folder)
            os.close(outer)
        descriptor = os.open(name, _FILE, dir_fd=folder)
    finally:
        os.close(folder)
    with os.fdopen(descriptor, "rb") as opened:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise LogCorrupt(f"expected a file at {path}, found something else")
        return opened.read(most)
