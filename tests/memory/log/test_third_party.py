"""Our log is read and verified by sigstore-python, which knows nothing of ours, and a changed one is refused."""

from base64 import b64encode
from dataclasses import dataclass, replace

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from sigstore._internal.rekor.checkpoint import SignedCheckpoint
from sigstore._internal.trust import Keyring, RekorKeyring
from sigstore.errors import VerificationError
from sigstore.models import TransparencyLogEntry
from sigstore_models.common.v1 import PublicKey, PublicKeyDetails
from sigstore_models.rekor.v1 import TransparencyLogEntry as Inner

from memory.log.merkle import inclusion_proof, leaf_hash
from memory.log.note import Note
from tests.memory.log.reference import SIZES, entries, stored
from tests.memory.log.signers import FIRST, LOG, NOON, ORIGIN, checkpoint, private


@dataclass(frozen=True)
class Entry:
    """What we say of an entry."""

    body: bytes
    index: int
    size: int
    root: bytes
    hashes: list[bytes]
    note: Note


def ours(index: int, size: int) -> Entry:
    """Return an entry of ours and its proof, under a checkpoint that a witness cosigned too."""
    listed = entries(size)
    note = checkpoint(size).signed(LOG)
    hashes = inclusion_proof(index, size, stored([leaf_hash(entry) for entry in listed]))
    cosigned = note.adding(FIRST.cosign(note.text, NOON))
    return Entry(listed[index], index, size, checkpoint(size).root, hashes, cosigned)


def theirs(entry: Entry) -> TransparencyLogEntry:
    """Return the same in their words."""
    return TransparencyLogEntry(
        Inner.from_dict(
            {
                "log_index": str(entry.index),
                "log_id": {"key_id": b64encode(entry.note.signatures[0].key_id)},
                "kind_version": {"kind": "entry", "version": "1"},
                "inclusion_proof": {
                    "log_index": str(entry.index),
                    "root_hash": b64encode(entry.root),
                    "tree_size": str(entry.size),
                    "hashes": [b64encode(sibling) for sibling in entry.hashes],
                    "checkpoint": {"envelope": entry.note.encode().decode()},
                },
                "canonicalized_body": b64encode(entry.body),
            }
        )
    )


def keyring(number: int = 1) -> RekorKeyring:
    """Return the log's public key, or another, as they keep it."""
    der = private(number).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    details = PublicKeyDetails.PKIX_ED25519
    return RekorKeyring(Keyring([PublicKey(raw_bytes=b64encode(der), key_details=details)]))


@pytest.mark.parametrize("size", SIZES[1:])
def test_sigstore_verifies_our_entries_in_logs_of_any_size(size: int) -> None:
    for index in {0, size // 2, size - 1}:
        theirs(ours(index, size))._verify(keyring())


def test_sigstore_reads_our_checkpoint() -> None:
    note = checkpoint(1_000).signed(LOG)
    found = SignedCheckpoint.from_text(note.encode().decode())
    assert (found.checkpoint.origin, found.checkpoint.log_size) == (ORIGIN, 1_000)
    assert found.checkpoint.log_hash == checkpoint(1_000).root.hex()
    assert [signature.sig_hash for signature in found.signed_note.signatures] == [LOG.key.key_id]


@given(st.integers(2, 300), st.data())
@settings(max_examples=30, deadline=None)
def test_sigstore_refuses_our_log_when_anything_of_it_is_changed(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    elsewhere = (index + data.draw(st.integers(1, size - 1))) % size
    honest, grown = ours(index, size), checkpoint(size + 1)
    theirs(honest)._verify(keyring())
    for changed in (
        replace(honest, body=b"another entry"),
        replace(honest, index=elsewhere),
        replace(honest, root=grown.root),
        replace(honest, hashes=honest.hashes[:-1]),
        replace(honest, hashes=[*honest.hashes[:-1], bytes(32)]),
        replace(honest, note=grown.signed(LOG)),
        replace(honest, note=Note(grown.text, honest.note.signatures)),
    ):
        with pytest.raises(VerificationError):
            theirs(changed)._verify(keyring())


def test_sigstore_refuses_our_log_under_another_key() -> None:
    with pytest.raises(VerificationError):
        theirs(ours(2, 7))._verify(keyring(2))
