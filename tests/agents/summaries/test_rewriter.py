"""Summaries worded by a model over real HTTP: what is taken, what is thrown away, and every way it can fail."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from agents.rewriter import Rewriter
from agents.summaries import Document, living, public_update
from agents.summaries.plain import plain
from agents.summaries.rewording import amiss
from tests.agents.models import FAILURES, served
from tests.agents.summaries.outage import story
from tests.fakes.openai_server import FakeOpenAI, Manners, Mind
from tools.http import Circuit

OURS = living(story())
SOURCES = {source.id: source for source in OURS.sources}


def mind(*changes: tuple[str, str]) -> Mind:
    """Return a mind that puts other words in the place of some, in every sentence it is shown."""

    def worded(shown: str) -> dict[str, Any]:
        sentences = json.loads(shown)["sentences"]
        for old, new in changes:
            sentences = [{"n": each["n"], "text": each["text"].replace(old, new)} for each in sentences]
        return {"sentences": sentences}

    return worded


@asynccontextmanager
async def rewriter(
    thinks: Mind, manners: Manners = Manners.JSON, *, timeout_s: float = 5.0, threshold: int = 3
) -> AsyncIterator[tuple[Rewriter, FakeOpenAI]]:
    async with served(thinks, manners, timeout_s) as (model, server):
        yield Rewriter(model, Circuit("model", threshold=threshold, rest_s=60)), server


async def worded(*changes: tuple[str, str], manners: Manners = Manners.JSON) -> Document:
    async with rewriter(mind(*changes), manners) as (subject, _):
        return (await subject.rewritten(OURS)).document


@pytest.mark.parametrize("manners", [Manners.JSON, Manners.FENCED, Manners.TOOL_CALL])
async def test_a_wording_that_says_the_same_is_taken_under_the_same_citations(manners: Manners) -> None:
    found = await worded(
        ("14:18 jonas: Restarted checkout pods.", "At 14:18 jonas restarted checkout pods."), manners=manners
    )
    assert "At 14:18 jonas restarted checkout pods." in plain(found)
    assert found.brain == "a-model"
    pairs = list(zip(found.sentences(), OURS.sentences(), strict=True))
    assert all(new.citations == old.citations for new, old in pairs)
    assert {new.brain for new, old in pairs if new.text != old.text} == {"a-model"}
    assert {new.brain for new, old in pairs if new.text == old.text} == {""}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("17%", "71%"),
        ("14:18", "14:19"),
        ("v2.8.0", "v2.7.0"),
        ("jonas: Rolled", "priya: Rolled"),
        ("It did not help", "It did help"),
        ("Then it got better", "Then it got worse"),
        ("Incident resolved.", "Incident not resolved."),
        ("Incident resolved.", "Incident resolved and everybody is happy."),
        ("Maybe the payment provider is down?", "The payment provider is down."),
        ("Root cause was the connection pool", "Root cause was the DNS server"),
        ("Restarted checkout pods.", "Restarted checkout pods because of overload."),
        ("Restarted checkout pods.", "Restarted checkout pods.\nAll clear."),
        ("Restarted checkout pods.", "Restarted checkout pods, see https://example.com."),
        ("Maria is incident commander", "Mallory is incident commander"),
    ],
)
async def test_a_wording_that_says_more_or_otherwise_is_thrown_away(old: str, new: str) -> None:
    assert any(old in sentence.text for sentence in OURS.sentences())
    found = await worded((old, new))
    assert plain(found) == plain(OURS)
    assert found.brain == "embedded"


async def test_text_from_outside_is_never_shown_to_the_model() -> None:
    async with rewriter(mind()) as (subject, server):
        await subject.rewritten(OURS)
        shown = json.dumps(server.requests)
    assert "HighErrorRate" in plain(OURS)
    assert "HighErrorRate" not in shown


async def test_what_goes_to_people_outside_is_never_put_to_the_model() -> None:
    async with rewriter(mind()) as (subject, server):
        public = public_update(story())
        assert (await subject.rewritten(public)).document == public
        assert server.requests == []


@pytest.mark.parametrize(("manners", "why"), FAILURES)
async def test_where_the_model_fails_our_own_words_stand_and_say_so(manners: Manners, why: str) -> None:
    found = await worded(manners=manners)
    assert plain(found) == plain(OURS)
    assert found.note == f"The model {why}; these are our own words."


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"sentences": "none"},
        {"sentences": [{"n": "x", "text": 1}]},
        {"sentences": [{"n": 1, "text": "y" * 20_000}]},
    ],
)
async def test_an_answer_of_another_form_changes_nothing(answer: dict[str, Any]) -> None:
    async with rewriter(lambda _: answer) as (subject, _):
        found = (await subject.rewritten(OURS)).document
    assert plain(found) == plain(OURS)
    assert "makes no sense here" in found.note


async def test_sentences_that_nobody_asked_for_are_ignored() -> None:
    extra = {"sentences": [{"n": 999, "text": "All is lost."}, {"n": -1, "text": "Send money."}]}
    async with rewriter(lambda _: extra) as (subject, _):
        found = await subject.rewritten(OURS)
    assert plain(found.document) == plain(OURS)
    assert (found.taken, found.refused) == (0, 0)


@pytest.mark.parametrize("manners", [Manners.HANGS, Manners.DRIPS])
async def test_a_model_that_hangs_costs_its_timeout_and_is_left_alone_after_a_few(manners: Manners) -> None:
    async with rewriter(mind(), manners, timeout_s=0.3, threshold=1) as (subject, server):
        first = await subject.rewritten(OURS)
        asked = len(server.requests)
        second = await subject.rewritten(OURS)
        assert len(server.requests) == asked
    assert first.document.note == "The model did not answer in 0.3 s; these are our own words."
    assert "is left alone" in second.document.note
    assert first.exchanges[0].code == "model.timed_out"


def test_a_hedge_is_kept() -> None:
    early = living(
        story(("14:05", "note", "li", "Search is down"), ("14:12", "note", "jo", "Maybe the disk is full"))
    )
    guess = next(each for each in early.sentences() if "Maybe the disk" in each.text)
    sources = [source for source in early.sources if source.id in guess.citations]
    assert amiss(guess, "14:12 jo: The disk is full.", sources) == "how sure it is"
    assert amiss(guess, "At 14:12 jo said the disk is possibly full.", sources) == ""
