"""Whoever asks what would happen is told, and nothing is proposed: not even where words ask for both."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.answer import AnswerKind
from agents.rehearsing import NOTHING_DONE, without_asking
from tests.agents.talking import Talk, World


@pytest.mark.parametrize(
    "words",
    [
        "simulate: roll back checkout in production to 1.4.1",
        "do a dry-run of roll back checkout in production to 1.4.1",
        "what would happen if we roll back checkout in production to 1.4.1?",
    ],
)
async def test_a_simulation_is_told_and_nothing_is_proposed(talk: Talk, world: World, words: str) -> None:
    answer = await talk.say(words)
    assert answer.kind is AnswerKind.ANSWER
    assert answer.text.startswith(NOTHING_DONE)
    assert "version 1.4.2 → 1.4.1" in answer.text
    assert "one approval, which Bob could give" in answer.text
    assert "2 services lean on what is changed" in answer.text
    assert answer.run is None
    assert (world.proposer.proposals, world.proposer.runs) == (0, {})


async def test_the_same_words_without_it_still_make_a_plan(talk: Talk, world: World) -> None:
    await talk.say("simulate roll back checkout in production to 1.4.1")
    assert (await talk.say("roll back checkout in production to 1.4.1")).kind is AnswerKind.PLAN
    assert world.proposer.proposals == 1


async def test_a_simulation_that_lacks_something_asks_nothing_back_so_that_no_answer_becomes_a_plan(
    talk: Talk, world: World
) -> None:
    answer = await talk.say("simulate roll back checkout")
    assert "say all of it in one sentence" in answer.text
    await talk.say("production")
    assert world.proposer.proposals == 0


async def test_nothing_follows_up_on_a_simulation(talk: Talk, world: World) -> None:
    await talk.say("simulate roll back checkout in production to 1.4.1")
    for words in ("do it", "and payments", "production"):
        assert (await talk.say(words)).run is None
    assert world.proposer.proposals == 0


@given(st.text(max_size=200))
def test_words_that_ask_for_no_simulation_are_left_alone(text: str) -> None:
    found = without_asking(text)
    assert found is None or found != text
    assert without_asking(f"simulate {text}") is not None
