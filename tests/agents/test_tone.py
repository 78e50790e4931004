"""A tone adds a word of courtesy, and takes nothing from what is said."""

import pytest

from agents.answer import AnswerKind
from agents.tone import Tone, toned

TEXT = "Checkout fails since 02:41 [1][2]."


@pytest.mark.parametrize("kind", AnswerKind)
@pytest.mark.parametrize("tone", Tone)
def test_every_word_and_citation_stays_whatever_the_tone(kind: AnswerKind, tone: Tone) -> None:
    assert toned(kind, TEXT, tone).endswith(TEXT)


@pytest.mark.parametrize("kind", AnswerKind)
def test_plain_adds_nothing(kind: AnswerKind) -> None:
    assert toned(kind, TEXT, Tone.PLAIN) == TEXT


def test_warm_begins_with_a_word_of_courtesy() -> None:
    assert toned(AnswerKind.REFUSAL, "Policy says no.", Tone.WARM) == "I am sorry. Policy says no."
