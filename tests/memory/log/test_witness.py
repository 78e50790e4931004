"""A witness cosigns growth and nothing else, in the words of C2SP tlog-witness."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory.errors import InvalidInput, LogMalformed, SignatureInvalid, SignatureMissing
from memory.log.checkpoint import Checkpoint
from memory.log.keys import Algorithm, Cosigner, VerifierKey, verified
from memory.log.merkle import EMPTY_ROOT, consistency_proof, leaf_hash, tree_root
from memory.log.note import Note
from memory.log.witness import (
    NEVER,
    SIZE_TYPE,
    TEXT_TYPE,
    AddCheckpoint,
    Cosigned,
    Reason,
    Refused,
    Tree,
    Witness,
    parse_size,
    with_cosignatures,
)
from tests.memory.log.mutations import Change, edges, slips
from tests.memory.log.published import SIGSUM, published
from tests.memory.log.reference import entries, stored
from tests.memory.log.signers import BY_BOTH, FIRST, LOG, NOON, ORIGIN, SECOND, STRANGER, private

READ = stored([leaf_hash(entry) for entry in entries(300)])
FORKED = stored([leaf_hash(entry + b"'") for entry in entries(300)])
WITNESS = Witness(FIRST, {ORIGIN: [LOG.key]})
PUBLISHED = ("c2sp-add-checkpoint.request", "sigsum-0-1.request", "sigsum-1-3.request", "sigsum-1-5.request")


def tree(size: int) -> Tree:
    """Return what a witness keeps of the honest log."""
    return Tree(size, tree_root(size, READ))


def request(old: int, new: int) -> AddCheckpoint:
    """Return the honest log's request to be cosigned."""
    note = Checkpoint(ORIGIN, new, tree_root(new, READ)).signed(LOG)
    return AddCheckpoint(old, tuple(consistency_proof(old, new, READ)), note)


def refusal(asked: AddCheckpoint, last: Tree) -> Refused:
    """Return why the witness does not cosign."""
    answer = WITNESS.decide(asked, last, NOON)
    assert isinstance(answer, Refused)
    assert answer.size == last.size
    return answer


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_a_log_that_grows_is_cosigned_at_every_step(data: st.DataObject) -> None:
    last = NEVER
    for size in sorted(data.draw(st.lists(st.integers(0, 300), min_size=1, max_size=6))):
        asked = AddCheckpoint.parse(request(last.size, size).encode())
        answer = WITNESS.decide(asked, last, NOON)
        assert isinstance(answer, Cosigned)
        assert (answer.status, answer.content_type, answer.tree) == (200, TEXT_TYPE, tree(size))
        cosigned = with_cosignatures(asked.note, answer.body, [FIRST.key])
        assert set(verified(cosigned, [LOG.key, FIRST.key])) == {LOG.key, FIRST.key}
        last = answer.tree


@given(st.integers(1, 300), st.integers(0, 300), st.data())
@settings(max_examples=80, deadline=None)
def test_a_fork_is_never_cosigned_whatever_it_offers_as_proof(old: int, more: int, data: st.DataObject) -> None:
    new = min(300, old + more)
    note = Checkpoint(ORIGIN, new, tree_root(new, FORKED)).signed(LOG)
    proof = data.draw(st.sampled_from([READ, FORKED]).map(lambda read: tuple(consistency_proof(old, new, read))))
    answer = refusal(AddCheckpoint(old, proof, note), tree(old))
    assert answer.reason is (Reason.FORK if new == old else Reason.INCONSISTENT)
    assert answer.status == (409 if new == old else 422)
    assert answer.content_type == TEXT_TYPE


def test_requests_by_another_implementation_are_decided_as_it_decides_them() -> None:
    """And of two at once, the one that comes second is stale: the log is not rolled back."""
    witness = Witness(FIRST, {SIGSUM.name: [SIGSUM]})
    first, three, five = (
        AddCheckpoint.parse(published(f"sigsum-{sizes}.request")) for sizes in ("0-1", "1-3", "1-5")
    )
    one = witness.decide(first, NEVER, NOON)
    assert isinstance(one, Cosigned)
    assert isinstance(witness.decide(three, one.tree, NOON), Cosigned)
    later = witness.decide(five, one.tree, NOON)
    assert isinstance(later, Cosigned)
    assert later.tree.root.hex() == "42bb57ad06420afa4882c4a63ac6a1ec77480b330b2f20dfc53a0caa5f564e36"
    second = witness.decide(three, later.tree, NOON)
    assert isinstance(second, Refused)
    assert (second.reason, second.status, second.body) == (Reason.STALE, 409, b"5\n")


def test_who_is_stale_is_told_where_to_start() -> None:
    answer = refusal(request(0, 12), tree(7))
    assert (answer.reason, answer.status, answer.content_type) == (Reason.STALE, 409, SIZE_TYPE)
    assert parse_size(answer.body) == 7


def test_the_same_tree_is_cosigned_again() -> None:
    answer = WITNESS.decide(request(7, 7), tree(7), NOON)
    assert isinstance(answer, Cosigned)
    assert answer.tree == tree(7)


def test_a_log_that_shrank_is_refused() -> None:
    note = Checkpoint(ORIGIN, 5, tree_root(5, READ)).signed(LOG)
    answer = refusal(AddCheckpoint(7, (), note), tree(7))
    assert (answer.reason, answer.status) == (Reason.BACKWARDS, 400)


def test_a_log_that_is_not_known_is_refused() -> None:
    note = Checkpoint("another.example/log", 5, tree_root(5, READ)).signed(LOG)
    answer = refusal(AddCheckpoint(0, (), note), NEVER)
    assert (answer.reason, answer.status) == (Reason.UNKNOWN_LOG, 404)


