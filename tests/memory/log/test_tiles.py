"""Tiles and bundles are those of C2SP tlog-tiles, by path and by byte."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory.errors import InputTooLarge, InvalidInput, LogMalformed
from memory.log.frontier import Frontier
from memory.log.merkle import (
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
    tree_root,
    verify_consistency,
    verify_inclusion,
)
from memory.log.reading import TileReader
from memory.log.tiles import (
    EntryBundle,
    Tile,
    encode_bundle,
    encode_tile,
    entry_bundles,
    new_entry_bundles,
    new_tiles,
    parse_bundle,
    parse_tile,
    tiles,
)
from tests.memory.log.mutations import slips
from tests.memory.log.reference import SIZES, entries, mth

LARGEST_INDEX = (2**63 - 1) // 256


def published(size: int) -> dict[str, bytes]:
    """Return the tiles of a log of that size by path, grown in one go."""
    finished = Frontier().extend(leaf_hash(entry) for entry in entries(size))
    return {
        tile.path: encode_tile(finished[tile.level][tile.index * 256 : tile.index * 256 + tile.width])
        for tile in tiles(size)
    }


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 0, 1), "tile/0/000.p/1"),
        (Tile(0, 999), "tile/0/999"),
        (Tile(0, 1_000), "tile/0/x001/000"),
        (Tile(0, 1_234_067), "tile/0/x001/x234/067"),
        (Tile(63, 1_234_067, 255), "tile/63/x001/x234/067.p/255"),
        (Tile(1, LARGEST_INDEX), "tile/1/x036/x028/x797/x018/x963/967"),
    ],
)
def test_a_tile_has_the_path_of_the_specification(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert Tile.parse(path) == tile


@pytest.mark.parametrize(
    ("bundle", "path"),
    [(EntryBundle(0, 7), "tile/entries/000.p/7"), (EntryBundle(1_234_067), "tile/entries/x001/x234/067")],
)
def test_a_bundle_has_the_path_of_the_specification(bundle: EntryBundle, path: str) -> None:
    assert bundle.path == path
    assert EntryBundle.parse(path) == bundle


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/x000/000",
        "tile/0/001/234",
        "tile/0/x001",
        "tile/0/x001/x234",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/\N{ARABIC-INDIC DIGIT ZERO}00",
        "tile/0/000\n",
        "/tile/0/000",
        "tile/0/../000",
        "tile/data/000",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
    ],
)
def test_a_path_that_would_not_be_written_is_not_read(path: str) -> None:
    with pytest.raises(LogMalformed, match="expected"):
        Tile.parse(path)
    with pytest.raises(LogMalformed, match="expected"):
        EntryBundle.parse(path.replace("/0/", "/entries/"))


def test_a_bundle_is_no_tile_and_a_tile_no_bundle() -> None:
    with pytest.raises(LogMalformed, match="path of a hash tile"):
        Tile.parse("tile/entries/000")
    with pytest.raises(LogMalformed, match="expected the path tile/entries/000"):
        EntryBundle.parse("tile/0/000")


@given(st.integers(0, 63), st.integers(0, LARGEST_INDEX), st.integers(1, 256))
def test_every_path_reads_back(level: int, index: int, width: int) -> None:
    tile, bundle = Tile(level, index, width), EntryBundle(index, width)
    assert Tile.parse(tile.path) == tile
    assert EntryBundle.parse(bundle.path) == bundle


@given(st.integers(0, 63), st.integers(0, 2_000_000), st.integers(1, 256))
@settings(max_examples=25, deadline=None)
def test_a_slip_in_a_path_is_another_path_or_none(level: int, index: int, width: int) -> None:
    for slip in slips(Tile(level, index, width).path.encode()):
        text = slip.decode("latin-1")
        try:
            assert Tile.parse(text).path == text
        except LogMalformed:
            continue


def test_a_log_of_70000_entries_has_the_tiles_of_the_specification() -> None:
    of_level = [[tile for tile in tiles(70_000) if tile.level == level] for level in range(3)]
    assert of_level[0] == [*(Tile(0, index) for index in range(273)), Tile(0, 273, 112)]
    assert of_level[1] == [Tile(1, 0), Tile(1, 1, 17)]
    assert of_level[2] == [Tile(2, 0, 1)]
    assert list(entry_bundles(70_000)) == [*(EntryBundle(index) for index in range(273)), EntryBundle(273, 112)]


def test_a_log_of_256_entries_has_a_full_tile_and_one_above_it() -> None:
    assert list(tiles(256)) == [Tile(0, 0), Tile(1, 0, 1)]


def test_an_empty_log_has_no_tiles() -> None:
    assert list(tiles(0)) == []
    assert list(entry_bundles(0)) == []


@given(st.integers(0, 200_000), st.integers(0, 200_000))
@settings(max_examples=60, deadline=None)
def test_a_log_that_grew_has_new_tiles_beside_those_it_had(one: int, other: int) -> None:
    old, new = sorted((one, other))
    assert set(new_tiles(old, new)) == set(tiles(new)) - set(tiles(old))
    assert set(new_entry_bundles(old, new)) == set(entry_bundles(new)) - set(entry_bundles(old))


@pytest.mark.parametrize("size", SIZES)
def test_the_tiles_of_a_tree_give_back_its_root_and_its_proofs(size: int) -> None:
    files = published(size)

    def fetch(tile: Tile) -> bytes:
        return files[tile.path]

    leaves = [leaf_hash(entry) for entry in entries(size)]
    root = tree_root(size, TileReader(size, fetch))
    assert root == root_of(leaves)
    for index in {0, size // 2, size - 1} & set(range(size)):
        read = TileReader(size, fetch)
        verify_inclusion(leaves[index], index, size, inclusion_proof(index, size, read), root)
        hashes = consistency_proof(index, size, read)
        verify_consistency(index, root_of(leaves[:index]), size, root, hashes)


@pytest.mark.parametrize("size", [257, 1_000])
def test_a_tile_holds_the_tree_hashes_of_the_specification(size: int) -> None:
    listed, files = entries(size), published(size)
    for tile in tiles(size):
        span = 256**tile.level
        starts = [(tile.index * 256 + at) * span for at in range(tile.width)]
        assert parse_tile(files[tile.path], tile.width) == [mth(listed[start : start + span]) for start in starts]


def test_a_proof_in_a_log_of_a_million_reads_a_few_tiles_once_each() -> None:
    fetched: list[Tile] = []

    def fetch(tile: Tile) -> bytes:
        fetched.append(tile)
        return bytes(32 * tile.width)

    inclusion_proof(123_456, 1_000_000, TileReader(1_000_000, fetch))
    assert len(fetched) == len(set(fetched)) <= 5


def test_a_reader_reads_complete_nodes_only() -> None:
    files = published(257)
    read = TileReader(257, lambda tile: files[tile.path])
    for level, index in [(-1, 0), (0, -1), (0, 257), (1, 128), (8, 1), (9, 0)]:
        with pytest.raises(InvalidInput, match="complete node"):
            read(level, index)


def test_a_cut_tile_is_not_read() -> None:
    files = published(257)
    with pytest.raises(LogMalformed, match="expected a tile of 8192 bytes, found 8191"):
        TileReader(257, lambda tile: files[tile.path][:-1])(0, 0)


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=256))
@settings(max_examples=60, deadline=None)
def test_bundles_read_back(listed: list[bytes]) -> None:
    assert parse_bundle(encode_bundle(listed), len(listed)) == listed


def test_a_bundle_is_lengths_and_entries() -> None:
    assert encode_bundle([b"", b"abc", bytes(258)]) == b"\0\0" + b"\0\3abc" + b"\1\2" + bytes(258)


def test_the_longest_entry_has_65535_bytes() -> None:
    assert parse_bundle(encode_bundle([bytes(65_535)]), 1) == [bytes(65_535)]
    with pytest.raises(InputTooLarge, match="at most 65535 bytes, found 65536"):
        encode_bundle([bytes(65_536)])


def test_a_slip_in_a_bundle_is_another_bundle_or_none() -> None:
    listed = [b"", b"one", b"two", b"\0\1"]
    for slip in slips(encode_bundle(listed)):
        try:
            found = parse_bundle(slip, len(listed))
        except LogMalformed:
            continue
        assert encode_bundle(found) == slip
        assert [leaf_hash(entry) for entry in found] != [leaf_hash(entry) for entry in listed]


@pytest.mark.parametrize("width", [1, 3, 4, 256])
def test_a_bundle_of_another_width_is_refused(width: int) -> None:
    with pytest.raises(LogMalformed, match=f"{width} entries"):
        parse_bundle(encode_bundle([b"one", b"two"]), width)


def test_a_cut_bundle_is_refused_and_the_entry_named() -> None:
    data = encode_bundle([b"one", b"two", b"three"])
    with pytest.raises(LogMalformed, match="ends in entry 2"):
        parse_bundle(data[:-1], 3)


def test_tiles_read_back_and_cut_ones_are_refused() -> None:
    hashes = [leaf_hash(entry) for entry in entries(3)]
    data = encode_tile(hashes)
    assert parse_tile(data, 3) == hashes
    for wrong in (data[:-1], data + b"\0", data[32:], b""):
        with pytest.raises(LogMalformed, match="expected a tile of 96 bytes"):
            parse_tile(wrong, 3)


@pytest.mark.parametrize("hashes", [[], [bytes(32)] * 257, [bytes(31)], [bytes(32), bytes(33)]])
def test_what_is_no_tile_is_not_written(hashes: list[bytes]) -> None:
    with pytest.raises(LogMalformed):
        encode_tile(hashes)


@pytest.mark.parametrize("count", [0, 257])
def test_an_empty_bundle_and_an_overfull_one_are_not_written(count: int) -> None:
    with pytest.raises(LogMalformed, match=f"expected a width between 1 and 256, found {count}"):
        encode_bundle([b""] * count)


@pytest.mark.parametrize("place", [(0, -1, 1), (0, LARGEST_INDEX + 1, 1), (0, 0, 0), (0, 0, 257), (64, 0, 1)])
def test_there_is_no_tile_at_an_impossible_place(place: tuple[int, int, int]) -> None:
    with pytest.raises(LogMalformed, match="expected a"):
        Tile(*place)


def test_two_partial_tiles_of_one_index_are_two_files() -> None:
    paths = [[tile.path for tile in tiles(size)] for size in (300, 301)]
    assert len({path for of_size in paths for path in of_size}) == len(paths[0]) + 1
    assert all(len(set(one) & set(other)) == len(one) - 1 for one, other in pairwise(paths))
