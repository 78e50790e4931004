"""What a person says comes in whole, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.surfaces.inbound import LONGEST_TEXT, decoded, spoken
from memory.errors import InputTooLarge, InvalidEncoding, InvalidInput


@given(st.text())
def test_a_text_is_taken_without_its_blank_edges_or_refused(text: str) -> None:
    try:
        taken = spoken(text)
    except InvalidInput:
        assert not text.replace("\x00", "").strip()
    else:
        assert taken == text.replace("\x00", "").strip()


def test_the_limit_counts_bytes_and_not_letters() -> None:
    assert spoken("é" * (LONGEST_TEXT // 2))
    with pytest.raises(InputTooLarge):
        spoken("é" * (LONGEST_TEXT // 2 + 1))


def test_half_a_surrogate_pair_is_refused_with_its_place() -> None:
    with pytest.raises(InvalidEncoding, match="position 3"):
        spoken("abc\ud800")


@given(st.binary())
def test_bytes_are_utf_8_or_refused(body: bytes) -> None:
    try:
        body.decode()
    except UnicodeDecodeError as error:
        with pytest.raises(InvalidEncoding, match=f"position {error.start}"):
            decoded(body)
    else:
        assert decoded(body).encode() == body
