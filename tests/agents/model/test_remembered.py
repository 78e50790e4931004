"""Readings used again: of the same words and of words that mean the same, never of what acts or is out of date."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.interpreter.focus import Focus
from agents.model.endpoint import ModelEndpoint, OpenAIModel
from agents.model.remembered import ReadingCache
from agents.model.understanding import ModelUnderstanding
from memory.model.intent import Argument, Intent, Provenance
from memory.model.model_answer import ModelAnswer
from tests.fakes.observer import NOW
from tests.fakes.openai_server import FakeOpenAI, openai_server
from tests.fakes.people import CATALOGUE
from tests.fakes.time import FakeClock
from tests.fakes.understanding import FakeUnderstanding
from tools.capabilities import EVERY
from tools.http import Circuit


@dataclass
class Kept:
    """Answers in memory."""

    rows: dict[tuple[str, str], ModelAnswer] = field(default_factory=dict)

    async def find(self, tenant: str, key: str) -> ModelAnswer | None:
        return self.rows.get((tenant, key))

    async def of(self, tenant: str, scope: str) -> tuple[ModelAnswer, ...]:
        return tuple(each for each in self.rows.values() if (each.tenant, each.scope) == (tenant, scope))

    async def keep(self, answer: ModelAnswer) -> None:
        self.rows[answer.tenant, answer.key] = answer


class Words:
    """An embedding in which texts are near as far as they share words."""

    identity = "words"

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), 384), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in text.lower().replace("?", "").split():
                row[sum(map(ord, word)) % 384] += 1
        found: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return found

    def knows(self, word: str) -> bool:
        return True


@dataclass
class Subject:
    """An understanding with a cache, and what it stands between."""

    understanding: ModelUnderstanding
    server: FakeOpenAI
    kept: Kept
    clock: FakeClock
    terms: list[str]

    async def read(self, text: str, focus: Focus | None = None) -> Intent:
        return (await self.understanding.interpret(text, focus or Focus())).intent


HEALTH = {"kind": "tool", "tool": "service.health", "arguments": {"service": "checkout", "window": "2h"}}


@asynccontextmanager
async def caching(reading: dict[str, object] | None = None, tenant: str = "acme") -> AsyncIterator[Subject]:
    async with openai_server(lambda _: {"question": "", "confidence": 0.9, **(reading or HEALTH)}) as server:
        clock, kept, terms = FakeClock(NOW), Kept(), ["policy-1"]
        model = OpenAIModel(ModelEndpoint(base_url=server.base_url, model="a-model"))
        cache = ReadingCache(
            tenant, kept, Words(), clock, terms=lambda: terms, names=[*CATALOGUE.names(), "production", "staging"]
        )
        subject = ModelUnderstanding(
            model,
            FakeUnderstanding(),
            breaker=Circuit("model"),
            clock=clock,
            catalogue=CATALOGUE,
            capabilities=EVERY,
            cache=cache,
        )
        try:
            yield Subject(subject, server, kept, clock, terms)
        finally:
            await model.close()


async def test_the_same_words_are_asked_about_once_and_say_who_read_them() -> None:
    async with caching() as subject:
        first = await subject.read("what is wrong with checkout?")
        again = await subject.read("what  is wrong with checkout?")
        told = await subject.understanding.interpret("what is wrong with checkout?", Focus())
        assert len(subject.server.requests) == 1
    assert again.values() == first.values()
    assert again.brain == "a-model"
    assert (told.exchanges[0].cached, told.exchanges[0].input_tokens) == (True, None)
    assert told.exchanges[0].prompt == ""


async def test_words_that_mean_the_same_are_asked_about_once() -> None:
    async with caching() as subject:
        await subject.read("what is wrong with checkout at the moment please?")
        await subject.read("please what is wrong with checkout at the moment?")
        assert len(subject.server.requests) == 1


@pytest.mark.parametrize(
    "other",
    [
        "what is wrong with payments at the moment please?",
        "what is not wrong with checkout at the moment please?",
        "what is wrong with checkout at the moment please? 5",
    ],
)
async def test_another_name_number_or_negation_is_another_question(other: str) -> None:
    async with caching() as subject:
        await subject.read("what is wrong with checkout at the moment please?")
        await subject.read(other)
        assert len(subject.server.requests) == 2


@pytest.mark.parametrize(
    "reading",
    [
        {
            "kind": "tool",
            "tool": "service.restart",
            "arguments": {"service": "checkout", "environment": "production"},
        },
        {"kind": "clarify", "tool": "", "arguments": {}, "question": "Which one?"},
        {"kind": "out_of_scope", "tool": "", "arguments": {}},
        {
            "kind": "tool",
            "tool": "service.health",
            "arguments": {"service": "checkout", "window": "2026-11-20T10:00Z/2026-11-20T11:00Z"},
        },
    ],
)
async def test_what_acts_asks_back_or_rests_on_a_moment_is_never_kept(reading: dict[str, object]) -> None:
    async with caching(reading) as subject:
        await subject.read("do something about checkout")
        assert subject.kept.rows == {}
        await subject.read("do something about checkout")
        assert len(subject.server.requests) == 2


async def test_a_change_of_policy_tools_prompt_or_model_asks_anew() -> None:
    async with caching() as subject:
        await subject.read("what is wrong with checkout?")
        subject.terms[0] = "policy-2"
        await subject.read("what is wrong with checkout?")
        assert len(subject.server.requests) == 2


async def test_another_conversation_or_a_later_day_asks_anew() -> None:
    async with caching() as subject:
        await subject.read("what is wrong with checkout?")
        before = Argument(value="payments", provenance=Provenance.SAID)
        await subject.read("what is wrong with checkout?", Focus(tool="service.health", about={"service": before}))
        assert len(subject.server.requests) == 2
        subject.clock.move(13 * 3600)
        await subject.read("what is wrong with checkout?")
        assert len(subject.server.requests) == 3


async def test_a_kept_reading_that_no_longer_holds_is_not_used() -> None:
    async with caching() as subject:
        await subject.read("what is wrong with checkout?")
        ((place, row),) = subject.kept.rows.items()
        for answer in (
            '{"text": "", "called": {"kind": "tool", "tool": "gone"}}',
            '{"text": "?", "called": null}',
        ):
            subject.kept.rows[place] = row.model_copy(update={"answer": answer})
            await subject.read("what is wrong with checkout?")
        assert len(subject.server.requests) == 3


async def test_nothing_of_the_words_is_kept_but_names_numbers_and_negations() -> None:
    async with caching() as subject:
        await subject.read("what is wrong with checkout, says Maria?")
        (row,) = subject.kept.rows.values()
    assert row.anchors == ("checkout",)
    assert "Maria" not in row.answer
