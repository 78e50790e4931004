"""What was understood is recorded before anything is looked at, and what cannot be recorded goes no further."""

import pytest

from memory.errors import StoreUnavailable
from memory.model.intent import IntentKind
from tests.agents.talking import Talk, World


async def test_a_turn_is_recorded_as_it_was_understood(talk: Talk, incident: World) -> None:
    await talk.say("what is wrong with checkout?", message="m1")
    ((turn, reading, recollection),) = incident.journal.kept
    assert (turn.message.id, reading.intent.tool) == ("m1", "service.health")
    assert recollection.items() == 0


async def test_a_follow_up_is_recorded_with_what_was_remembered(talk: Talk, incident: World) -> None:
    await talk.say("what is wrong with checkout?")
    await talk.say("do it")
    _, reading, recollection = incident.journal.kept[-1]
    assert reading.intent.tool == "turn.accept"
    assert recollection.offer is not None
    assert recollection.items() == 3  # the call, the turn it belonged to, and the offer


async def test_an_answer_to_a_question_is_recorded_as_a_turn_of_its_own(talk: Talk, world: World) -> None:
    await talk.say("restart checkout", message="m1")
    await talk.say("staging", message="m2")
    assert [turn.message.id for turn, _, _ in world.journal.kept] == ["m1", "m2"]


async def test_a_tool_that_is_not_there_is_recorded_as_nothing_that_can_be_done(talk: Talk, world: World) -> None:
    await talk.say("drop the database")
    assert world.journal.kept[0][1].intent.kind is IntentKind.OUT_OF_SCOPE


async def test_nothing_is_looked_at_or_proposed_that_cannot_be_recorded(talk: Talk, incident: World) -> None:
    incident.journal.away = True
    for words in ("what is wrong with checkout?", "roll back checkout in production"):
        with pytest.raises(StoreUnavailable):
            await talk.say(words)
    assert incident.observer.looks.total() == 0
    assert incident.proposer.proposals == 0
