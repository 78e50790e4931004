"""A checkpoint is believed when those who have to sign have signed, and not otherwise."""

import pytest

from memory.errors import InvalidInput, LogCorrupt, LogMalformed, SignatureInvalid, SignatureMissing
from memory.log.checkpoint import Checkpoint
from memory.log.keys import Algorithm, Signer, VerifierKey
from memory.log.note import Note
from memory.log.trust import Trust
from tests.memory.log.mutations import slips
from tests.memory.log.published import ARCHE, WITNESSES, published
from tests.memory.log.signers import (
    BY_BOTH,
    BY_LOG,
    FIRST,
    LOG,
    NOON,
    ORIGIN,
    SECOND,
    STRANGER,
    checkpoint,
    private,
)

SIGNED = checkpoint(7).signed(LOG)
COSIGNED = SIGNED.adding(FIRST.cosign(SIGNED.text, NOON), SECOND.cosign(SIGNED.text, NOON + 1))


def test_a_checkpoint_of_a_public_log_with_four_public_witnesses_is_believed() -> None:
    trusted = Trust(ARCHE.name, (ARCHE,), WITNESSES).open(Note.parse(published("arche2025h1.checkpoint")))
    assert trusted.checkpoint.size == 1_432_088_532
    assert set(trusted.witnessed_at) == {witness.name for witness in WITNESSES}


def test_a_checkpoint_that_all_have_signed_is_believed() -> None:
    trusted = BY_BOTH.open(COSIGNED)
    assert trusted.checkpoint == checkpoint(7)
    assert trusted.witnessed_at == {FIRST.key.name: NOON, SECOND.key.name: NOON + 1}
    assert trusted.note == COSIGNED


def test_without_witnesses_the_log_alone_is_enough() -> None:
    assert BY_LOG.open(SIGNED).witnessed_at == {}


def test_every_witness_is_required_unless_fewer_are_said_to_be_enough() -> None:
    by_one = SIGNED.adding(FIRST.cosign(SIGNED.text, NOON))
    with pytest.raises(SignatureMissing, match="expected 2 cosignatures by known witnesses, found witness"):
        BY_BOTH.open(by_one)
    either = Trust(ORIGIN, (LOG.key,), BY_BOTH.witnesses, quorum=1)
    assert either.open(by_one).checkpoint == checkpoint(7)
    with pytest.raises(SignatureMissing, match="expected 1 cosignatures by known witnesses, found none"):
        either.open(SIGNED)


def test_one_witness_does_not_count_twice() -> None:
    twice = Note(SIGNED.text, (*SIGNED.signatures, *(FIRST.cosign(SIGNED.text, at) for at in (NOON, NOON + 1))))
    with pytest.raises(SignatureMissing, match="expected 2"):
        BY_BOTH.open(twice)


def test_witnesses_without_the_log_are_not_enough() -> None:
    with pytest.raises(SignatureMissing, match="expected a signature by the log"):
        BY_BOTH.open(Note(COSIGNED.text, COSIGNED.signatures[1:]))


def test_a_wrong_cosignature_is_an_error_even_where_it_is_not_needed() -> None:
    with pytest.raises(SignatureInvalid):
        Trust(ORIGIN, (LOG.key,), BY_BOTH.witnesses, quorum=0).open(
            SIGNED.adding(FIRST.cosign("something else\n", NOON))
        )


def test_strangers_neither_help_nor_harm() -> None:
    text = SIGNED.text
    with_strangers = Note(text, (STRANGER.sign("something else\n"), *COSIGNED.signatures, STRANGER.sign(text)))
    assert BY_BOTH.open(with_strangers).checkpoint == checkpoint(7)
    with pytest.raises(SignatureMissing):
        BY_LOG.open(Note(text, (STRANGER.sign(text),)))


def test_after_a_rotation_either_key_of_the_log_will_do() -> None:
    renewed = Signer(ORIGIN, private(20))
    both = Trust(ORIGIN, (LOG.key, renewed.key))
    assert both.open(SIGNED).checkpoint == both.open(checkpoint(7).signed(renewed)).checkpoint


def test_a_checkpoint_of_another_log_by_the_same_key_is_not_believed() -> None:
    other = Checkpoint("quarterdeck.example/other", 7, checkpoint(7).root)
    with pytest.raises(SignatureMissing, match="found one of 'quarterdeck"):
        BY_LOG.open(other.signed(LOG))


def test_a_signed_text_that_is_no_checkpoint_is_not_believed() -> None:
    with pytest.raises(LogMalformed):
        BY_LOG.open(Note("hello\n", (LOG.sign("hello\n"),)))


def test_what_nobody_signed_is_not_even_read() -> None:
    with pytest.raises(SignatureMissing):
        BY_LOG.open(Note("no checkpoint\n", (STRANGER.sign("no checkpoint\n"),)))


def test_no_slip_anywhere_in_a_checkpoint_is_believed() -> None:
    for slip in slips(COSIGNED.encode()):
        with pytest.raises(LogCorrupt):
            BY_BOTH.open(Note.parse(slip))


def test_signatures_of_one_checkpoint_do_not_fit_another() -> None:
    with pytest.raises(SignatureInvalid):
        BY_BOTH.open(Note(checkpoint(8).text, COSIGNED.signatures))


@pytest.mark.parametrize(
    ("log_keys", "witnesses", "quorum"),
    [
        ((), (), None),
        ((), (FIRST.key,), None),
        ((FIRST.key,), (), None),
        ((LOG.key,), (STRANGER.key,), None),
        ((LOG.key,), (FIRST.key,), 2),
        ((LOG.key,), (FIRST.key,), -1),
        ((LOG.key, LOG.key), (), None),
        ((LOG.key,), (FIRST.key, FIRST.key), 1),
        ((LOG.key,), (FIRST.key, VerifierKey("alias", Algorithm.COSIGNATURE_V1, FIRST.key.public)), None),
        ((LOG.key,), (VerifierKey("itself", Algorithm.COSIGNATURE_V1, LOG.key.public),), None),
    ],
    ids=[
        "nobody",
        "witnesses alone",
        "a witness as the log",
        "a log as a witness",
        "more than there are",
        "fewer than none",
        "one log key twice",
        "one witness twice",
        "one witness under two names",
        "the log as its own witness",
    ],
)
def test_a_trust_that_says_yes_too_easily_is_none(
    log_keys: tuple[VerifierKey, ...], witnesses: tuple[VerifierKey, ...], quorum: int | None
) -> None:
    with pytest.raises(InvalidInput, match="expected"):
        Trust(ORIGIN, log_keys, witnesses, quorum)
