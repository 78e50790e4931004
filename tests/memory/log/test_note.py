"""Notes are those of C2SP signed-note: read and printed by the byte, or refused."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory.errors import LogMalformed
from memory.log.note import MAX_NOTE_BYTES, MAX_SIGNATURES, Note, Signature, parse_signatures
from tests.memory.log.mutations import Change, edges, slips
from tests.memory.log.published import published
from tests.memory.log.signers import LOG, STRANGER

NOTES = ("c2sp-signed.note", "go-example.note", "arche2025h1.checkpoint")
NAMES = st.text(
    st.characters(min_codepoint=33, exclude_characters="+", exclude_categories=["Cs", "Z", "Cc"]), min_size=1
)
TEXTS = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]) | st.just("\n")).map(
    lambda text: text + "\n"
)
SIGNATURES = st.builds(Signature, NAMES, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=80))


def signed(text: str) -> Note:
    """Return a text under two signatures."""
    return Note(text, (LOG.sign(text), STRANGER.sign(text)))


@pytest.mark.parametrize("name", NOTES)
def test_what_others_wrote_prints_as_they_wrote_it(name: str) -> None:
    assert Note.parse(published(name)).encode() == published(name)


def test_a_text_may_have_empty_lines_and_the_last_one_ends_it() -> None:
    note = Note.parse(published("c2sp-signed.note"))
    assert note.text.splitlines()[2:] == ["", "ed è subito sera."]
    assert [signature.name for signature in note.signatures] == ["quasimodo.example/salvatore"]
    assert note.signatures[0].key_id.hex() == "367ba04b"


@given(TEXTS, st.lists(SIGNATURES, min_size=1, max_size=MAX_SIGNATURES).map(tuple))
@settings(max_examples=60, deadline=None)
def test_every_note_reads_back(text: str, signatures: tuple[Signature, ...]) -> None:
    note = Note(text, signatures)
    assert Note.parse(note.encode()) == note


def test_a_text_that_looks_signed_is_still_text() -> None:
    inner = signed("the inner text\n").encode().decode()
    note = signed(inner)
    assert Note.parse(note.encode()) == note
    assert Note.parse(note.encode()).text == inner


@pytest.mark.parametrize("change", [slips, edges])
def test_a_slip_in_a_note_is_another_note_or_none(change: Change) -> None:
    data = signed("è\n\nthe end\n").encode()
    for slip in change(data):
        try:
            note = Note.parse(slip)
        except LogMalformed:
            continue
        assert note.encode() == slip != data


@given(st.binary(max_size=200))
def test_any_bytes_are_a_note_that_prints_the_same_or_none(data: bytes) -> None:
    with suppress(LogMalformed):
        assert Note.parse(data).encode() == data


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "found no empty line"),
        (b"text\n", "found no empty line"),
        (b"text\n\n", "found 0"),
        (b"text\n\n\xe2\x80\x94 name AAAAAAA=", "found 0"),
        (b"text\n\n- name AAAAAAA=\n", "found '- name AAAAAAA='"),
        (b"text\n\n\xe2\x80\x94 AAAAAAA=\n", "NAME BASE64"),
        (b"text\n\n\xe2\x80\x94 name AAAAAAA\n", "a signature in standard base64"),
        (b"text\n\n\xe2\x80\x94 name AAAAAAB=\n", "a signature in standard base64"),
        (b"text\n\n\xe2\x80\x94 name AAAAAA==\n", "fewer bytes"),
        (b"text\n\n\xe2\x80\x94 name  AAAAAAA=\n", "a signature in standard base64"),
        (b"text\n\n\xe2\x80\x94 na+me AAAAAAA=\n", "without spaces and plus signs"),
        (b"text\n\n\xe2\x80\x94 na\xc2\xa0me AAAAAAA=\n", "without spaces and plus signs"),
        (b"text\n\n\xe2\x80\x94  AAAAAAA=\n", "without spaces and plus signs"),
        (b"te\rxt\n\n\xe2\x80\x94 name AAAAAAA=\n", r"found '\\r'"),
        (b"te\0xt\n\n\xe2\x80\x94 name AAAAAAA=\n", r"found '\\x00'"),
        (b"te\xffxt\n\n\xe2\x80\x94 name AAAAAAA=\n", "found another byte at 2"),
        (b"text\n\n" + b"\xe2\x80\x94 name AAAAAAA=\n" * (MAX_SIGNATURES + 1), "found 101"),
        (b"x" * MAX_NOTE_BYTES + b"\n", "found 1000001"),
    ],
)
def test_what_is_no_note_is_refused_and_the_message_says_why(data: bytes, found: str) -> None:
    with pytest.raises(LogMalformed, match=found):
        Note.parse(data)


@pytest.mark.parametrize("text", ["", "no newline", "tab\t\n", "half a character \ud800\n"])
def test_a_text_that_cannot_be_signed_makes_no_note(text: str) -> None:
    with pytest.raises(LogMalformed, match="expected a text"):
        Note(text, (Signature("name", bytes(4), b"x"),))


@pytest.mark.parametrize("name", ["", "two words", "one+two", "nbsp\u00a0", "line\n", "half \ud800", "\ud800"])
def test_a_name_that_cannot_name_a_key_makes_no_signature(name: str) -> None:
    with pytest.raises(LogMalformed, match="a key name"):
        Signature(name, bytes(4), b"x")


def test_a_note_that_nobody_signed_is_none() -> None:
    with pytest.raises(LogMalformed, match="found 0"):
        Note("text\n", ())


def test_a_note_is_not_written_longer_than_it_is_read() -> None:
    with pytest.raises(LogMalformed, match="found a longer one"):
        Note("x" * MAX_NOTE_BYTES + "\n", (Signature("name", bytes(4), b"x"),))


def test_a_signature_takes_the_place_of_an_older_one_by_the_same_key() -> None:
    old, other = Signature("name", b"1234", b"old"), Signature("name", b"5678", b"other")
    new = Signature("name", b"1234", b"new")
    note = Note("text\n", (old, other)).adding(new)
    assert note.signatures == (other, new)


def test_lines_of_signatures_read_back_alone() -> None:
    answer = published("c2sp-add-checkpoint.answer").decode()
    assert "".join(signature.line for signature in parse_signatures(answer)) == answer


@pytest.mark.parametrize("text", ["", "\n", "— name AAAAAAA=", "\n— name AAAAAAA=\n", "— name AAAAAAA=\n\n"])
def test_lines_of_signatures_are_whole_and_without_empty_ones(text: str) -> None:
    with pytest.raises(LogMalformed):
        parse_signatures(text)
