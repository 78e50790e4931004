"""A key of a log vouches for the next one, and nobody else can."""

import pytest

from memory.errors import InvalidInput, LogCorrupt, SignatureInvalid, SignatureMissing
from memory.log.endorsement import endorsed, endorsement_text, verify_endorsement
from memory.log.keys import Algorithm, Signer, VerifierKey
from memory.log.note import Note
from tests.memory.log.mutations import slips
from tests.memory.log.signers import LOG, ORIGIN, STRANGER, private

NEXT = Signer(ORIGIN, private(20))
GOOD = endorsed(ORIGIN, LOG, NEXT)


def test_an_endorsement_is_a_note_that_both_keys_sign() -> None:
    assert GOOD.text == f"quarterdeck.log/endorsement/v1\n{ORIGIN}\n{NEXT.key}\n"
    verify_endorsement(Note.parse(GOOD.encode()), ORIGIN, LOG.key, NEXT.key)


def test_no_slip_in_an_endorsement_is_believed() -> None:
    for slip in slips(GOOD.encode()):
        with pytest.raises(LogCorrupt):
            verify_endorsement(Note.parse(slip), ORIGIN, LOG.key, NEXT.key)


@pytest.mark.parametrize("missing", [LOG, NEXT])
def test_both_keys_have_to_sign(missing: Signer) -> None:
    alone = Note(GOOD.text, tuple(each for each in GOOD.signatures if each.key_id != missing.key.key_id))
    with pytest.raises(SignatureMissing, match="expected the old key and the new one to sign"):
        verify_endorsement(alone, ORIGIN, LOG.key, NEXT.key)


def test_a_signature_over_something_else_is_refused() -> None:
    wrong = Note(GOOD.text, (LOG.sign("something else\n"), NEXT.sign(GOOD.text)))
    with pytest.raises(SignatureInvalid):
        verify_endorsement(wrong, ORIGIN, LOG.key, NEXT.key)


def test_an_endorsement_is_of_one_key_and_one_log() -> None:
    for origin, old, new in [
        ("another/log", LOG.key, NEXT.key),
        (ORIGIN, LOG.key, LOG.key),
        (ORIGIN, STRANGER.key, NEXT.key),
        (ORIGIN, LOG.key, VerifierKey(ORIGIN, Algorithm.COSIGNATURE_V1, NEXT.key.public)),
    ]:
        with pytest.raises(SignatureMissing):
            verify_endorsement(GOOD, origin, old, new)


def test_a_checkpoint_is_no_endorsement_and_an_endorsement_no_checkpoint() -> None:
    text = endorsement_text(ORIGIN, NEXT.key)
    assert not text.split("\n")[1].isdigit()
    assert text.split("\n")[0] != ORIGIN


@pytest.mark.parametrize(("old", "new"), [(LOG, LOG), (LOG, STRANGER), (STRANGER, NEXT)])
def test_a_key_endorses_another_key_of_the_same_log(old: Signer, new: Signer) -> None:
    with pytest.raises(InvalidInput, match="expected two keys named"):
        endorsed(ORIGIN, old, new)
