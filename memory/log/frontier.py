"""The right edge of a tree that only grows: all that appending needs, log2(size) hashes of it. Pure."""

from collections.abc import Iterable

from memory.errors import InvalidInput
from memory.log.encoding import HASH_BYTES
from memory.log.merkle import EMPTY_ROOT, HashReader, complete_subtrees, folded, parents
from memory.log.tiles import TILE_HEIGHT


class Frontier:
    """A tree of `size` leaves; of each level it keeps at most one hash, which waits for its right neighbour.

    Built empty, or from `size` and the roots of the complete subtrees from the left, as `edge` gives them.
    """

    def __init__(self, size: int = 0, edge: Iterable[bytes] = ()) -> None:
        hashes = list(edge)
        if size < 0 or len(hashes) != size.bit_count():
            raise InvalidInput(f"expected {size.bit_count()} hashes for a log of {size}, found {len(hashes)}")
        _check_lengths(hashes)
        self.size = size
        self._waiting = [hashes.pop() if size >> level & 1 else None for level in range(size.bit_length())]

    @classmethod
    def of_tree(cls, size: int, read: HashReader) -> "Frontier":
        """Return the right edge of the stored tree of `size` leaves."""
        return cls(size, [read(level, index) for level, index in complete_subtrees(0, size)])

    @property
    def edge(self) -> list[bytes]:
        """The roots of the complete subtrees, from the left: all there is to keep beside the size."""
        return [waiting for waiting in reversed(self._waiting) if waiting is not None]

    def root(self) -> bytes:
        """Return the root of the tree as it is now."""
        return folded(self.edge) if self.size else EMPTY_ROOT

    def extend(self, leaves: Iterable[bytes]) -> dict[int, list[bytes]]:
        """Append leaf hashes and return the hashes that this finished, by tile level.

        Those of level L follow, in order, the `size >> 8 * L` that were finished before; level 0 is the leaves.
        Raises `InvalidInput`, with nothing appended, when one is not 32 bytes long.
        """
        nodes = list(leaves)
        _check_lengths(nodes)
        size = self.size + len(nodes)
        waiting = [*self._waiting, *[None] * (size.bit_length() - len(self._waiting))]
        finished, level = {}, 0
        while nodes:
            if level % TILE_HEIGHT == 0:
                finished[level // TILE_HEIGHT] = nodes
            before = waiting[level]
            row = nodes if before is None else [before, *nodes]
            waiting[level] = row[-1] if len(row) % 2 else None
            nodes = parents(row)
            level += 1
        self.size, self._waiting = size, waiting
        return finished


def _check_lengths(hashes: list[bytes]) -> None:
    odd = set(map(len, hashes)) - {HASH_BYTES}
    if odd:
        raise InvalidInput(f"expected hashes of {HASH_BYTES} bytes, found one of {odd.pop()}")
