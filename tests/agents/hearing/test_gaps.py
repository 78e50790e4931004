"""Gaps between words are put where people type them."""

import pytest

from agents.hearing.gaps import Gaps

GAPS = Gaps(("withdraw", "with", "the"), ("search", "billing"), ("staging", "prod"))


@pytest.mark.parametrize(
    ("heard", "written"),
    [
        ("with draw the plan", "withdraw the plan"),
        ("roll back searching staging", "roll back search in staging"),
        ("restart billingin prod", "restart billing in prod"),
    ],
)
def test_words_come_apart_and_together_as_they_are_typed(heard: str, written: str) -> None:
    assert GAPS.mended(heard) == written


@pytest.mark.parametrize("text", ["what is searching the logs", "restart something staging", "billing prod", ""])
def test_a_word_that_is_no_name_before_a_place_stays_as_it_is(text: str) -> None:
    assert GAPS.mended(text) == text
