"""Readings that were made before: of the very same words, and of words that mean the same. Never of what acts.

A kept reading is used only under the scope it was made in: the same models, prompt, tools, catalogue, policy and
conversation. Words count as meaning the same where they are near each other as vectors, hold the same names,
numbers and negations, and the embedded interpreter makes the same of both.
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Protocol

import numpy as np

from agents.interpreter.focus import Focus
from agents.model.completion import Completion
from memory.canonical import canonical
from memory.clock import Clock
from memory.embedding import Embedder
from memory.model.intent import Intent
from memory.model.model_answer import ModelAnswer

LIFETIME = timedelta(hours=12)
NEAR = 0.92  # of the dot product of two unit vectors
_TOKEN = re.compile(r"[\w.:/@+-]*\w")
_NEGATIONS = frozenset(
    {"not", "no", "never", "without", "except", "but", "don't", "isn't", "doesn't", "won't", "stop"}
)


class Answers(Protocol):
    """Keeps answers of models, each tenant's apart."""

    async def find(self, tenant: str, key: str) -> ModelAnswer | None:
        """Return what is kept under a key, None where nothing is."""

    async def of(self, tenant: str, scope: str) -> tuple[ModelAnswer, ...]:
        """Return what is kept of a scope, newest first."""

    async def keep(self, answer: ModelAnswer) -> None:
        """Keep an answer in place of the one under its key, and drop what no longer stands."""


async def _uncounted(model: str) -> None:
    """Count nothing."""


class ReadingCache:
    """One tenant's readings. `terms` returns what readings depend on besides words: it is asked for each.

    `reused` is told of each reading that is used again, by the name of the model that made it.
    """

    def __init__(
        self,
        tenant: str,
        answers: Answers,
        embedder: Embedder,
        clock: Clock,
        *,
        terms: Callable[[], Sequence[str]],
        names: Sequence[str],
        lifetime: timedelta = LIFETIME,
        reused: Callable[[str], Awaitable[None]] = _uncounted,
    ) -> None:
        self.reused = reused
        self._tenant = tenant
        self._answers = answers
        self._embedder = embedder
        self._clock = clock
        self._terms = terms
        self._names = frozenset(name.lower() for name in names)
        self._lifetime = lifetime

    async def find(self, text: str, focus: Focus, embedded: Awaitable[Intent]) -> Completion | None:
        """Return what a model said to the same words, or to words that mean the same.

        `embedded`, the embedded reading, is waited for only where something was kept that it may speak against.
        """
        now, scope = self._clock.now(), self._scope(focus)
        exact = await self._answers.find(self._tenant, _digest(scope, _plain(text)))
        if exact is not None and now < exact.until:
            return _said(exact)
        kept = [each for each in await self._answers.of(self._tenant, scope) if now < each.until]
        anchors = self._anchors(text)
        named = [each for each in kept if each.anchors == anchors]
        reading = _reading(await embedded) if named else ""
        alike = [each for each in named if each.reading == reading]
        if not alike:
            return None
        vectors = np.stack([np.frombuffer(each.vector, dtype=np.float32) for each in alike])
        near = vectors @ np.frombuffer(await self._vector(text), dtype=np.float32)
        best = int(np.argmax(near))
        return _said(alike[best]) if near[best] >= NEAR else None

    async def keep(self, text: str, focus: Focus, embedded: Intent, said: Completion) -> None:
        """Keep what a model said to these words. The caller knows that it only looks."""
        now, scope = self._clock.now(), self._scope(focus)
        await self._answers.keep(
            ModelAnswer(
                key=_digest(scope, _plain(text)),
                tenant=self._tenant,
                scope=scope,
                vector=await self._vector(text),
                anchors=self._anchors(text),
                reading=_reading(embedded),
                model=said.model,
                answer=json.dumps({"text": said.text, "called": said.called}, ensure_ascii=False),
                at=now,
                until=now + self._lifetime,
            )
        )

    async def _vector(self, text: str) -> bytes:
        vectors = await asyncio.to_thread(self._embedder.embed, [text])
        return np.asarray(vectors[0], dtype=np.float32).tobytes()

    def _scope(self, focus: Focus) -> str:
        return _digest(self._embedder.identity, focus.model_dump_json(), *self._terms())

    def _anchors(self, text: str) -> tuple[str, ...]:
        """Return the words of which each one matters: names, what holds a digit, negations."""
        words = (word.lower() for word in _TOKEN.findall(text))
        return tuple(
            sorted(
                word for word in words if word in self._names or word in _NEGATIONS or any(map(str.isdigit, word))
            )
        )


def _plain(text: str) -> str:
    return " ".join(text.split())


def _reading(embedded: Intent) -> str:
    meant = {"kind": embedded.kind.value, "tool": embedded.tool, "values": embedded.values()}
    return sha256(canonical(meant)).hexdigest()


def _said(kept: ModelAnswer) -> Completion:
    answer = json.loads(kept.answer)
    return Completion(text=answer["text"], called=answer["called"], model=kept.model)


def _digest(*parts: str) -> str:
    return sha256("\x00".join(parts).encode()).hexdigest()
