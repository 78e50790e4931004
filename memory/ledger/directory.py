"""The log's own copy as files (C2SP tlog-tiles): what a web server hands out and a verifier reads.

A checkpoint stands only above tiles that are on the disk. What was published is never replaced by other bytes.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path

from memory.errors import Conflict, LogCorrupt, NotFound, StoreUnavailable
from memory.ledger.disk import Disk, replace
from memory.ledger.reading import read_note
from memory.ledger.source import CHECKPOINT, KEYS, DirectorySource
from memory.log.checkpoint import Checkpoint
from memory.log.listing import KeyListing
from memory.log.merkle import EMPTY_ROOT
from memory.log.note import Note
from memory.log.tiles import (
    TILE_WIDTH,
    EntryBundle,
    Tile,
    encode_bundle,
    encode_tile,
    new_entry_bundles,
    new_tiles,
)

EntriesReader = Callable[[int, int], Awaitable[Sequence[bytes]]]
"""Gives the entries from the first index up to, and without, the second."""

HashesReader = Callable[[int, int, int], Awaitable[Sequence[bytes]]]
"""Gives hashes of a tile level, 0 being the leaves', from the first number up to, and without, the second."""


class LogDirectory:
    """One published log. One process at a time writes to it."""

    def __init__(self, root: Path, disk: Disk | None = None) -> None:
        self.root = root
        self._disk = disk or Disk()

    def published(self) -> Checkpoint | None:
        """Return what the log says of itself now, unverified; None where there is none yet.

        Raises `LogMalformed` when its checkpoint is none, `StoreUnavailable` when it cannot be read.
        """
        try:
            return read_note(DirectorySource(self.root))[1]
        except NotFound:
            return None

    async def publish(
        self, old_size: int, new_size: int, entries: EntriesReader, hashes: HashesReader, note: Note
    ) -> None:
        """Publish the entries from `old_size` up to `new_size`, the tiles above them, and the checkpoint `note`.

        After a crash, do it again from the size that is `published`: what is there already stays. Publishing a
        size again adds cosignatures. Raises `Conflict` when it would leave a gap or go backwards, `LogCorrupt`
        when other bytes stand where these would be, `StoreUnavailable` when the disk fails. What was verifiable
        before stays so.
        """
        # (1) It continues the log that stands here.
        checkpoint = Checkpoint.parse(note.text)
        _check_growth(self.published(), old_size, new_size, checkpoint)
        # (2) Bundles and tiles, whole or partial, and only then their names.
        written = []
        for bundle in new_entry_bundles(old_size, new_size):
            first = bundle.index * TILE_WIDTH
            data = encode_bundle(await entries(first, first + bundle.width))
            written.append(await self._do(self._add, bundle.path, data))
        for tile in new_tiles(old_size, new_size):
            first = tile.index * TILE_WIDTH
            data = encode_tile(await hashes(tile.level, first, first + tile.width))
            written.append(await self._do(self._add, tile.path, data))
        await self._do(self._sync, written)
        # (3) What was partial and is whole now: readers look for the whole one where the partial is gone.
        await self._do(self._tidy, old_size, new_size)
        # (4) The checkpoint, last.
        await self._do(self._put, CHECKPOINT, note.encode())

    async def list_keys(self, listing: KeyListing, comments: Iterable[str] = ()) -> None:
        """Publish the keys of the log and its witnesses; raises `StoreUnavailable`."""
        await self._do(self._put, KEYS, listing.encode(comments))

    async def _do(self, step: Callable[..., Path | None], *arguments: object) -> Path | None:
        try:
            return await asyncio.to_thread(step, *arguments)
        except OSError as error:
            raise StoreUnavailable(f"expected to write the log at {self.root}, found: {error.strerror}") from error

    def _add(self, path: str, data: bytes) -> Path:
        file = self.root / path
        try:
            standing = DirectorySource(self.root).read(path)
        except NotFound:
            replace(self._disk, file, data)
        else:
            if standing != data:
                raise LogCorrupt(
                    f"expected the same bytes again at {path} in {self.root}, found others there",
                    hint="The log here is another one than the store's: find out which is right before going on.",
                )
        return file

    def _put(self, path: str, data: bytes) -> None:
        file = self.root / path
        if not file.is_file() or file.read_bytes() != data:
            replace(self._disk, file, data)
        self._disk.sync(self.root)

    def _sync(self, files: Iterable[Path]) -> None:
        folders = {folder for file in files for folder in file.parents if folder.is_relative_to(self.root)}
        for folder in sorted(folders, reverse=True):  # what is deepest first
            self._disk.sync(folder)

    def _tidy(self, old_size: int, new_size: int) -> None:
        whole: list[Tile | EntryBundle] = [*new_tiles(old_size, new_size), *new_entry_bundles(old_size, new_size)]
        for each in whole:
            folder = self.root / f"{each.path}.p"
            if each.width < TILE_WIDTH or not folder.is_dir():
                continue
            for partial in folder.iterdir():
                self._disk.remove(partial)
            self._disk.remove(folder)


def _check_growth(standing: Checkpoint | None, old_size: int, new_size: int, new: Checkpoint) -> None:
    before = standing or Checkpoint(new.origin, 0, EMPTY_ROOT)
    if not old_size <= before.size <= new_size == new.size:
        raise Conflict(
            f"expected growth from the {before.size} entries published to the {new.size} signed, "
            f"found {old_size} to {new_size}"
        )
    if before.origin != new.origin or (before.size == new.size and before.root != new.root):
        raise LogCorrupt(
            f"expected {before.origin} with the root {before.root.hex()}, as published, found {new.root.hex()}"
        )
