"""Steering a conversation by voice: repeat, slower, stop, send it to the channel."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.surfaces.speech import FAST, SLOW, USUAL
from bot.surfaces.voice.conversing import NOTHING_TO_REPEAT, NOTHING_TO_SEND
from bot.voice.ports import Clip
from memory.errors import InvalidInput
from tests.bot.surfaces.voice.house import VoiceHouse, voices

QUESTION = "what is wrong with checkout"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[VoiceHouse]:
    async with voices(tmp_path) as made:
        yield made


async def test_what_was_said_is_said_again_slower_and_at_the_usual_pace(house: VoiceHouse) -> None:
    assert (await house.says("alice", "repeat that")).says == NOTHING_TO_REPEAT
    first = await house.says("alice", QUESTION)
    slower = await house.says("alice", "slower please")
    assert (slower.says, slower.pace) == (first.says, SLOW)
    assert (await house.says("alice", "say that again")).pace == SLOW
    assert (await house.says("alice", "faster")).pace == USUAL
    assert (await house.says("alice", "faster")).pace == FAST


async def test_a_readback_is_repeated_with_its_code(house: VoiceHouse) -> None:
    asked = await house.says("alice", "roll back checkout")
    again = await house.says("alice", "repeat")
    assert again.says == asked.says
    assert again.waiting == asked.waiting


async def test_stop_ends_the_talking_and_nothing_else(house: VoiceHouse) -> None:
    await house.says("alice", "roll back checkout")
    stopped = await house.says("alice", "stop")
    assert stopped.hush
    assert stopped.says == ""
    await house.says("alice", "confirm zero zero")
    assert await house.runs() == 1


async def test_an_answer_is_sent_to_the_channel_where_there_is_one(house: VoiceHouse) -> None:
    assert (await house.says("alice", "send it to the channel")).says == NOTHING_TO_SEND
    answer = await house.says("alice", QUESTION)
    assert (await house.says("alice", "send it to the channel")).says == "Sent to inc one."
    assert answer.reply is not None
    assert house.channel.posted == [answer.reply.id]
    house.channel.name = ""
    assert "has no channel" in (await house.says("alice", "send it")).says


async def test_conversations_are_one_sessions(house: VoiceHouse) -> None:
    await house.says("alice", QUESTION)
    assert (await house.says("alice", "repeat", session="ses_2")).says == NOTHING_TO_REPEAT


async def test_the_same_bytes_are_known_to_be_heard_again(house: VoiceHouse) -> None:
    person = house.person("alice")
    first = await house.voice.hear(person, Clip(b"how are things"))
    second = await house.voice.hear(person, Clip(b"how are things"))
    assert (first.again, second.again) == (False, True)
    assert house.recogniser.hints[0].names == ("checkout",)


async def test_what_is_no_recording_is_said_to_be_none(house: VoiceHouse) -> None:
    with pytest.raises(InvalidInput):
        await house.voice.hear(house.person("alice"), Clip(b"\x00\x01"))
