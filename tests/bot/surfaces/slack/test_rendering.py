"""Whatever a reply or a plan says, Slack takes it, nothing of it is lost, and nothing in it is obeyed."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.surfaces.places import Places
from bot.surfaces.prose import visible
from bot.surfaces.slack import limits
from bot.surfaces.slack.blocks import Post, button, header, posts
from bot.surfaces.slack.cards import card_blocks, card_text
from bot.surfaces.slack.replies import card_posts, reply_posts
from bot.surfaces.slack.rich import Block, plain, quote, rich, section, words
from memory.model.approval import Assurance
from memory.model.talk import Button, ButtonAction, Card, Chart, Fact
from tests.bot.surfaces.shown import CARD, DIGEST, reply
from tests.fakes.slack.rules import violations

PLACES = Places("https://qd.test", frozenset({"http://prometheus.test:9090"}))
TEXTS = st.text(max_size=400) | st.sampled_from(
    [
        "<!channel> look",
        "<https://evil.test|docs>",
        "@here *bold* `code",
        "🔥" * 300,
        "\u202egnp",
        "a" * 5000,
        "",
    ]
)


def row(card: Card) -> list[dict[str, Any]]:
    """Return the buttons of a card."""
    found: list[dict[str, Any]] = json.loads(json.dumps(card_blocks(card, PLACES)[-1]["elements"]))
    return found


def said(sent: list[Post]) -> str:
    return "".join(plain(post.blocks) for post in sent)


def accepted(sent: list[Post]) -> bool:
    return [violations(json.loads(json.dumps(post.blocks))) for post in sent] == [[] for _ in sent]


def test_a_reply_keeps_its_words_its_citations_and_what_they_rest_on() -> None:
    sent = reply_posts(reply(missing=("alertmanager",), note="The model is away."), PLACES)
    assert accepted(sent)
    text = said(sent)
    assert "Checkout fails since 02:41 [1][2]." in text
    assert "prometheus: 5xx responses of checkout are at 31 % of requests (31 %)" in text
    assert "Could not be reached: alertmanager." in json.dumps(sent[0].blocks)
    assert "The model is away." in json.dumps(sent[0].blocks)


def test_a_citation_leads_to_our_own_systems_and_nowhere_else() -> None:
    found = json.dumps([post.blocks for post in reply_posts(reply(), PLACES)])
    assert "http://prometheus.test:9090/graph" in found
    assert "evil.test" not in found
    assert "javascript:" not in found


def test_what_a_source_said_is_a_quotation_that_shows_what_would_be_invisible() -> None:
    found = json.dumps([post.blocks for post in reply_posts(reply(), PLACES)], ensure_ascii=False)
    assert "Nobody here wrote or checked this:" in found
    assert "⟨U+202E⟩gnp.exe ⟨U+001B⟩[31mred" in found


def test_a_chart_is_a_picture_where_it_was_uploaded_and_words_where_not() -> None:
    charts = (Chart(id="c1", title="Errors", alt="Errors rise at 02:41", spec={}),)
    drawn = reply_posts(reply(charts=charts), PLACES, {"c1": "F1"})[0].blocks
    told = reply_posts(reply(charts=charts), PLACES)[0].blocks
    assert next(each for each in drawn if each["type"] == "image")["slack_file"] == {"id": "F1"}
    assert "Errors: Errors rise at 02:41" in json.dumps(told)


def test_a_card_shows_everything_people_decide_on() -> None:
    sent = posts(card_blocks(CARD, PLACES), card_text(CARD))
    assert accepted(sent)
    text = said(sent)
    for shown in (
        "Roll back checkout to 1.4.1",
        "version = 1.4.1 (untrusted text)",
        "Untrusted: version came from text that nobody here wrote.",
        "version: 1.4.2 → 1.4.1",
        "Undo: deploy.release version=1.4.2",
        "Checked by: checkout's error rate is below 2 %",
        "Touches: checkout, storefront",
        "Needs: 2 approvals, not from Alice",
        "Policy: writes-need-two",
        f"Digest: {DIGEST[:12]}",
        "Waits until: ",
    ):
        assert shown in text


def test_a_button_names_the_plan_and_the_digest_that_was_seen() -> None:
    pressed = row(CARD)
    assert [(each["action_id"], each["value"]) for each in pressed] == [
        ("approve", f"run_1 {DIGEST}"),
        ("deny", f"run_1 {DIGEST}"),
        ("why", "run_1"),
        ("ask_more", f"run_1 {DIGEST}"),
        ("edit", f"run_1 {DIGEST}"),
        ("more", f"run_1 {DIGEST}"),
    ]
    assert pressed[0]["confirm"]["title"]["text"] == "Approve this plan?"


def test_a_spent_card_has_no_buttons_left_to_press() -> None:
    spent = CARD.model_copy(update={"status": "succeeded", "buttons": ()})
    assert [block["type"] for block in card_blocks(spent, PLACES)].count("actions") == 0


def test_a_passkey_is_asked_for_on_its_page() -> None:
    sign = Button(label="Approve with a passkey", action=ButtonAction.SIGN, value="run/1", plan_digest=DIGEST)
    card = CARD.model_copy(update={"buttons": (sign,), "assurance": Assurance.PASSKEY})
    assert row(card)[0]["url"] == "https://qd.test/console/approve/run%2F1"
    assert "with a passkey" in plain(card_blocks(card, PLACES))


def test_a_reply_without_a_plan_has_no_card() -> None:
    assert card_posts(reply(), PLACES) == []
    assert len(card_posts(reply(card=CARD), PLACES)) == 1


@settings(deadline=None)
@given(TEXTS, TEXTS, st.lists(TEXTS, max_size=40))
def test_slack_takes_any_reply_whole(text: str, note: str, lines: list[str]) -> None:
    whole = "\n".join([text, *[f"- {line}" for line in lines]])
    sent = reply_posts(reply(whole, note=note, evidence=()), PLACES)
    assert accepted(sent)
    shown = said(sent).replace("\n", "")
    for line in whole.splitlines():
        assert visible(line.removeprefix("- ")).replace("\n", "") in shown


def test_the_words_of_a_notification_call_nobody() -> None:
    sent = reply_posts(reply("<!channel> <@U1> & more"), PLACES)
    assert sent[0].text == "&lt;!channel&gt; &lt;@U1&gt; &amp; more"


@settings(deadline=None)
@given(TEXTS, TEXTS, TEXTS, st.lists(TEXTS, max_size=20))
def test_slack_takes_any_card(title: str, value: str, result: str, warnings: list[str]) -> None:
    step = CARD.steps[0].model_copy(update={"arguments": (Fact(name="x", value=value),), "result": result})
    card = CARD.model_copy(update={"title": title, "steps": (step,) * 12, "warnings": tuple(warnings)})
    sent = posts(card_blocks(card, PLACES), card_text(card))
    assert accepted(sent)
    assert said(sent).count(f"x = {visible(value)}") == 12 or not value


@given(st.text(), st.integers(min_value=1, max_value=60))
def test_cutting_keeps_whole_letters_within_the_limit(text: str, most: int) -> None:
    short = limits.cut(text, most)
    assert limits.length(short) <= most
    assert short == text or text.startswith(short.removesuffix("…"))
    assert "".join(limits.pieces(text, most + 1)) == text
    assert all(limits.length(each) <= most + 1 for each in limits.pieces(text, most + 1))


def test_a_long_text_goes_on_in_the_next_message() -> None:
    lines = "\n".join(f"line {number} " + "x" * 90 for number in range(400))
    sent = posts([header("Log"), rich(quote(lines))])
    assert len(sent) > 2
    assert accepted(sent)
    assert said(sent).removeprefix("Log\n").replace("\n", "") == lines.replace("\n", "")


def test_many_blocks_become_several_messages() -> None:
    sent = posts([rich(section([words(f"step {number}")])) for number in range(120)])
    assert [len(post.blocks) for post in sent] == [50, 50, 20]


@pytest.mark.parametrize("label", ["", "x" * 200])
def test_a_button_has_a_label_that_fits(label: str) -> None:
    pressed: Block = {"type": "actions", "elements": [button(label, "say:1", "hello")]}
    assert violations([pressed]) == []
