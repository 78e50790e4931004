"""Text of alerts and logs cannot take over the terminal it is shown on."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.surfaces.cli.plain import plain, shortened


@given(st.text())
def test_no_control_character_but_line_and_tab_survives(text: str) -> None:
    kept = {letter for letter in plain(text) if unicodedata.category(letter) == "Cc"}
    assert kept <= {"\n", "\t"}


@given(st.text())
def test_ordinary_letters_survive_as_they_are(text: str) -> None:
    ordinary = "".join(letter for letter in text if unicodedata.category(letter)[0] in "LNPZS")
    assert plain(ordinary) == ordinary


@pytest.mark.parametrize(
    "hostile",
    ["\x1b[2J\x1b[1;1H✔ approved", "\x1b]0;title\x07", "\x9b31m", "safe\rforged", "\u202egpj.exe", "\ud800"],
)
def test_an_escape_sequence_is_shown_and_never_obeyed(hostile: str) -> None:
    assert "\N{REPLACEMENT CHARACTER}" in plain(hostile)


@given(st.text(), st.integers(min_value=1, max_value=80))
def test_a_shortened_text_is_one_line_of_at_most_that_length(text: str, longest: int) -> None:
    line = shortened(text, longest)
    assert len(line) <= longest
    assert len(line.splitlines()) <= 1
