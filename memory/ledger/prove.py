"""Proofs out of a published log: that an entry is in it, and that it only grew. Each verifies without the log."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from memory.errors import InvalidInput, NotFound
from memory.ledger.reading import check_index, entry_at, read_note, read_tile, tile_at
from memory.ledger.source import Source
from memory.log.encoding import HASH_BYTES, quoted
from memory.log.merkle import (
    HashReader,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    parents,
    tree_root,
    verify_consistency,
    verify_inclusion,
)
from memory.log.proof import TlogProof
from memory.log.tiles import TILE_HEIGHT, TILE_WIDTH, parse_tile

_INDEX = re.compile(r"0|[1-9][0-9]{0,18}")  # an index wins over a hash of digits alone: give more of the hash
_LEAF = re.compile(r"[0-9a-f]{8,64}")
_KEPT_TILES = 64  # those near the root are in every proof


@dataclass(frozen=True, slots=True)
class Consistency:
    """The first `old` entries of a log, and that its first `new` begin with them."""

    old: int
    old_root: bytes
    new: int
    new_root: bytes
    hashes: Sequence[bytes]


class Prover:
    """Proves entries of one published log. It takes no tile at its word: a proof that it gives does verify."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._rows = lru_cache(_KEPT_TILES)(lambda tile: _rows(parse_tile(read_tile(source, tile), tile.width)))

    def entry(self, index: int) -> bytes:
        """Return the entry at `index`; raises `NotFound`, and `LogCorrupt` when it is not the one of the tree."""
        _, checkpoint = read_note(self._source)
        entry = entry_at(self._source, checkpoint.size, index)
        path = inclusion_proof(index, checkpoint.size, self._reader(checkpoint.size))
        verify_inclusion(leaf_hash(entry), index, checkpoint.size, path, checkpoint.root)
        return entry

    def inclusion(self, index: int, extra: bytes = b"") -> TlogProof:
        """Return the proof that the entry at `index` is in the log as it is now signed, with `extra` beside it.

        Raises `NotFound` when the log has no such entry, `LogCorrupt` when its tiles lead to another root.
        """
        note, checkpoint = read_note(self._source)
        check_index(index, checkpoint.size)
        read = self._reader(checkpoint.size)
        proof = TlogProof(index, tuple(inclusion_proof(index, checkpoint.size, read)), note, extra)
        verify_inclusion(read(0, index), index, checkpoint.size, proof.hashes, checkpoint.root)
        return proof

    def consistency(self, old: int, new: int) -> Consistency:
        """Return the proof that the log's first `new` entries begin with its first `old`.

        Raises `InvalidInput` unless old ≤ new ≤ the log's size, `LogCorrupt` when its tiles lead to another root.
        """
        _, checkpoint = read_note(self._source)
        if not 0 <= old <= new <= checkpoint.size:
            raise InvalidInput(f"expected sizes in order and up to {checkpoint.size}, found {old} and {new}")
        read = self._reader(checkpoint.size)
        # The tiles lead to the root that was signed, and so does what follows from them.
        signed = consistency_proof(new, checkpoint.size, read)
        new_root = tree_root(new, read)
        verify_consistency(new, new_root, checkpoint.size, checkpoint.root, signed)
        proof = Consistency(old, tree_root(old, read), new, new_root, consistency_proof(old, new, read))
        verify_consistency(old, proof.old_root, new, new_root, proof.hashes)
        return proof

    def find(self, name: str) -> int:
        """Return the index of the entry that `name` names: an index, or its leaf hash from the first 8 digits on.

        Raises `InvalidInput` when it is neither or fits several entries, `NotFound` when it fits none.
        """
        size = read_note(self._source)[1].size
        if _INDEX.fullmatch(name) and (not _LEAF.fullmatch(name) or int(name) < size):
            check_index(int(name), size)
            return int(name)
        if not _LEAF.fullmatch(name):
            raise InvalidInput(f"expected an index or 8 to 64 hexadecimal digits of a leaf, found {quoted(name)}")
        found = list(self._matching(name, size))
        if len(found) > 1:
            raise InvalidInput(f"expected one entry, found {found[0]} and {found[1]}", hint="Give more digits.")
        if not found:
            raise NotFound(f"expected an entry whose leaf hash begins with {name}, found none")
        return found[0]

    def _matching(self, name: str, size: int) -> list[int]:
        wanted = bytes.fromhex(name[: len(name) & ~1])
        found = []
        for number in range(-(-size // TILE_WIDTH)):
            hashes = read_tile(self._source, tile_at(size, 0, number))
            at = hashes.find(wanted)
            while at >= 0:
                whole, within = divmod(at, HASH_BYTES)
                if not within and hashes[at : at + HASH_BYTES].hex().startswith(name):
                    found.append(number * TILE_WIDTH + whole)
                at = hashes.find(wanted, at + 1)
        return found

    def _reader(self, size: int) -> HashReader:
        def read(level: int, index: int) -> bytes:
            tile_level, below = divmod(level, TILE_HEIGHT)
            tile = tile_at(size, tile_level, (index << below) // TILE_WIDTH)
            return self._rows(tile)[below][index % (TILE_WIDTH >> below)]

        return read


def _rows(hashes: list[bytes]) -> list[list[bytes]]:
    """Return a tile's hashes, those above them, and so on for as long as there are whole pairs."""
    rows = [hashes]
    while len(rows[-1]) > 1:
        rows.append(parents(rows[-1]))
    return rows
