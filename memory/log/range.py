"""Proof that a list of leaves is the whole of a range of the log: none left out, none added, none moved. Pure.

The leaves are read once, in order, and not kept, so that a range of any length is verified in little memory.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from memory.errors import InvalidInput, ProofInvalid
from memory.log.encoding import HASH_BYTES
from memory.log.frontier import Frontier
from memory.log.merkle import HashReader, complete_subtrees, consistency_proof, verify_consistency

_AT_ONCE = 4_096  # leaves that are folded together


@dataclass(frozen=True, slots=True)
class RangeProof:
    """What completes the leaves from index `first` up to `until` to a root.

    `left` are the roots of the complete subtrees before the range, from the left; `right` is the proof that the
    tree that ends with the range is the beginning of the whole one (RFC 6962 §2.1.2).
    """

    first: int
    until: int
    left: tuple[bytes, ...]
    right: tuple[bytes, ...]

    def __post_init__(self) -> None:
        if not 0 <= self.first <= self.until:
            raise ProofInvalid(f"expected a range that goes forward from 0, found {self.first} to {self.until}")
        if len(self.left) != self.first.bit_count():
            raise ProofInvalid(f"expected {self.first.bit_count()} hashes before it, found {len(self.left)}")
        if any(len(each) != HASH_BYTES for each in (*self.left, *self.right)):
            raise ProofInvalid(f"expected hashes of {HASH_BYTES} bytes, found others")


def range_proof(first: int, until: int, size: int, read: HashReader) -> RangeProof:
    """Return what proves the leaves from `first` up to `until` to be all there are, in the tree of `size` leaves.

    Raises `InvalidInput` unless 0 ≤ first ≤ until ≤ size.
    """
    if not 0 <= first <= until <= size:
        raise InvalidInput(f"expected a range within a log of {size}, found {first} to {until}")
    left = tuple(read(level, index) for level, index in complete_subtrees(0, first))
    return RangeProof(first, until, left, tuple(consistency_proof(until, size, read)))


def verify_range(leaves: Iterable[bytes], proof: RangeProof, size: int, root: bytes) -> None:
    """Return when `leaves` are exactly those of the range, in order, in the tree of this size and root.

    Raises `ProofInvalid`, which says what does not fit.
    """
    tree = Frontier(proof.first, proof.left)
    for some in _in_batches(leaves):
        tree.extend(some)
    if tree.size != proof.until:
        raise ProofInvalid(f"expected {proof.until - proof.first} leaves, found {tree.size - proof.first}")
    verify_consistency(proof.until, tree.root(), size, root, proof.right)


def _in_batches(leaves: Iterable[bytes]) -> Iterable[list[bytes]]:
    batch: list[bytes] = []
    for leaf in leaves:
        if len(leaf) != HASH_BYTES:
            raise ProofInvalid(f"expected leaf hashes of {HASH_BYTES} bytes, found one of {len(leaf)}")
        batch.append(leaf)
        if len(batch) == _AT_ONCE:
            yield batch
            batch = []
    yield batch
