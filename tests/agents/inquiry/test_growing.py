"""An answer that grows: a sentence that stands is told once it is whole; to stop ends the provider's request."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from agents.waiting import Stop, Waiting, waited_for
from tests.agents.inquiry.test_inquiry import ASKS, finishes, investigating, looks
from tests.fakes.openai_server import Manners

WELL = ("Checkout looks as usual", ["e1"])
MADE_UP = ("The error rate is 73.1 %", ["e1"])


async def came_true(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110  # what another end of a connection does has no event here
            await asyncio.sleep(0.01)


async def test_our_own_findings_come_first_then_each_sentence_that_stands_and_no_other(tmp_path: Path) -> None:
    told: list[str] = []
    turn = finishes(WELL, MADE_UP, ("Nothing was changed", ["e1"]))
    async with investigating(tmp_path, looks(), turn) as (talk, _, _):
        with waited_for(Waiting(Stop(), told.append, listens=True)):
            answer = await talk.say(ASKS)
    assert "adds" not in told[0]
    assert told[1] == f"{told[0]}\nthinker adds: Checkout looks as usual [1]."
    assert told[2] == answer.text == f"{told[1]} Nothing was changed [1]."
    assert "73.1" not in "".join(told)


async def test_a_sentence_is_told_before_the_next_is_said(tmp_path: Path) -> None:
    told: list[str] = []
    async with investigating(tmp_path, finishes(WELL, ("Nothing was changed", ["e1"]))) as (talk, server, _):
        server.pauses_at = "Nothing"
        with waited_for(Waiting(Stop(), told.append, listens=True)):
            asking = asyncio.create_task(talk.say(ASKS))
            await came_true(lambda: len(told) == 2)
            assert not asking.done()
            server.resumed.set()
            await asking
    assert len(told) == 3


async def test_stopping_ends_the_providers_request_and_what_stood_is_the_answer(tmp_path: Path) -> None:
    told: list[str] = []
    stop = Stop()
    async with investigating(tmp_path, finishes(WELL, ("Nothing was changed", ["e1"]))) as (talk, server, world):
        server.pauses_at = "Nothing"
        with waited_for(Waiting(stop, told.append, listens=True)):
            asking = asyncio.create_task(talk.say(ASKS))
            await came_true(lambda: len(told) == 2)
            stop.press()
            answer = await asyncio.wait_for(asking, 2)
        await came_true(lambda: server.abandoned == 1)
    assert answer.text == told[-1]
    assert answer.note == "Investigated with thinker. It was stopped before it came to an end."
    assert (world.journal.asked_of_models[-1].model, world.journal.asked_of_models[-1].code) == (
        "thinker",
        "model.stopped",
    )


async def test_what_is_stopped_before_anything_stands_leaves_our_own_findings(tmp_path: Path) -> None:
    stop, told = Stop(), list[str]()

    def tell(text: str) -> None:
        told.append(text)
        stop.press()

    async with investigating(tmp_path, finishes(WELL), manners=Manners.HANGS) as (talk, server, _):
        with waited_for(Waiting(stop, tell, listens=True)):
            answer = await asyncio.wait_for(talk.say(ASKS), 3)
    assert answer.text == told[0]
    assert "was stopped" in answer.note
    assert server.requests == []


async def test_a_stream_that_breaks_off_keeps_nothing_of_what_another_says_instead(tmp_path: Path) -> None:
    told: list[str] = []
    async with investigating(tmp_path, finishes(WELL), manners=Manners.HANGS_UP_MIDWAY) as (talk, _, _):
        with waited_for(Waiting(Stop(), told.append, listens=True)):
            answer = await talk.say(ASKS)
    assert answer.text == told[0]
    assert "broke off" in answer.note or "could not be reached" in answer.note


async def test_what_came_too_late_to_end_keeps_the_sentences_that_stood(tmp_path: Path) -> None:
    told: list[str] = []
    turn = finishes(WELL, ("Nothing was changed", ["e1"]))
    async with investigating(tmp_path, turn, timeout_s=0.5) as (talk, server, _):
        server.pauses_at = "Nothing"
        with waited_for(Waiting(Stop(), told.append, listens=True)):
            answer = await asyncio.wait_for(talk.say(ASKS), 5)
    assert answer.text == told[-1]
    assert "did not answer in 0.5 s before it came to an end" in answer.note
