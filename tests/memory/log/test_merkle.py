"""Hashes and proofs of the tree are those of RFC 6962, and a proof proves nothing else."""

from base64 import b64decode
from collections.abc import Callable
from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory.errors import InvalidInput, ProofInvalid
from memory.log.merkle import (
    EMPTY_ROOT,
    HashReader,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    tree_root,
    verify_consistency,
    verify_inclusion,
)
from tests.memory.log.reference import SIZES, consistency_turns, entries, mth, path, proof, stored, turns

SMALL = 33
# The leaves and roots that the first Certificate Transparency implementation published with RFC 6962.
CT_ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


@cache
def tree(size: int) -> tuple[list[bytes], HashReader]:
    """Return the leaf hashes of a tree and a reader of its nodes."""
    leaves = [leaf_hash(entry) for entry in entries(size)]
    return leaves, stored(leaves)


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_those_published_with_the_rfc(size: int) -> None:
    leaves = [leaf_hash(entry) for entry in CT_ENTRIES[:size]]
    assert root_of(leaves).hex() == CT_ROOTS[size]
    assert tree_root(size, stored(leaves)).hex() == CT_ROOTS[size]


def test_the_empty_tree_has_the_hash_of_nothing_as_its_root() -> None:
    assert sha256(b"").digest() == EMPTY_ROOT == root_of([])


def test_a_leaf_is_never_taken_for_a_node() -> None:
    left, right = leaf_hash(b"left"), leaf_hash(b"right")
    assert leaf_hash(left + right) != node_hash(left, right)


def test_the_paths_are_those_of_the_example_in_the_rfc() -> None:
    a, b, c, d, e, f, j = leaves = [leaf_hash(bytes([number])) for number in range(7)]
    g, h, i = node_hash(a, b), node_hash(c, d), node_hash(e, f)
    k, el = node_hash(g, h), node_hash(i, j)
    read = stored(leaves)
    assert inclusion_proof(0, 7, read) == [b, h, el]
    assert inclusion_proof(3, 7, read) == [c, g, el]
    assert inclusion_proof(4, 7, read) == [f, j, k]
    assert inclusion_proof(6, 7, read) == [i, k]
    assert consistency_proof(3, 7, read) == [c, d, g, el]
    assert consistency_proof(4, 7, read) == [el]
    assert consistency_proof(6, 7, read) == [i, j, k]


def test_a_consistency_proof_by_another_implementation_verifies() -> None:
    """Published with transparency-dev/merkle: its tree is that of the roots above."""
    hashes = (
        "DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o=",
        "sIaT7C5yFZcTBkHoIR5+7cy0wmQTlj7ubB4u0W/7Gl8=",
        "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=",
    )
    old, new = bytes.fromhex(CT_ROOTS[6]), bytes.fromhex(CT_ROOTS[7])
    verify_consistency(6, old, 7, new, [b64decode(text) for text in hashes])


@pytest.mark.parametrize("size", range(SMALL))
def test_every_proof_of_a_small_tree_is_the_one_that_the_rfc_defines_and_verifies(size: int) -> None:
    listed, (leaves, read) = entries(size), tree(size)
    root = mth(listed)
    assert tree_root(size, read) == root_of(leaves) == root
    for index in range(size):
        found = inclusion_proof(index, size, read)
        assert found == path(index, listed)
        verify_inclusion(leaves[index], index, size, found, root)
    for old in range(size + 1):
        found = consistency_proof(old, size, read)
        assert found == (proof(old, listed) if old else [])
        verify_consistency(old, mth(listed[:old]), size, root, found)


@pytest.mark.parametrize("size", SIZES[1:])
def test_proofs_in_a_tree_of_any_size_verify(size: int) -> None:
    leaves, read = tree(size)
    root = tree_root(size, read)
    assert root == root_of(leaves)
    for index in {0, 1, size // 3, size // 2, size - 2, size - 1} & set(range(size)):
        verify_inclusion(leaves[index], index, size, inclusion_proof(index, size, read), root)
    for old in {0, 1, 2, size // 3, size // 2, 1 << (size.bit_length() - 1), size - 1, size}:
        if old <= size:
            verify_consistency(old, tree_root(old, read), size, root, consistency_proof(old, size, read))


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_no_bit_of_an_inclusion_proof_can_be_flipped(data: st.DataObject) -> None:
    leaves, read = tree(300)
    size = data.draw(st.integers(1, 300))
    index = data.draw(st.integers(0, size - 1))
    honest = [leaves[index], tree_root(size, read), *inclusion_proof(index, size, read)]
    leaf, root, *hashes = flipped(data, honest)
    with pytest.raises(ProofInvalid):
        verify_inclusion(leaf, index, size, hashes, root)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_no_bit_of_a_consistency_proof_can_be_flipped(data: st.DataObject) -> None:
    _, read = tree(300)
    new = data.draw(st.integers(1, 300))
    old = data.draw(st.integers(1, new))
    honest = [tree_root(old, read), tree_root(new, read), *consistency_proof(old, new, read)]
    old_root, new_root, *hashes = flipped(data, honest)
    with pytest.raises(ProofInvalid):
        verify_consistency(old, old_root, new, new_root, hashes)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_the_hashes_of_a_proof_cannot_be_reordered_dropped_or_added_to(data: st.DataObject) -> None:
    leaves, read = tree(300)
    size = data.draw(st.integers(3, 300))
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size - 1))
    root, old_root = tree_root(size, read), tree_root(old, read)
    by_inclusion, by_consistency = inclusion_proof(index, size, read), consistency_proof(old, size, read)
    for wrong in rearranged(data, by_inclusion):
        with pytest.raises(ProofInvalid):
            verify_inclusion(leaves[index], index, size, wrong, root)
    for wrong in rearranged(data, by_consistency):
        with pytest.raises(ProofInvalid):
            verify_consistency(old, old_root, size, root, wrong)


