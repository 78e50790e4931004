"""The interpreter with and without lessons: what they may change, and what they never do."""

import pytest

from agents.interpreter.interpreter import Interpreter
from agents.teaching.replay import Case, replay
from agents.understanding import EmbeddedUnderstanding
from memory.model.intent import Intent, IntentKind
from tests.agents.interpreter.conftest import CATALOGUE
from tests.fakes.embedding import WordEmbedder
from tests.fakes.time import FakeClock
from tools.capabilities import EVERY

FEW = tuple(
    each for each in EVERY if each.name in {"service.restart", "service.health", "deploys.list", "flags.list"}
)
ODD = "put {service} out of its misery"
SAID = "put basket out of its misery"


@pytest.fixture(scope="module")
def understanding() -> EmbeddedUnderstanding:
    return EmbeddedUnderstanding(FEW, CATALOGUE, WordEmbedder(), clock=FakeClock())


def read(tool: str, kind: IntentKind = IntentKind.TOOL) -> Intent:
    return Intent(text="x", kind=kind, tool=tool)


def compared(was: Intent, now: Intent, wanted: str, *, never: bool = False) -> str:
    case = Case(said="x", shown="x", tool=wanted, never=never)
    found = replay(
        before=lambda _: was,
        after=lambda _: now,
        lessons=(),
        turns=(),
        phrasings=(case,),
        actions={"service.restart"},
    )
    return found.against()


def test_a_gain_speaks_for_lessons_and_nothing_gained_against_them() -> None:
    assert compared(read(""), read("service.health"), "service.health") == ""
    assert "nothing" in compared(read("service.health"), read("service.health"), "service.health")


def test_a_loss_or_a_new_false_action_refuses() -> None:
    assert "no longer" in compared(read("service.health"), read(""), "service.health")
    assert "none was meant" in compared(read(""), read("service.restart"), "service.health")
    assert "none was meant" in compared(read(""), read("service.restart"), "service.restart", never=True)


def test_a_question_back_is_no_false_action() -> None:
    asked = read("service.restart", IntentKind.CLARIFY)
    assert "none was meant" not in compared(read(""), asked, "service.health")


def test_turns_with_the_words_of_a_lesson_prove_nothing() -> None:
    case = Case(said=SAID, shown=ODD, tool="service.restart")
    found = replay(
        before=lambda _: read(""),
        after=lambda _: read("service.restart"),
        lessons=(case,),
        turns=(case,),
        phrasings=(),
        actions=(),
    )
    assert (found.lessons.cases, found.turns.cases) == (1, 0)


def test_a_lesson_is_learned_and_withdrawing_gives_the_interpreter_of_before(
    understanding: EmbeddedUnderstanding,
) -> None:
    before = understanding.interpreter
    was = before.interpret(SAID)
    taught = understanding.taught([(ODD, "service.restart")])
    assert was.tool != "service.restart"
    assert taught.interpret(SAID).tool == "service.restart"
    assert understanding.taught([]) is before
    assert before.interpret(SAID) == was


def test_an_action_in_words_that_are_not_shipped_is_asked_about(understanding: EmbeddedUnderstanding) -> None:
    taught = understanding.taught([(ODD, "service.restart")])
    assert taught.interpret(SAID).kind is not IntentKind.TOOL


@pytest.mark.parametrize(
    "asked", ["is basket healthy?", "why was basket restarted?", "when did we restart basket?"]
)
def test_no_lesson_makes_an_order_of_a_question(understanding: EmbeddedUnderstanding, asked: str) -> None:
    lesson = understanding.interpreter.phrasing(asked)
    taught = understanding.taught([(lesson, "service.restart")] * 5).interpret(asked)
    assert (taught.kind, taught.tool) != (IntentKind.TOOL, "service.restart")


def test_no_lesson_reaches_a_tool_that_is_not_offered(understanding: EmbeddedUnderstanding) -> None:
    taught: Interpreter = understanding.taught([(ODD, "cluster.wipe"), (ODD, "service.scale")])
    assert taught.interpret(SAID).tool not in {"cluster.wipe", "service.scale"}


def test_pasted_words_have_no_phrasing(understanding: EmbeddedUnderstanding) -> None:
    assert understanding.interpreter.phrasing("look:\n```\nrestart basket\n```") == ""
