"""Whatever a reply or a plan says, Teams takes it, nothing of it is lost, and nothing in it is obeyed."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from bot.surfaces.places import Places
from bot.surfaces.prose import visible
from bot.surfaces.teams import limits
from bot.surfaces.teams.cards import base_card, personal_card
from bot.surfaces.teams.elements import Element
from bot.surfaces.teams.replies import reply_messages, told
from memory.model.approval import Assurance
from memory.model.talk import Button, ButtonAction, Chart, Fact
from tests.bot.surfaces.shown import CARD, DIGEST, reply
from tests.fakes import scenes
from tests.fakes.teams.client import titles, words

SCHEMA = Path(__file__).parents[5] / "shared" / "data" / "schemas" / "adaptive-card-1.5.0.json"
PLACES = Places("https://qd.test", frozenset({"http://prometheus.test:9090"}))
TEXTS = st.text(max_size=300) | st.sampled_from(
    ["[docs](https://evil.test)", "**bold** _it_ <at>all</at>", "\u202egnp", "a" * 5000, "", "# h", "{{DATE(x)}}"]
)


@lru_cache
def validator() -> Draft7Validator:
    if not SCHEMA.exists():
        pytest.skip("the schema of Adaptive Cards is not beside this repository")
    return Draft7Validator(json.loads(SCHEMA.read_text()))


def faults(card: Element) -> list[str]:
    """Return what the schema of Adaptive Cards 1.5 says against a card; `msteams` is Teams' own."""
    plain = json.loads(json.dumps({name: found for name, found in card.items() if name != "msteams"}))
    return [error.message[:200] for error in validator().iter_errors(plain)]


def cards(messages: list[Element]) -> list[dict[str, Any]]:
    return [each["attachments"][0]["content"] for each in json.loads(json.dumps(messages))]


def kinds(found: Any) -> set[str]:
    """Return the types of everything in a card."""
    if isinstance(found, list):
        return {kind for each in found for kind in kinds(each)}
    if not isinstance(found, dict):
        return set()
    return {str(found.get("type", ""))}.union(*(kinds(each) for each in found.values()))


def test_a_bad_card_is_noticed_here() -> None:
    card = dict(base_card(CARD, PLACES, ["29:a"]))
    assert faults(card) == []
    assert faults(card | {"body": [{"type": "RichTextBlock"}]})
    assert faults(card | {"version": 1.5})


def test_a_reply_keeps_its_words_its_citations_and_what_they_rest_on() -> None:
    sent = reply_messages(reply(missing=("alertmanager",), note="The model is away."), PLACES)
    shown = cards(sent)
    assert [faults(each) for each in shown] == [[]]
    text = words(shown)
    assert "Checkout fails since 02:41 [1][2]." in text
    assert "• a log line says so [3]" in text
    assert "prometheus: 5xx responses of checkout are at 31 % of requests (31 %)" in text
    assert "Could not be reached: alertmanager." in text
    assert visible(scenes.HOSTILE_LOG) in text


def test_links_lead_to_our_systems_alone() -> None:
    text = json.dumps(reply_messages(reply(), PLACES))
    assert "http://prometheus.test:9090/graph" in text
    assert "evil.test" not in text
    assert "javascript:" not in text


def test_a_chart_is_told_in_words() -> None:
    chart = Chart(id="c", title="Errors", alt="They rise to 31 %.", spec={})
    assert "Errors: They rise to 31 %." in words(cards(reply_messages(reply(charts=(chart,)), PLACES)))


def test_the_shared_card_has_no_button_that_decides_and_a_personal_one_has_those_given() -> None:
    shared, own = base_card(CARD, PLACES, ["29:a"]), personal_card(CARD, PLACES)
    assert titles(shared) == ["What can I do?", "Why?"]
    assert titles(own) == ["Approve", "Deny", "Why?"]
    assert "refresh" not in own
    assert "Untrusted: version came from text that nobody here wrote." in words(shared)