@pytest.mark.parametrize("size", range(1, 18))
def test_a_path_verifies_at_another_place_only_where_it_takes_the_same_turns(size: int) -> None:
    """Within one size that is nowhere. Between sizes the checkpoint tells, which signs size and root together."""
    leaves, read = tree(size)
    root = tree_root(size, read)
    for index in range(size):
        hashes = inclusion_proof(index, size, read)
        for other in range(1, 20):
            for elsewhere in range(other):
                believed = accepts(verify_inclusion, leaves[index], elsewhere, other, hashes, root)
                assert believed == (turns(elsewhere, other) == turns(index, size))
                assert not believed or other != size or elsewhere == index


@pytest.mark.parametrize("new", range(1, 13))
def test_a_consistency_proof_verifies_between_other_sizes_only_where_it_takes_the_same_turns(new: int) -> None:
    _, read = tree(new)
    for old in range(1, new + 1):
        roots, hashes = (tree_root(old, read), tree_root(new, read)), consistency_proof(old, new, read)
        for later in range(1, 15):
            for earlier in range(1, later + 1):
                believed = accepts(verify_consistency, earlier, roots[0], later, roots[1], hashes)
                assert believed == (consistency_turns(earlier, later) == consistency_turns(old, new))


@pytest.mark.parametrize("other", [b"entry X", b"", b"entry 1\x00"])
def test_an_entry_that_is_not_there_is_not_included(other: bytes) -> None:
    _, read = tree(7)
    with pytest.raises(ProofInvalid, match="expected a path to the root"):
        verify_inclusion(leaf_hash(other), 1, 7, inclusion_proof(1, 7, read), tree_root(7, read))


@pytest.mark.parametrize(("index", "size"), [(0, 0), (7, 7), (-1, 7), (8, 7)])
def test_there_is_no_proof_of_an_entry_beyond_the_log(index: int, size: int) -> None:
    leaves, read = tree(8)
    with pytest.raises(InvalidInput, match=f"in a log of {size}, found {index}"):
        inclusion_proof(index, size, read)
    with pytest.raises(ProofInvalid, match=f"in a log of {size}, found {index}"):
        verify_inclusion(leaves[0], index, size, [], leaves[0])


@pytest.mark.parametrize(("old", "new"), [(8, 7), (-1, 7)])
def test_a_log_does_not_shrink(old: int, new: int) -> None:
    leaves, read = tree(8)
    with pytest.raises(InvalidInput):
        consistency_proof(old, new, read)
    with pytest.raises(ProofInvalid, match="only grows"):
        verify_consistency(old, leaves[0], new, leaves[0], [])


def test_growth_from_nothing_needs_no_hash_and_takes_none() -> None:
    leaves, read = tree(8)
    verify_consistency(0, EMPTY_ROOT, 8, tree_root(8, read), [])
    with pytest.raises(ProofInvalid, match="expected a proof of 0 hashes"):
        verify_consistency(0, EMPTY_ROOT, 8, tree_root(8, read), [leaves[0]])
    with pytest.raises(ProofInvalid, match="the empty tree's root"):
        verify_consistency(0, leaves[0], 8, tree_root(8, read), [])
    with pytest.raises(ProofInvalid):
        verify_consistency(0, EMPTY_ROOT, 0, leaves[0], [])


def test_two_roots_of_one_size_are_a_fork() -> None:
    leaves, _ = tree(8)
    with pytest.raises(ProofInvalid, match="the root of the same size"):
        verify_consistency(8, leaves[0], 8, leaves[1], [])


def test_a_hash_of_another_length_is_no_part_of_a_proof() -> None:
    leaves, read = tree(2)
    with pytest.raises(ProofInvalid, match="expected hashes of 32 bytes, found 31 bytes at 0"):
        verify_inclusion(leaves[0], 0, 2, [leaves[1][:31]], tree_root(2, read))


def flipped(data: st.DataObject, hashes: list[bytes]) -> list[bytes]:
    """Return the hashes with one bit of one of them turned."""
    at = data.draw(st.integers(0, len(hashes) - 1))
    turned = int.from_bytes(hashes[at]) ^ 1 << data.draw(st.integers(0, 255))
    return [*hashes[:at], turned.to_bytes(32), *hashes[at + 1 :]]


def rearranged(data: st.DataObject, hashes: list[bytes]) -> list[list[bytes]]:
    """Return other sequences of hashes than these."""
    at = data.draw(st.integers(0, len(hashes)))
    shuffled = data.draw(st.permutations(hashes))
    wrong = [shuffled, hashes[:-1], hashes[1:], [*hashes[:at], hashes[0], *hashes[at:]], [*hashes, EMPTY_ROOT], []]
    return [candidate for candidate in wrong if candidate != hashes]


def accepts(verify: Callable[..., None], *arguments: object) -> bool:
    """Return whether verifying these finds nothing wrong."""
    try:
        verify(*arguments)
    except ProofInvalid:
        return False
    return True
