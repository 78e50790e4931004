"""A tree that is grown bit by bit is the tree that is built at once."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory.errors import InvalidInput
from memory.log.frontier import Frontier
from memory.log.merkle import EMPTY_ROOT, leaf_hash, root_of, tree_root
from tests.memory.log.reference import SIZES, entries, stored

LEAVES = [leaf_hash(entry) for entry in entries(1_000)]
READ = stored(LEAVES)


@given(st.lists(st.integers(0, 300), max_size=8))
@settings(max_examples=60, deadline=None)
def test_in_whatever_portions_leaves_come_the_tree_is_the_same(portions: list[int]) -> None:
    frontier, finished = Frontier(), dict[int, list[bytes]]()
    for portion in portions:
        grown = frontier.extend(LEAVES[frontier.size : frontier.size + portion])
        for level, hashes in grown.items():
            finished.setdefault(level, []).extend(hashes)
        assert frontier.root() == tree_root(frontier.size, READ)
    for level, hashes in finished.items():
        assert hashes == [READ(8 * level, index) for index in range(frontier.size >> 8 * level)]


@pytest.mark.parametrize("size", range(70))
def test_a_tree_grown_leaf_by_leaf_has_the_root_of_each_size(size: int) -> None:
    frontier = Frontier()
    for leaf in LEAVES[:size]:
        frontier.extend([leaf])
    assert frontier.root() == root_of(LEAVES[:size])


@pytest.mark.parametrize("size", SIZES)
def test_a_tree_is_taken_up_again_from_its_edge_or_from_its_stored_nodes(size: int) -> None:
    leaves = [leaf_hash(entry) for entry in entries(size)]
    grown = Frontier()
    grown.extend(leaves)
    for again in (Frontier(size, grown.edge), Frontier.of_tree(size, stored(leaves))):
        assert again.root() == grown.root() == root_of(leaves)
        again.extend(LEAVES[:5])
        assert again.root() == root_of([*leaves, *LEAVES[:5]])


def test_a_million_leaves_leave_twenty_hashes_at_most() -> None:
    frontier = Frontier()
    for _ in range(1_000):
        frontier.extend(LEAVES)
        assert len(frontier.edge) <= frontier.size.bit_length()
    assert frontier.size == 1_000_000


def test_an_empty_tree_stays_empty_when_nothing_is_appended() -> None:
    frontier = Frontier()
    assert frontier.extend([]) == {}
    assert (frontier.size, frontier.root(), frontier.edge) == (0, EMPTY_ROOT, [])


def test_nothing_is_appended_when_one_of_the_hashes_is_none() -> None:
    frontier = Frontier()
    frontier.extend(LEAVES[:3])
    before = frontier.root()
    with pytest.raises(InvalidInput, match="expected hashes of 32 bytes, found one of 31"):
        frontier.extend([LEAVES[3], LEAVES[4][:31]])
    assert (frontier.size, frontier.root()) == (3, before)


@pytest.mark.parametrize(
    ("size", "edge"), [(3, LEAVES[:1]), (4, LEAVES[:2]), (0, LEAVES[:1]), (-1, []), (1, [b""])]
)
def test_an_edge_fits_its_size_or_is_refused(size: int, edge: list[bytes]) -> None:
    with pytest.raises(InvalidInput):
        Frontier(size, edge)
