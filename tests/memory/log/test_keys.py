"""Keys, signatures and cosignatures are those of C2SP, and nothing signed can be changed."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from memory.errors import InvalidInput, LogCorrupt, LogMalformed, SignatureInvalid, SignatureMissing
from memory.log.keys import Algorithm, Cosigner, Signer, VerifierKey, cosigned_at, verified
from memory.log.note import Note, Signature
from tests.memory.log.mutations import Change, edges, slips
from tests.memory.log.published import ARCHE, GO_DATABASE, GO_EXAMPLE, GO_EXAMPLE_SEED, WITNESSES, published
from tests.memory.log.signers import FIRST, LOG, NOON, SECOND, STRANGER, private

TEXT = "quarterdeck.example/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"


def test_a_note_by_another_implementation_verifies_and_ours_is_the_same_byte_for_byte() -> None:
    note = Note.parse(published("go-example.note"))
    assert verified(note, [GO_EXAMPLE]) == {GO_EXAMPLE: note.signatures[0]}
    signer = Signer("PeterNeumann", Ed25519PrivateKey.from_private_bytes(GO_EXAMPLE_SEED))
    assert signer.key == GO_EXAMPLE
    assert signer.sign(note.text) == note.signatures[0]


def test_cosignatures_by_public_witnesses_verify() -> None:
    note = Note.parse(published("arche2025h1.checkpoint"))
    signed = verified(note, [ARCHE, *WITNESSES])
    assert set(signed) == {ARCHE, *WITNESSES}
    assert {cosigned_at(signed[witness]) for witness in WITNESSES} == {1_779_573_024}


@pytest.mark.parametrize(
    "key", [GO_DATABASE, GO_EXAMPLE, ARCHE, *WITNESSES, LOG.key, FIRST.key], ids=lambda key: key.name
)
def test_a_key_reads_back(key: VerifierKey) -> None:
    assert VerifierKey.parse(str(key)) == key


@given(st.binary(min_size=32, max_size=32), st.sampled_from(Algorithm))
def test_every_key_reads_back(public: bytes, algorithm: Algorithm) -> None:
    key = VerifierKey("name.example/a", algorithm, public)
    assert VerifierKey.parse(str(key)) == key


@pytest.mark.parametrize("change", [slips, edges])
def test_a_slip_in_a_key_is_no_key(change: Change) -> None:
    for slip in change(str(FIRST.key).encode()):
        with pytest.raises(LogMalformed, match="expected"):
            VerifierKey.parse(slip.decode("latin-1"))


@pytest.mark.parametrize(
    "text",
    ["", "name", "name+00000000", "name+00000000+", "name+00000000+AQ==", "+00000000+AQ==", "name+00000000+BgEB"],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(LogMalformed, match="expected"):
        VerifierKey.parse(text)


def test_one_public_key_has_other_ids_under_other_names_and_for_other_uses() -> None:
    public = LOG.key.public
    keys = [VerifierKey(name, algorithm, public) for name in ("a", "b") for algorithm in Algorithm]
    assert len({key.key_id for key in keys}) == len(keys)


def test_the_signature_of_a_note_is_plain_ed25519_over_its_text() -> None:
    Ed25519PublicKey.from_public_bytes(LOG.key.public).verify(LOG.sign(TEXT).value, TEXT.encode())


def test_a_cosignature_is_ed25519_over_a_header_a_time_and_the_text() -> None:
    value = FIRST.cosign(TEXT, NOON).value
    message = f"cosignature/v1\ntime {NOON}\n{TEXT}".encode()
    assert value[:8] == NOON.to_bytes(8)
    Ed25519PublicKey.from_public_bytes(FIRST.key.public).verify(value[8:], message)


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 2**63 - 1))
def test_what_was_signed_verifies(text: str, at: int) -> None:
    LOG.key.verify(text, LOG.sign(text))
    cosignature = FIRST.cosign(text, at)
    FIRST.key.verify(text, cosignature)
    assert cosigned_at(cosignature) == at


@pytest.mark.parametrize("signature", [LOG.sign(TEXT), FIRST.cosign(TEXT, NOON)], ids=["signature", "cosignature"])
def test_no_slip_in_a_text_or_a_signature_verifies(signature: Signature) -> None:
    key = LOG.key if signature.name == LOG.key.name else FIRST.key
    key.verify(TEXT, signature)
    for slip in slips(TEXT.encode()):
        with pytest.raises(SignatureInvalid):
            key.verify(slip.decode("latin-1"), signature)
    for value in (*slips(signature.value), *edges(signature.value)):
        if value:
            with pytest.raises(SignatureInvalid):
                key.verify(TEXT, Signature(signature.name, signature.key_id, value))


def test_a_signature_is_no_cosignature_and_the_other_way_round() -> None:
    both = (Signer("name", private(9)), Cosigner("name", private(9)))
    signature, cosignature = both[0].sign(TEXT), both[1].cosign(TEXT, NOON)
    with pytest.raises(SignatureInvalid):
        both[0].key.verify(TEXT, cosignature)
    with pytest.raises(SignatureInvalid):
        both[1].key.verify(TEXT, signature)


@pytest.mark.parametrize("at", [-1, 2**63])
def test_a_time_that_does_not_fit_is_not_cosigned(at: int) -> None:
    with pytest.raises(InvalidInput, match="expected a time"):
        FIRST.cosign(TEXT, at)


@pytest.mark.parametrize("public", [b"", bytes(31), bytes(33)])
def test_a_public_key_has_32_bytes(public: bytes) -> None:
    with pytest.raises(LogMalformed, match="a public key of 32 bytes"):
        VerifierKey("name", Algorithm.ED25519, public)


def test_signatures_of_unknown_keys_are_kept_and_ignored() -> None:
    note = Note(TEXT, (STRANGER.sign("something else\n"), LOG.sign(TEXT)))
    assert verified(note, [LOG.key]) == {LOG.key: note.signatures[1]}
    assert Note.parse(note.encode()) == note


def test_a_known_name_with_another_id_is_unknown() -> None:
    imposter = Signer(LOG.key.name, private(8))
    note = Note(TEXT, (imposter.sign(TEXT), LOG.sign(TEXT)))
    assert set(verified(note, [LOG.key])) == {LOG.key}
    with pytest.raises(SignatureMissing, match="expected a signature by quarterdeck"):
        verified(Note(TEXT, note.signatures[:1]), [LOG.key])


def test_one_wrong_signature_by_a_known_key_spoils_the_note() -> None:
    wrong = SECOND.cosign("something else\n", NOON)
    note = Note(TEXT, (LOG.sign(TEXT), FIRST.cosign(TEXT, NOON), wrong))
    with pytest.raises(SignatureInvalid, match="/second over this text"):
        verified(note, [LOG.key, FIRST.key, SECOND.key])


def test_a_wrong_signature_is_found_beside_a_right_one_by_the_same_key() -> None:
    note = Note(TEXT, (LOG.sign(TEXT), LOG.sign("something else\n")))
    with pytest.raises(SignatureInvalid):
        verified(note, [LOG.key])


def test_to_know_nobody_is_to_believe_nothing() -> None:
    with pytest.raises(SignatureMissing, match="by nobody"):
        verified(Note(TEXT, (LOG.sign(TEXT),)), [])


def test_two_keys_that_cannot_be_told_apart_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(VerifierKey, "key_id", bytes(4))
    twin = VerifierKey(LOG.key.name, Algorithm.ED25519, STRANGER.key.public)
    with pytest.raises(InvalidInput, match="tell apart"):
        verified(Note(TEXT, (STRANGER.sign(TEXT),)), [LOG.key, twin])


def test_everything_that_can_be_wrong_with_a_signature_is_corruption_of_the_log() -> None:
    assert issubclass(SignatureInvalid, LogCorrupt)
    assert issubclass(SignatureMissing, LogCorrupt)
