"""A proof out of a published log verifies without it; one that would not is never given."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory.errors import InvalidInput, LogCorrupt, NotFound, ProofInvalid
from memory.ledger.prove import Prover
from memory.ledger.source import DirectorySource
from memory.log.merkle import leaf_hash, root_of, verify_consistency
from memory.log.proof import TlogProof
from tests.memory.ledger.builder import BY_ALL, build, entries
from tests.memory.ledger.conftest import SIZES, Log


def prover(folder: Path) -> Prover:
    return Prover(DirectorySource(folder))


@pytest.mark.parametrize("size", SIZES[1:])
def test_the_proof_of_an_entry_verifies_for_it_alone(published: Log, size: int) -> None:
    log = published(size)
    for index in {0, size // 2, size - 1}:
        proof = TlogProof.parse(prover(log.folder).inclusion(index, b"extra").encode())
        assert proof.extra == b"extra"
        assert proof.verify(leaf_hash(log.entries[index]), BY_ALL).checkpoint == log.checkpoint
        assert prover(log.folder).entry(index) == log.entries[index]
        with pytest.raises(ProofInvalid):
            proof.verify(leaf_hash(log.entries[index] + b" "), BY_ALL)


@given(st.integers(0, 1_000), st.integers(0, 1_000))
@settings(max_examples=50, deadline=None)
def test_growth_is_proven_between_any_two_sizes(published: Log, one: int, other: int) -> None:
    old, new = sorted((one, other))
    log = published(1_000)
    leaves = [leaf_hash(entry) for entry in log.entries]
    proof = prover(log.folder).consistency(old, new)
    assert (proof.old_root, proof.new_root) == (root_of(leaves[:old]), root_of(leaves[:new]))
    verify_consistency(old, proof.old_root, new, proof.new_root, proof.hashes)


def test_an_entry_is_found_by_its_index_and_by_its_hash_in_full_or_in_part(published: Log) -> None:
    log = published(70_000)
    for index in (0, 777, 69_999):
        name = leaf_hash(log.entries[index]).hex()
        asked = prover(log.folder)
        assert {asked.find(each) for each in (str(index), name, name[:12], name[:13])} == {index}


def test_what_names_no_entry_or_several_is_said(tmp_path: Path) -> None:
    twice = entries(3)[1]
    log = build(tmp_path / "log", [twice, twice])
    asked = prover(log.folder)
    with pytest.raises(InvalidInput, match="expected one entry, found 0 and 1"):
        asked.find(leaf_hash(twice).hex()[:8])
    with pytest.raises(NotFound, match="expected an entry whose leaf hash begins with"):
        asked.find("0123456789abcdef")
    for name in ("2", "99999999"):
        with pytest.raises(NotFound):
            asked.find(name)
    for name in ("abcdef0", "-1", "hello", "", "ABCDEF01", "0" * 65):
        with pytest.raises(InvalidInput):
            asked.find(name)


def test_a_proof_that_would_not_verify_is_not_given(copied: Log) -> None:
    log = copied(1_000)
    tile = log.folder / "tile" / "0" / "001"
    tile.write_bytes(bytes(32) + tile.read_bytes()[32:])
    asked = prover(log.folder)
    for ask in (lambda: asked.inclusion(256), lambda: asked.inclusion(300), lambda: asked.consistency(300, 900)):
        with pytest.raises(ProofInvalid):
            ask()
    assert asked.inclusion(5)
    bundle = log.folder / "tile" / "entries" / "000"
    bundle.write_bytes(bundle.read_bytes().replace(b"person_7", b"person_8", 1))
    with pytest.raises(LogCorrupt):
        asked.entry(0)


def test_there_is_no_proof_of_what_is_not_there(published: Log) -> None:
    asked = prover(published(257).folder)
    for index in (-1, 257):
        with pytest.raises(NotFound, match="below 257"):
            asked.inclusion(index)
        with pytest.raises(NotFound):
            asked.entry(index)
    for old, new in ((-1, 2), (2, 1), (0, 258)):
        with pytest.raises(InvalidInput, match="expected sizes in order and up to 257"):
            asked.consistency(old, new)


def test_an_empty_log_grew_into_any(published: Log) -> None:
    assert prover(published(0).folder).consistency(0, 0).hashes == []
    with pytest.raises(NotFound):
        prover(published(0).folder).inclusion(0)