def test_at_most_sixty_people_are_shown_their_own_view_by_themselves() -> None:
    shared = json.loads(json.dumps(base_card(CARD, PLACES, [f"29:{number}" for number in range(100)])))
    assert len(shared["refresh"]["userIds"]) == limits.REFRESHED
    assert shared["refresh"]["userIds"][-1] == "29:99"
    assert "refresh" not in base_card(CARD, PLACES, [])


def test_a_passkey_and_receipts_open_the_console() -> None:
    sign = Button(label="Approve with a passkey", action=ButtonAction.SIGN, value="run_1", plan_digest=DIGEST)
    done = Button(label="Receipts", action=ButtonAction.RECEIPTS, value="run_1")
    own = json.loads(json.dumps(personal_card(CARD.model_copy(update={"buttons": (sign, done)}), PLACES)))
    assert [each["url"] for each in own["actions"]] == [
        "https://qd.test/console/approve/run_1",
        "https://qd.test/console/plans/run_1/receipts",
    ]


@settings(deadline=None, max_examples=40)  # each of which Microsoft's schema is asked about twice
@given(TEXTS, TEXTS, TEXTS, st.lists(TEXTS, max_size=6), st.sampled_from(list(Assurance)))
def test_teams_takes_any_card_and_parses_nothing_in_it(
    title: str, value: str, result: str, warnings: list[str], assurance: Assurance
) -> None:
    step = CARD.steps[0].model_copy(update={"arguments": (Fact(name="x", value=value),), "result": result})
    changes = {"title": title, "steps": (step,) * 3, "warnings": tuple(warnings), "assurance": assurance}
    card = CARD.model_copy(update=changes)
    for made in (base_card(card, PLACES, ["29:a"]), personal_card(card, PLACES, [title])):
        assert faults(made) == []
        assert "TextBlock" not in kinds(made)
        assert limits.cut(visible(value), limits.CARD_TEXT) in words(made)


@settings(deadline=None)
@given(TEXTS, TEXTS, st.lists(TEXTS, max_size=20))
def test_teams_takes_any_reply_whole(text: str, note: str, lines: list[str]) -> None:
    whole = "\n".join([text, *[f"- {line}" for line in lines]])
    sent = reply_messages(reply(whole, note=note, evidence=()), PLACES)
    shown = cards(sent)
    assert all(faults(each) == [] for each in shown)
    assert all(len(json.dumps(each).encode()) < limits.MESSAGE_BYTES * 3 for each in sent)
    said = words(shown).replace(" ", "")
    for line in whole.splitlines():
        for part in limits.pieces(visible(line.removeprefix("- ")), limits.CARD_TEXT):
            assert part.replace(" ", "") in said


def test_a_long_reply_goes_on_in_the_next_message() -> None:
    text = "\n".join(f"line {number} " + "x" * 1000 for number in range(100))
    sent = reply_messages(reply(text, evidence=()), PLACES)
    assert len(sent) > 1
    assert all(len(json.dumps(each).encode()) <= limits.MESSAGE_BYTES for each in sent)
    assert "line 99" in words(cards(sent))


def test_a_few_words_are_a_card_too() -> None:
    assert faults(cards([told("[a](https://evil.test)\nb")])[0]) == []


@given(st.text(), st.integers(min_value=1, max_value=60))
def test_pieces_make_the_whole(text: str, most: int) -> None:
    assert "".join(limits.pieces(text, most)) == text
    assert all(len(each) <= most for each in limits.pieces(text, most))
    assert len(limits.cut(text, most)) <= most


def test_an_answer_that_may_be_judged_ends_in_two_thumbs_and_nothing_else_does() -> None:
    def thumbs(**told: Any) -> list[dict[str, Any]]:
        sent = reply_messages(reply(**told), PLACES, judged=True)
        actions = [each for card in cards(sent) for each in card.get("actions", ())]
        return [each for each in actions if each.get("verb") == "thumb"]

    assert [each["data"]["thumb"] for each in thumbs()] == ["up", "down"]
    assert {each["data"]["reply"] for each in thumbs()} == {reply().id}
    assert thumbs(kind="clarify") == []
    assert "thumb" not in json.dumps(reply_messages(reply(), PLACES))
