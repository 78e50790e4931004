"""What our own buttons say is understood by the embedded interpreter as what they promise."""

import pytest

from agents.answer import Answer, AnswerKind
from agents.interpreter.focus import Focus
from agents.understanding import EmbeddedUnderstanding
from memory.embedding import MiniLmEmbedder
from memory.model.intent import IntentKind
from memory.model.value import JsonValue
from tests.agents.talking import CATALOGUE, Talk, World
from tests.fakes.observer import NOW
from tests.fakes.time import FakeClock
from tools.capabilities import EVERY


@pytest.fixture(scope="module")
def embedded() -> EmbeddedUnderstanding:
    return EmbeddedUnderstanding(EVERY, CATALOGUE, MiniLmEmbedder.from_packages(), clock=FakeClock(NOW))


@pytest.mark.parametrize(
    ("says", "tool", "arguments"),
    [
        (
            "roll back checkout in production to 1.4.1",
            "deploy.rollback",
            {"service": "checkout", "environment": "production", "version": "1.4.1"},
        ),
        (
            "deploy checkout 1.4.1 to production",
            "deploy.release",
            {"service": "checkout", "environment": "production", "version": "1.4.1"},
        ),
        ("switch the flag fast-path off", "flag.set", {"flag": "fast-path", "enabled": False}),
        ("what is wrong with payments?", "service.health", {"service": "payments"}),
        ("how are things?", "status.digest", {}),
        ("what changed in checkout today?", "deploys.list", {"service": "checkout", "window": "today"}),
        ("why?", "turn.explain", {}),
        ("do it", "turn.accept", {}),
        ("never mind", "turn.dismiss", {}),
    ],
)
async def test_a_button_means_what_it_promises(
    embedded: EmbeddedUnderstanding, says: str, tool: str, arguments: dict[str, JsonValue]
) -> None:
    intent = (await embedded.interpret(says, Focus())).intent
    assert (intent.kind, intent.tool) == (IntentKind.TOOL, tool)
    assert {name: value for name, value in intent.values().items() if name in arguments} == arguments


async def test_the_walk_from_question_to_plan_needs_no_model(
    embedded: EmbeddedUnderstanding, incident: World, talk: Talk
) -> None:
    talk.thinker._understanding = embedded
    seen = await talk.say("What is wrong with checkout?")
    assert "Very likely the cause is release 1.4.2" in seen.text
    plan: Answer = await talk.say("roll it back")
    assert plan.kind is AnswerKind.PLAN
    assert plan.run is not None
    assert plan.run.plan.steps[0].says == "Roll back checkout in production to 1.4.1"
    assert incident.proposer.proposals == 1


async def test_a_question_of_the_interpreter_is_answered_by_its_button(
    embedded: EmbeddedUnderstanding, talk: Talk
) -> None:
    talk.thinker._understanding = embedded
    question = await talk.say("silence checkout")
    assert question.kind is AnswerKind.CLARIFY
    plan = await talk.say(question.buttons[0].value)
    assert plan.kind is AnswerKind.PLAN
