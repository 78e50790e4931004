"""While an answer takes its time people see what is being done; it is never said in words of somebody else's."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.surfaces.teams.streaming import STEPS, Stream
from memory.clock import SystemClock
from tests.bot.surfaces.teams.house import QUICK, House, everybody, house, joined
from tests.fakes.teams.client import CHANNEL, CHAT, words
from tests.fakes.teams.service import teams
from tests.patience import until

EAGER = replace(QUICK, patience=timedelta(milliseconds=20), typing=timedelta(milliseconds=30))


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[House]:
    async with teams(SystemClock()) as service, house(tmp_path, joined(service), pace=EAGER) as made:
        await everybody(made.store)
        yield made


async def test_a_stream_says_what_is_done_and_ends_in_the_answer(at: House) -> None:
    at.thinking.delay_s = 0.5
    await at.client("alice").say("hello **bold**")
    await until(lambda: at.service.said(CHAT))
    assert at.service.streamed[:3] == list(STEPS[:3])
    (answer,) = at.service.said(CHAT)
    assert answer["entities"] == [{"type": "streaminfo", "streamId": f"a-{CHAT}", "streamType": "final"}]
    assert "You said: hello **bold**" in words(answer["attachments"][0]["content"])
    assert answer.get("text", "") == ""
    assert at.service.streams == {}


async def test_what_is_answered_at_once_and_what_is_asked_in_a_channel_has_no_stream(tmp_path: Path) -> None:
    async with teams(SystemClock()) as service, house(tmp_path, joined(service)) as at:
        await everybody(at.store)
        at.thinking.delay_s = 0.2
        await at.client("alice").say("hello")
        await at.client("alice", conversation=CHANNEL, direct=False).say("hello")
        await until(lambda: service.said(CHAT) and service.said(CHANNEL))
        assert service.streamed == []
        assert set(service.typing) == {CHAT, CHANNEL}


async def test_a_channel_has_no_stream_however_long_it_takes(at: House) -> None:
    at.thinking.delay_s = 0.3
    await at.client("alice", conversation=CHANNEL, direct=False).say("hello")
    await until(lambda: at.service.said(CHANNEL))
    assert at.service.streamed == []
    assert at.service.typing.count(CHANNEL) > 1


async def test_an_answer_whose_stream_was_stopped_is_a_message_of_its_own(at: House) -> None:
    at.thinking.delay_s = 0.5
    await at.client("alice").say("hello")
    await until(lambda: len(at.service.streamed) >= 2)
    at.service.stopped = True
    await until(lambda: at.service.said(CHAT))
    (answer,) = at.service.said(CHAT)
    assert "entities" not in answer
    assert "You said: hello" in words(answer["attachments"][0]["content"])


async def test_of_two_questions_at_once_in_a_chat_one_has_the_stream(at: House) -> None:
    at.thinking.delay_s = 0.4
    alice = at.client("alice")
    await asyncio.gather(alice.say("one"), alice.say("two"))
    await until(lambda: len(at.service.said(CHAT)) == 2)
    assert len([each for each in at.service.said(CHAT) if "entities" in each]) == 1


async def test_an_error_ends_the_stream_too(at: House) -> None:
    at.thinking.delay_s = 0.2
    await at.client("alice").say("crash")
    await until(lambda: at.service.said(CHAT))
    assert "expected sense, found none" in words(at.service.said(CHAT)[0]["attachments"][0]["content"])
    assert at.service.streams == {}


def test_the_words_of_a_stream_count_up_and_the_last_has_no_number() -> None:
    stream = Stream()
    first = stream.next("Reading")
    assert first["channelData"] == {"streamType": "informative", "streamSequence": 1}
    stream.id = "a-1"
    second = stream.next("Looking")
    assert second["channelData"] == {"streamType": "informative", "streamSequence": 2, "streamId": "a-1"}
    final = stream.final({"type": "message"})
    assert final["channelData"] == {"streamId": "a-1", "streamType": "final"}
