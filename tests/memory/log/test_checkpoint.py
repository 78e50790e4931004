"""Checkpoints are those of C2SP tlog-checkpoint."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.errors import InvalidInput, LogMalformed
from memory.log.checkpoint import Checkpoint
from memory.log.merkle import EMPTY_ROOT
from memory.log.note import Note
from tests.memory.log.mutations import Change, edges, slips
from tests.memory.log.published import published
from tests.memory.log.signers import LOG, checkpoint

ROOT = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
LINES = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), min_size=1)


def test_a_checkpoint_is_an_origin_a_size_and_a_root() -> None:
    assert Checkpoint("origin.example", 0, EMPTY_ROOT).text == f"origin.example\n0\n{ROOT}\n"


@pytest.mark.parametrize("name", ["arche2025h1.checkpoint"])
def test_a_checkpoint_by_another_log_prints_as_it_was_written(name: str) -> None:
    note = Note.parse(published(name))
    found = Checkpoint.parse(note.text)
    assert (found.origin, found.size) == ("arche2025h1.staging.ct.transparency.dev", 1_432_088_532)
    assert found.text == note.text


@given(LINES, st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32), st.lists(LINES).map(tuple))
def test_every_checkpoint_reads_back(origin: str, size: int, root: bytes, extensions: tuple[str, ...]) -> None:
    found = Checkpoint(origin, size, root, extensions)
    assert Checkpoint.parse(found.text) == found


@pytest.mark.parametrize("change", [slips, edges])
def test_a_slip_in_a_checkpoint_is_another_checkpoint_or_none(change: Change) -> None:
    honest = Checkpoint("origin.example", 17, EMPTY_ROOT, ("extension",))
    for slip in change(honest.text.encode()):
        text = slip.decode("latin-1")
        try:
            found = Checkpoint.parse(text)
        except LogMalformed:
            continue
        assert found.text == text
        assert found != honest


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "expected the lines"),
        (f"origin\n1\n{ROOT}", "expected the lines"),
        ("origin\n1\n", "expected the lines"),
        (f"\n1\n{ROOT}\n", "an origin and extensions of one line"),
        (f"origin\n1\n{ROOT}\n\n", "an origin and extensions of one line"),
        (f"origin\n1\n{ROOT}\none\n\ntwo\n", "an origin and extensions of one line"),
        (f"origin\n01\n{ROOT}\n", "a size as a decimal"),
        (f"origin\n+1\n{ROOT}\n", "a size as a decimal"),
        (f"origin\n-1\n{ROOT}\n", "a size as a decimal"),
        (f"origin\n\n{ROOT}\n", "a size as a decimal"),
        (f"origin\n1 \n{ROOT}\n", "a size as a decimal"),
        (f"origin\n1_0\n{ROOT}\n", "a size as a decimal"),
        (f"origin\n\N{ARABIC-INDIC DIGIT ONE}\n{ROOT}\n", "a size as a decimal"),
        (f"origin\n{2**63}\n{ROOT}\n", "a size as a decimal"),
        (f"origin\n1\n{ROOT[:-1]}\n", "a root in standard base64"),
        (f"origin\n1\n{ROOT[:-2]}V=\n", "a root in standard base64"),
        (f"origin\n1\n{ROOT.replace('/', '_')}\n", "a root in standard base64"),
        (f"origin\n1\n{ROOT[:4]} {ROOT[4:]}\n", "a root in standard base64"),
        ("origin\n1\n47DEQpj8\n", "a root of 32 bytes, found 6"),
        (f"ori\tgin\n1\n{ROOT}\n", "without control characters"),
    ],
)
def test_what_is_no_checkpoint_is_refused_and_the_message_says_why(text: str, said: str) -> None:
    with pytest.raises(LogMalformed, match=said):
        Checkpoint.parse(text)


@pytest.mark.parametrize(
    "values",
    [
        ("", 0, EMPTY_ROOT),
        ("two\nlines", 0, EMPTY_ROOT),
        ("o", -1, EMPTY_ROOT),
        ("o", 2**63, EMPTY_ROOT),
        ("o", 1, b""),
    ],
)
def test_what_could_not_be_read_back_makes_no_checkpoint(values: tuple[str, int, bytes]) -> None:
    with pytest.raises(LogMalformed, match="expected"):
        Checkpoint(*values)


def test_a_message_repeats_little_of_what_it_was_given() -> None:
    with pytest.raises(LogMalformed) as refused:
        Checkpoint.parse("x" * 10_000)
    assert len(refused.value.message) < 150


def test_a_checkpoint_is_signed_by_somebody() -> None:
    assert checkpoint(7).signed(LOG) == Note(checkpoint(7).text, (LOG.sign(checkpoint(7).text),))
    with pytest.raises(InvalidInput, match="found nobody"):
        checkpoint(7).signed()
