"""Clips of chats: what was spoken is marked so, and what does more than look is a button, and never done."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from agents.hearing.heard import Heard
from bot.surfaces.slack.conversing import message
from bot.surfaces.voice.clips import ClipListener
from bot.surfaces.voice.ports import Meant
from memory.errors import InvalidInput
from memory.model.arrival import Arrival, ArrivalKind
from memory.model.people import Surface
from tests.bot.surfaces.voice.house import HINTS, meaning, voices
from tests.fakes.people import ALICE
from tests.fakes.recogniser import FakeRecogniser


def arrival() -> Arrival:
    return Arrival(
        id="ar_1",
        tenant="acme",
        kind=ArrivalKind.MESSAGE,
        name="message",
        team="T",
        received_at=datetime(2026, 11, 21, tzinfo=UTC),
    )


async def test_a_clip_becomes_its_words() -> None:
    listener = ClipListener(FakeRecogniser(), lambda: HINTS, meaning)
    assert await listener.heard(b"how are things", "audio/mp4", ALICE) == "how are things"


async def test_silence_and_doubtful_words_are_asked_about() -> None:
    async def doubtful(found: Heard, *, going_on: bool) -> Meant:
        del going_on
        return Meant(found.text, question="I heard 'check out'. Which do you mean?")

    for mean in (meaning, doubtful):
        with pytest.raises(InvalidInput, match=r"heard"):
            await ClipListener(FakeRecogniser(), lambda: HINTS, mean).heard(b"", "audio/mp4", ALICE)


async def test_what_was_spoken_in_a_chat_is_kept_for_confirmation_and_not_submitted(tmp_path: Path) -> None:
    async with voices(tmp_path) as house:
        alice = house.person("alice").principal
        spoken = message(arrival(), alice, "roll back checkout", "slack:T:C:1", spoken_aloud=True)
        typed = message(arrival(), alice, "roll back checkout", "slack:T:C:1", part="typed")
        assert (spoken.surface, typed.surface) == (Surface.VOICE, Surface.SLACK)
        await house.behind.desk.say(spoken, alice)
        assert await house.runs() == 0
        await house.behind.desk.say(typed, alice)
        assert await house.runs() == 1
