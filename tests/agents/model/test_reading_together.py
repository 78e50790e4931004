"""The model and the embedded interpreter read at the same time, and neither is left behind."""

import asyncio
from typing import Any

import pytest

from agents.interpreter.focus import Focus
from agents.model.completion import Completion
from agents.model.understanding import ModelUnderstanding
from agents.reading import Reading
from tests.fakes.observer import NOW
from tests.fakes.people import CATALOGUE
from tests.fakes.time import FakeClock
from tests.fakes.understanding import FakeUnderstanding
from tools.capabilities import EVERY
from tools.http import Circuit

TEXT = "list alerts"
SAID = '{"kind": "tool", "tool": "alerts.list", "arguments": {}, "question": "", "confidence": 0.9}'


class Met(FakeUnderstanding):
    """Reads once the other side is there too; knows when it began, and whether it was left."""

    def __init__(self, meeting: asyncio.Barrier) -> None:
        super().__init__()
        self.meeting = meeting
        self.begun = asyncio.Event()
        self.left = False

    async def interpret(self, text: str, focus: Focus) -> Reading:
        self.begun.set()
        try:
            await self.meeting.wait()
        except asyncio.CancelledError:
            self.left = True
            raise
        return await super().interpret(text, focus)


class Meeting:
    """A model that answers once the other side reads too."""

    name = "a-model"

    def __init__(self, meeting: asyncio.Barrier) -> None:
        self.meeting = meeting

    async def complete(self, system: str, text: str, schema: dict[str, Any]) -> Completion:
        await self.meeting.wait()
        return Completion(text=SAID)


def reading(parties: int) -> tuple[ModelUnderstanding, Met]:
    meeting = asyncio.Barrier(parties)
    embedded = Met(meeting)
    breaker, clock = Circuit("model"), FakeClock(NOW)
    model = Meeting(meeting)
    return ModelUnderstanding(
        model, embedded, breaker=breaker, clock=clock, catalogue=CATALOGUE, capabilities=EVERY
    ), embedded


async def test_the_embedded_reading_is_made_while_the_model_is_asked() -> None:
    subject, _ = reading(2)
    async with asyncio.timeout(5):
        found = await subject.interpret(TEXT, Focus())
    assert (found.intent.tool, found.intent.brain) == ("alerts.list", "a-model")


async def test_a_turn_that_is_left_leaves_no_reading_behind() -> None:
    subject, embedded = reading(3)
    turn = asyncio.create_task(subject.interpret(TEXT, Focus()))
    await embedded.begun.wait()
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn
    assert embedded.left
