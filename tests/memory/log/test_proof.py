"""A receipt is that of C2SP tlog-proof, and verifies with nothing but itself, the entry and the keys."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory.errors import LogCorrupt, LogMalformed, ProofInvalid, SignatureMissing
from memory.log.merkle import inclusion_proof, leaf_hash
from memory.log.note import Note
from memory.log.proof import MAX_EXTRA_BYTES, TlogProof
from memory.log.trust import Trust
from tests.memory.log.mutations import Change, edges, slips
from tests.memory.log.published import GO_DATABASE, published
from tests.memory.log.reference import entries, stored
from tests.memory.log.signers import BY_BOTH, BY_LOG, FIRST, LOG, NOON, SECOND, STRANGER, checkpoint

LISTED = entries(70)
LEAVES = [leaf_hash(entry) for entry in LISTED]
GO = Trust("go.sum database tree", (GO_DATABASE,))
GO_PROOF = published("go-sum-database-43930254.tlog-proof")
GO_ENTRY = published("go-sum-database-43930254.entry")


def receipt(index: int, size: int, extra: bytes = b"") -> TlogProof:
    """Return the proof of an entry in the log of that size, signed by the log and cosigned by both witnesses."""
    note = checkpoint(size).signed(LOG)
    note = note.adding(FIRST.cosign(note.text, NOON), SECOND.cosign(note.text, NOON))
    return TlogProof(index, tuple(inclusion_proof(index, size, stored(LEAVES))), note, extra)


def test_a_proof_of_the_go_checksum_database_verifies() -> None:
    proof = TlogProof.parse(GO_PROOF)
    trusted = proof.verify(leaf_hash(GO_ENTRY), GO)
    assert proof.encode() == GO_PROOF
    assert (proof.index, trusted.checkpoint.size) == (43_930_254, 58_253_265)


def test_a_proof_of_the_go_checksum_database_does_not_verify_for_another_entry_or_another_log() -> None:
    proof = TlogProof.parse(GO_PROOF)
    with pytest.raises(ProofInvalid):
        proof.verify(leaf_hash(GO_ENTRY.replace(b"v1.0.0", b"v1.0.1")), GO)
    with pytest.raises(SignatureMissing):
        proof.verify(leaf_hash(GO_ENTRY), BY_LOG)


@given(st.integers(1, 70), st.data(), st.binary(max_size=50))
@settings(max_examples=50, deadline=None)
def test_every_receipt_reads_back_and_verifies_for_its_entry_alone(
    size: int, data: st.DataObject, extra: bytes
) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = TlogProof.parse(receipt(index, size, extra).encode())
    assert proof == receipt(index, size, extra)
    for number, entry in enumerate(LISTED[:size]):
        if number == index:
            assert proof.verify(leaf_hash(entry), BY_BOTH).checkpoint == checkpoint(size)
        else:
            with pytest.raises(ProofInvalid):
                proof.verify(leaf_hash(entry), BY_BOTH)


@pytest.mark.parametrize("change", [slips, edges])
def test_no_slip_anywhere_in_a_receipt_is_believed(change: Change) -> None:
    for slip in change(receipt(2, 7).encode()):
        with pytest.raises(LogCorrupt):
            TlogProof.parse(slip).verify(LEAVES[2], BY_BOTH)


@pytest.mark.parametrize("change", [slips, edges])
def test_a_slip_in_a_receipt_is_another_receipt_or_none(change: Change) -> None:
    for slip in change(receipt(2, 7, b"\0extra").encode()):
        with suppress(LogMalformed):
            assert TlogProof.parse(slip).encode() == slip


def test_a_receipt_of_one_checkpoint_does_not_verify_under_another() -> None:
    grown = TlogProof(2, receipt(2, 7).hashes, receipt(2, 8).note)
    with pytest.raises(ProofInvalid):
        grown.verify(LEAVES[2], BY_BOTH)


def test_a_receipt_without_a_required_cosignature_is_not_believed() -> None:
    alone = TlogProof(2, receipt(2, 7).hashes, checkpoint(7).signed(LOG))
    assert alone.verify(LEAVES[2], BY_LOG)
    with pytest.raises(SignatureMissing):
        alone.verify(LEAVES[2], BY_BOTH)


def test_extra_data_is_a_line_of_its_own_and_changes_no_verdict() -> None:
    proof = receipt(0, 1, b"age-v1.2.1")
    assert proof.encode().startswith(
        b"c2sp.org/tlog-proof@v1\nextra YWdlLXYxLjIuMQ==\nindex 0\n\nquarterdeck.example/log\n1\n"
    )
    assert proof.verify(LEAVES[0], BY_BOTH) == receipt(0, 1).verify(LEAVES[0], BY_BOTH)


@pytest.mark.parametrize(
    ("found", "put", "said"),
    [
        ("@v1\n", "@v2\n", "expected a first line"),
        ("@v1\n", "@v1\nextra \n", "an empty one"),
        ("@v1\n", "@v1\nextra %%\n", "extra data in standard base64"),
        ("@v1\n", "@v1\nextra AA==\nextra AA==\n", "“index N”, found 'extra AA=='"),
        ("index 2\n", "", "“index N”"),
        ("index 2\n", "index 02\n", "an index as a decimal"),
        ("index 2\n", "index -2\n", "an index as a decimal"),
        ("index 2\n", "index 2\nindex 2\n", "hash 0 of the proof in standard base64"),
        ("index 2\n", "index 2\n47DEQpj8\n", "hash 0 of the proof of 32 bytes"),
        ("index 2\n", "index 2\n" + "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n" * 61, "at most 63 hashes"),
        ("\n7\n", "\nseven\n", "a size as a decimal"),
    ],
)
def test_what_is_no_receipt_is_refused_and_the_message_says_why(found: str, put: str, said: str) -> None:
    data = receipt(2, 7).encode().decode().replace(found, put, 1).encode()
    with pytest.raises(LogMalformed, match=said):
        TlogProof.parse(data)


@pytest.mark.parametrize(
    "data", [b"", b"c2sp.org/tlog-proof@v1", b"c2sp.org/tlog-proof@v1\n\n", b"\xff", b"x" * 1_100_001]
)
def test_bytes_that_are_no_receipt_are_refused(data: bytes) -> None:
    with pytest.raises(LogMalformed, match="expected"):
        TlogProof.parse(data)


def test_what_could_not_be_read_back_makes_no_receipt() -> None:
    honest = receipt(2, 7)
    stranger = Note("no checkpoint\n", (STRANGER.sign("no checkpoint\n"),))
    for values in (
        (-1, honest.hashes, honest.note),
        (2**63, honest.hashes, honest.note),
        (2, (b"",), honest.note),
        (2, honest.hashes, stranger),
        (2, honest.hashes, honest.note, bytes(MAX_EXTRA_BYTES + 1)),
    ):
        with pytest.raises(LogMalformed, match="expected"):
            TlogProof(*values)
