"""A range proof holds for exactly the leaves of its range, and for no other list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.errors import InvalidInput, ProofInvalid
from memory.log.merkle import leaf_hash
from memory.log.range import RangeProof, range_proof, verify_range
from tests.memory.log import reference

LARGEST = 70


@st.composite
def ranges(draw: st.DrawFn) -> tuple[int, int, int]:
    size = draw(st.integers(0, LARGEST))
    first = draw(st.integers(0, size))
    return first, draw(st.integers(first, size)), size


def proven(first: int, until: int, size: int) -> tuple[list[bytes], RangeProof, bytes]:
    """Return the leaves of the range, the proof, and the root that the reference gives."""
    entries = reference.entries(size)
    leaves = [leaf_hash(entry) for entry in entries]
    proof = range_proof(first, until, size, reference.stored(leaves))
    return leaves[first:until], proof, reference.mth(entries)


@given(ranges())
def test_every_range_of_every_tree_is_proven_to_the_reference_root(where: tuple[int, int, int]) -> None:
    leaves, proof, root = proven(*where)
    verify_range(leaves, proof, where[2], root)


@pytest.mark.parametrize("size", [256, 257, 1_000])
@pytest.mark.parametrize("share", [(0, 1), (0.3, 0.8), (0.5, 1), (1, 1)])
def test_large_ranges_are_proven_too(size: int, share: tuple[float, float]) -> None:
    leaves, proof, root = proven(int(size * share[0]), int(size * share[1]), size)
    verify_range(leaves, proof, size, root)


@given(ranges().filter(lambda where: where[1] - where[0] > 1), st.data())
def test_a_leaf_left_out_added_changed_or_moved_is_found(where: tuple[int, int, int], data: st.DataObject) -> None:
    leaves, proof, root = proven(*where)
    at = data.draw(st.integers(0, len(leaves) - 2))
    without = leaves[:at] + leaves[at + 1 :]
    doubled = [*leaves[:at], leaves[at], *leaves[at:]]
    changed = [*leaves[:at], bytes(32), *leaves[at + 1 :]]
    moved = [*leaves[:at], leaves[at + 1], leaves[at], *leaves[at + 2 :]]
    for wrong in (without, doubled, changed, moved):
        with pytest.raises(ProofInvalid):
            verify_range(wrong, proof, where[2], root)


@given(ranges().filter(lambda where: where[0] > 0), st.data())
def test_a_changed_hash_of_the_proof_is_found(where: tuple[int, int, int], data: st.DataObject) -> None:
    leaves, proof, root = proven(*where)
    hashes = [*proof.left, *proof.right]
    hashes[data.draw(st.integers(0, len(hashes) - 1))] = b"\x01" * 32
    cut = len(proof.left)
    wrong = RangeProof(proof.first, proof.until, tuple(hashes[:cut]), tuple(hashes[cut:]))
    with pytest.raises(ProofInvalid):
        verify_range(leaves, wrong, where[2], root)


@given(ranges().filter(lambda where: 0 < where[0] < where[1] < where[2]))
def test_a_range_is_not_proven_at_another_place_or_for_another_root(where: tuple[int, int, int]) -> None:
    first, until, size = where
    leaves, proof, root = proven(*where)
    with pytest.raises(ProofInvalid):
        verify_range(leaves, proof, size, bytes(32))
    before = tuple(bytes(32) for _ in range((first - 1).bit_count()))
    with pytest.raises(ProofInvalid):
        verify_range(leaves, RangeProof(first - 1, until - 1, before, proof.right), size, root)


def test_leaves_that_are_no_hashes_are_refused() -> None:
    _, proof, root = proven(0, 1, 1)
    with pytest.raises(ProofInvalid, match="leaf hashes of 32 bytes"):
        verify_range([b"short"], proof, 1, root)


@pytest.mark.parametrize("where", [(-1, 1, 2), (2, 1, 3), (0, 4, 3)])
def test_a_range_that_the_log_does_not_have_is_refused(where: tuple[int, int, int]) -> None:
    with pytest.raises(InvalidInput):
        range_proof(*where, reference.stored([bytes(32)] * 3))


@pytest.mark.parametrize("odd", [(2, 1, (), ()), (1, 1, (), ()), (1, 1, (b"x",), ()), (0, 0, (), (b"x",))])
def test_a_proof_of_another_form_is_refused(odd: tuple[int, int, tuple[bytes, ...], tuple[bytes, ...]]) -> None:
    with pytest.raises(ProofInvalid):
        RangeProof(*odd)
