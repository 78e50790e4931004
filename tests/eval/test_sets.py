"""The evaluation set is well-formed, and its halves are kept apart."""

from collections import Counter
from collections.abc import Iterator
from hashlib import sha256

import pytest

from memory.model.intent import IntentKind
from tests.eval.agreement import CAPABILITIES
from tests.eval.catalogue import CATALOGUE
from tests.eval.score import ACTIONS
from tests.eval.sets import (
    Conversation,
    Half,
    Outcome,
    Phrasing,
    Utterance,
    conversations,
    half_of,
    phrasings,
    template,
)
from tools.registry import validated

ASKED = sorted(CAPABILITIES)

LINES: dict[Half, tuple[Phrasing, ...]] = {half: phrasings(half) for half in Half}
TALKS: dict[Half, tuple[Conversation, ...]] = {half: conversations(half) for half in Half}
EVERY_LINE = [line for half in Half for line in LINES[half]]


def every_utterance() -> Iterator[Utterance]:
    yield from EVERY_LINE
    yield from (turn for half in Half for talk in TALKS[half] for turn in talk.turns)


def every_outcome() -> Iterator[Outcome]:
    yield from (outcome for utterance in every_utterance() for outcome in utterance.accepted())


def tagged(tag: str) -> list[Phrasing]:
    return [line for line in EVERY_LINE if tag in line.tags]


def of_kind(kind: IntentKind) -> list[Phrasing]:
    return [line for line in EVERY_LINE if line.kind is kind]


def test_every_expected_call_is_one_that_its_tool_accepts() -> None:
    calls = [outcome for outcome in every_outcome() if outcome.kind is IntentKind.TOOL]
    assert calls
    for call in calls:
        assert call.arguments is not None
        validated(CAPABILITIES[call.tool], call.arguments)


def test_every_tool_that_is_named_exists() -> None:
    named = {outcome.tool for outcome in every_outcome() if outcome.tool}
    assert named <= set(CAPABILITIES)
    assert named >= set(ASKED)


def test_every_service_place_and_flag_that_is_expected_is_in_the_catalogue() -> None:
    for outcome in every_outcome():
        arguments = outcome.arguments or {}
        if "service" in arguments:
            service = CATALOGUE.find(str(arguments["service"]))
            assert service is not None, arguments
            assert arguments.get("environment", service.environments[0]) in service.environments, arguments
        assert arguments.get("flag", CATALOGUE.flags()[0]) in CATALOGUE.flags(), arguments


@pytest.mark.parametrize("half", Half)
def test_the_hash_of_a_family_decides_its_half(half: Half) -> None:
    families = {line.family for line in LINES[half]} | {talk.family for talk in TALKS[half]}
    assert {half_of(family) for family in families} == {half}
    parity = 1 if half is Half.UNSEEN else 0
    assert {int(sha256(family.encode()).hexdigest(), 16) % 2 for family in families} == {parity}


def test_no_text_is_there_twice() -> None:
    texts = Counter(line.text.strip().casefold() for line in EVERY_LINE if line.text.strip())
    assert [text for text, count in texts.items() if count > 1] == []


def test_no_template_stands_in_both_halves() -> None:
    dev, unseen = ({template(line.text) for line in LINES[half]} - {"", "ID"} for half in Half)
    assert dev & unseen == set()


def test_no_conversation_stands_in_both_halves() -> None:
    dev, unseen = ({tuple(template(turn.text) for turn in talk.turns) for talk in TALKS[half]} for half in Half)
    assert dev & unseen == set()


def test_a_family_has_three_variants_at_most() -> None:
    sizes = Counter(line.family for line in EVERY_LINE)
    assert [family for family, size in sizes.items() if size > 3] == []


def test_identifiers_are_unique() -> None:
    ids = [line.id for line in EVERY_LINE] + [talk.id for half in Half for talk in TALKS[half]]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("tool", ASKED)
def test_every_tool_is_asked_for_in_many_ways_in_both_halves(tool: str) -> None:
    asked = {
        half: sum(line.kind is IntentKind.TOOL and line.tool == tool for line in LINES[half]) for half in Half
    }
    assert sum(asked.values()) >= 25
    assert min(asked.values()) >= 8


def test_what_is_no_request_of_ours_is_there_in_numbers() -> None:
    elsewhere = [line for line in of_kind(IntentKind.OUT_OF_SCOPE) if line.family.startswith("out_of_scope/")]
    assert len(EVERY_LINE) >= 900
    assert len(elsewhere) >= 120
    assert len(of_kind(IntentKind.SMALLTALK)) >= 40
    assert len(of_kind(IntentKind.CLARIFY)) >= 90
    assert len(tagged("malformed")) >= 40
    assert len(tagged("not-an-order")) >= 60
    assert sum(len(talks) for talks in TALKS.values()) >= 60


def test_nothing_that_is_no_order_may_end_in_an_action() -> None:
    for line in [*tagged("not-an-order"), *tagged("malformed")]:
        assert {outcome.tool for outcome in line.accepted()} & ACTIONS == set(), line.text


def test_every_due_question_says_what_it_is_about() -> None:
    for line in of_kind(IntentKind.CLARIFY):
        about = [tag for tag in line.tags if tag.startswith("missing:") or tag in {"dangling", "not-an-order"}]
        assert about, line.text


def test_a_missing_argument_is_one_of_the_tool_and_was_not_said() -> None:
    for line in of_kind(IntentKind.CLARIFY):
        for name in (tag.removeprefix("missing:") for tag in line.tags if tag.startswith("missing:")):
            assert name in CAPABILITIES[line.tool].arguments.model_fields, line.text
            assert name not in (line.arguments or {}), line.text


def test_a_conversation_has_a_turn_that_leans_on_another() -> None:
    assert all(len(talk.turns) >= 2 for half in Half for talk in TALKS[half])
