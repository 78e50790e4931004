"""What people say to us is more usual than what only sounds like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.hearing.trigrams import Trigrams

PHRASINGS = (
    "which targets are down",
    "which alerts are muted",
    "show {incident}",
    "end {incident}",
    "move {incident} into {target}",
)


@pytest.fixture(scope="module")
def asked() -> Trigrams:
    return Trigrams(PHRASINGS)


@pytest.mark.parametrize(
    ("said", "misheard"),
    [
        ("which targets are down", "which targets are done"),
        ("which alerts are muted", "which layouts are muted"),
        ("end {incident}", "and {incident}"),
        ("end {incident}", "end {incident} again"),
    ],
)
def test_what_people_ask_is_more_usual_than_what_sounds_like_it(asked: Trigrams, said: str, misheard: str) -> None:
    assert asked.usual(said) > asked.usual(misheard)


def test_gaps_for_the_same_kind_of_thing_and_stops_make_no_difference(asked: Trigrams) -> None:
    assert asked.usual("move {incident} into {incident}") == asked.usual("Move {incident}, into {target}.")


@given(st.lists(st.sampled_from(["which", "targets", "down", "end", "{incident}", "purple"]), max_size=8))
def test_the_chances_of_all_words_that_may_follow_never_exceed_one(said: list[str]) -> None:
    asked = Trigrams(PHRASINGS)
    known = {word for phrasing in PHRASINGS for word in phrasing.replace("target}", "incident}").split()}
    context = ("<s>", "<s>", *said)[-2:]

    assert sum(asked._chance((*context, word)) for word in (*known, "</s>")) <= 1 + 1e-9
    assert asked.usual(" ".join(said)) < 0
