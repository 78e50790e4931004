"""The Merkle tree of RFC 6962 §2.1 over SHA-256: hashes, roots, proofs of inclusion and of consistency. Pure.

Node (level, index) is the root over the 2**level leaves from index * 2**level on, so leaves are at level 0. A root
does not commit to a size: what binds the two is the checkpoint that signs them.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from hashlib import sha256

from memory.errors import InvalidInput, ProofInvalid
from memory.log.encoding import HASH_BYTES

EMPTY_ROOT = sha256(b"").digest()

HashReader = Callable[[int, int], bytes]
"""Gives the 32 bytes of node (level, index); asked only for complete subtrees of the tree it reads."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry: SHA-256 of 00 and the entry."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two children: SHA-256 of 01 and both hashes."""
    return sha256(b"\x01" + left + right).digest()


def parents(hashes: Sequence[bytes]) -> list[bytes]:
    """Return the parents of neighbouring nodes, two by two from the left; an odd one at the end has none yet."""
    pairs = zip(hashes[::2], hashes[1::2], strict=False)
    return [sha256(b"\x01" + left + right).digest() for left, right in pairs]


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over these leaf hashes; `EMPTY_ROOT` when there are none."""
    level = list(leaves)
    while len(level) > 1:
        level = parents(level) + level[len(level) & ~1 :]
    return level[0] if level else EMPTY_ROOT


def complete_subtrees(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield, from the left, (level, index) of the fewest nodes that cover the leaves from `start` up to `end`."""
    while start < end:
        fitting = (end - start).bit_length() - 1
        aligned = (start & -start).bit_length() - 1 if start else fitting
        level = min(fitting, aligned)
        yield level, start >> level
        start += 1 << level


def folded(subtrees: Sequence[bytes]) -> bytes:
    """Return the root over complete subtrees given from the left, each smaller than the one before."""
    return reduce(lambda right, left: node_hash(left, right), reversed(subtrees))


def tree_root(size: int, read: HashReader) -> bytes:
    """Return the root of the tree of the first `size` leaves."""
    return _root(0, size, read) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, read: HashReader) -> list[bytes]:
    """Return the audit path of leaf `index` in the tree of `size` leaves, its sibling first (RFC 6962 §2.1.1).

    Raises `InvalidInput` when the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise InvalidInput(f"expected the index of an entry in a log of {size}, found {index}")
    path, start, end = [], 0, size
    while end - start > 1:
        middle = _middle(start, end)
        if index < middle:
            path.append(_root(middle, end, read))
            end = middle
        else:
            path.append(_root(start, middle, read))
            start = middle
    return path[::-1]


def consistency_proof(old: int, new: int, read: HashReader) -> list[bytes]:
    """Return the proof that the tree of `new` leaves begins with the tree of `old` (RFC 6962 §2.1.2).

    It is empty when `old` is 0 or `new`. Raises `InvalidInput` unless 0 ≤ old ≤ new.
    """
    if not 0 <= old <= new:
        raise InvalidInput(f"expected an old size between 0 and {new}, found {old}")
    path, start, end = [], 0, new
    while old and end != old:
        middle = _middle(start, end)
        if old <= middle:
            path.append(_root(middle, end, read))
            end = middle
        else:
            path.append(_root(start, middle, read))
            start = middle
    if start:
        path.append(_root(start, end, read))  # without it, the verifier knows this node: it is the old root
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Return when `proof` shows that the leaf with hash `leaf` is at `index` of the tree (RFC 9162 §2.1.3.2).

    Raises `ProofInvalid`, which says what does not fit.
    """
    if not 0 <= index < size:
        raise ProofInvalid(f"expected the index of an entry in a log of {size}, found {index}")
    # Below `inner`, siblings are on either side; from there on the path is the right edge, siblings to the left.
    inner = (index ^ (size - 1)).bit_length()
    _check_shape(proof, inner + (index >> inner).bit_count())
    computed = leaf
    for depth, sibling in enumerate(proof):
        if depth >= inner or index >> depth & 1:
            computed = node_hash(sibling, computed)
        else:
            computed = node_hash(computed, sibling)
    _check_root("a path to the root", root, computed)


def verify_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Return when `proof` shows that the new tree begins with the old one (RFC 9162 §2.1.4.2).

    Raises `ProofInvalid`, which says what does not fit.
    """
    if not 0 <= old <= new:
        raise ProofInvalid(f"expected a log that only grows, found {old} entries before and {new} after")
    if old in (0, new):
        _check_shape(proof, 0)
        if old == 0:
            _check_root("the empty tree's root", EMPTY_ROOT, old_root)
        if old == new:
            _check_root("the root of the same size", old_root, new_root)
        return
    # The walk starts at the last complete subtree of the old tree. Where that is all of the tree, its hash is the
    # old root, and no part of the proof.
    level = (old & -old).bit_length() - 1
    node, inner = (old - 1) >> level, ((old - 1) ^ (new - 1)).bit_length() - level
    whole = old == 1 << level
    _check_shape(proof, inner + (node >> inner).bit_count() + (not whole))
    first, *siblings = [old_root, *proof] if whole else proof
    before = after = first
    for depth, sibling in enumerate(siblings):
        if depth >= inner or node >> depth & 1:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
        else:
            after = node_hash(after, sibling)
    _check_root("a path to the old root", old_root, before)
    _check_root("a path to the new root", new_root, after)


def _middle(start: int, end: int) -> int:
    """Return where RFC 6962 splits these leaves: the largest power of two smaller than their number."""
    return start + (1 << (end - start - 1).bit_length() - 1)


def _root(start: int, end: int, read: HashReader) -> bytes:
    return folded([read(level, index) for level, index in complete_subtrees(start, end)])


def _check_shape(proof: Sequence[bytes], expected: int) -> None:
    if len(proof) != expected:
        raise ProofInvalid(f"expected a proof of {expected} hashes for these sizes, found {len(proof)}")
    for at, sibling in enumerate(proof):
        if len(sibling) != HASH_BYTES:
            raise ProofInvalid(f"expected hashes of {HASH_BYTES} bytes, found {len(sibling)} bytes at {at}")


def _check_root(what: str, expected: bytes, computed: bytes) -> None:
    if computed != expected:
        raise ProofInvalid(f"expected {what} {expected.hex()}, found {computed.hex()}")