def test_a_checkpoint_that_the_log_did_not_sign_is_refused() -> None:
    by_stranger = AddCheckpoint(0, (), Checkpoint(ORIGIN, 5, tree_root(5, READ)).signed(STRANGER))
    spoiled = AddCheckpoint(0, (), Note(request(0, 5).note.text, (LOG.sign("something else\n"),)))
    for asked in (by_stranger, spoiled):
        answer = refusal(asked, NEVER)
        assert (answer.reason, answer.status) == (Reason.UNSIGNED, 403)


def test_a_first_checkpoint_needs_no_proof_and_takes_none() -> None:
    with_proof = AddCheckpoint(0, (bytes(32),), request(0, 5).note)
    assert refusal(with_proof, NEVER).reason is Reason.INCONSISTENT


def test_an_empty_log_has_one_root() -> None:
    empty = Checkpoint(ORIGIN, 0, EMPTY_ROOT).signed(LOG)
    assert isinstance(WITNESS.decide(AddCheckpoint(0, (), empty), NEVER, NOON), Cosigned)
    wrong = Checkpoint(ORIGIN, 0, tree_root(1, READ)).signed(LOG)
    assert refusal(AddCheckpoint(0, (), wrong), NEVER).reason is Reason.INCONSISTENT


@pytest.mark.parametrize("change", [slips, edges])
def test_no_slip_in_a_request_is_cosigned(change: Change) -> None:
    honest = request(3, 7)
    assert isinstance(WITNESS.decide(honest, tree(3), NOON), Cosigned)
    for slip in change(honest.encode()):
        try:
            asked = AddCheckpoint.parse(slip)
        except LogMalformed:
            continue
        assert asked.encode() == slip
        assert isinstance(WITNESS.decide(asked, tree(3), NOON), Refused)


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_request_by_others_prints_as_they_wrote_it(name: str) -> None:
    assert AddCheckpoint.parse(published(name)).encode() == published(name)


@pytest.mark.parametrize(
    ("found", "put", "said"),
    [
        ("old 3\n", "", "expected a first line"),
        ("old 3\n", "old  3\n", "an old size as a decimal"),
        ("old 3\n", "old 03\n", "an old size as a decimal"),
        ("old 3\n", "new 3\n", "expected a first line"),
        ("old 3\n", "old 3\n\n", "expected"),
        ("old 3\n", "old 3\nAA==\n", "hash 0 of the proof of 32 bytes"),
        ("old 3\n", "old 3\n" + "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n" * 60, "at most 63 hashes"),
        ("\n7\n", "\nseven\n", "a size as a decimal"),
    ],
)
def test_what_is_no_request_is_refused_and_the_message_says_why(found: str, put: str, said: str) -> None:
    data = request(3, 7).encode().decode().replace(found, put, 1).encode()
    with pytest.raises(LogMalformed, match=said):
        AddCheckpoint.parse(data)


@pytest.mark.parametrize(("old", "proof"), [(-1, ()), (2**63, ()), (0, (b"",))])
def test_what_could_not_be_read_back_makes_no_request(old: int, proof: tuple[bytes, ...]) -> None:
    with pytest.raises(LogMalformed, match="expected"):
        AddCheckpoint(old, proof, request(0, 5).note)


@pytest.mark.parametrize("keys", [[], [SECOND.key], [VerifierKey("log", Algorithm.ED25519, FIRST.key.public)]])
def test_a_witness_knows_a_key_of_each_log_and_has_its_own(keys: list[VerifierKey]) -> None:
    with pytest.raises(InvalidInput, match="expected"):
        Witness(FIRST, {ORIGIN: keys})


def test_of_an_answer_only_the_cosignatures_of_known_witnesses_are_taken() -> None:
    note = request(0, 7).note
    unknown = Cosigner("witness.example/third", private(30)).cosign(note.text, NOON)
    answer = "".join(signature.line for signature in (FIRST.cosign(note.text, NOON), unknown)).encode()
    assert with_cosignatures(note, answer, [FIRST.key, SECOND.key]).signatures == (
        *note.signatures,
        FIRST.cosign(note.text, NOON),
    )
    with pytest.raises(SignatureMissing):
        with_cosignatures(note, answer, [SECOND.key])


def test_an_answer_with_a_cosignature_of_something_else_is_refused() -> None:
    note = request(0, 7).note
    with pytest.raises(SignatureInvalid):
        with_cosignatures(note, FIRST.cosign(request(0, 8).note.text, NOON).line.encode(), [FIRST.key])


@pytest.mark.parametrize("body", [b"", b"not found", b"\xff", b"\xe2\x80\x94 name AAAAAAA="])
def test_what_is_no_answer_is_refused(body: bytes) -> None:
    with pytest.raises(LogMalformed):
        with_cosignatures(request(0, 7).note, body, [FIRST.key])


def test_a_renewed_cosignature_takes_the_place_of_the_old_one() -> None:
    note = request(0, 7).note
    for at in (NOON, NOON + 60):
        for witness in (FIRST, SECOND):
            note = with_cosignatures(note, witness.cosign(note.text, at).line.encode(), BY_BOTH.witnesses)
    assert len(note.signatures) == 3
    assert set(BY_BOTH.open(note).witnessed_at.values()) == {NOON + 60}


@pytest.mark.parametrize("body", [b"", b"7", b"07\n", b"7\n\n", b"seven\n", b"-7\n", b"\xff\n"])
def test_what_is_no_size_is_refused(body: bytes) -> None:
    with pytest.raises(LogMalformed):
        parse_size(body)
