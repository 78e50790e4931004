"""An answer in Teams while it is made: one card that grows and becomes the answer, and a button that stops it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from memory.clock import SystemClock
from tests.bot.surfaces.teams.house import QUICK, House, everybody, house, joined
from tests.fakes.teams.client import CHANNEL, CHAT, buttons, words
from tests.fakes.teams.service import teams
from tests.patience import until

EAGER = replace(
    QUICK,
    patience=timedelta(milliseconds=20),
    typing=timedelta(milliseconds=30),
    growth=timedelta(milliseconds=20),
)
GROWS = ("checkout fails [1].", "checkout fails [1].\nthinker adds: **bold** since 1.4.2 [2].")


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[House]:
    async with teams(SystemClock()) as service, house(tmp_path, joined(service), pace=EAGER) as made:
        await everybody(made.store)
        made.thinking.grows = GROWS
        yield made


def card(at: House, conversation: str) -> dict[str, object]:
    """Return the only card in a conversation, an empty one where there is none."""
    said = at.service.said(conversation)
    assert len(said) <= 1
    return dict(said[0]["attachments"][0]["content"]) if said else {"body": []}


@pytest.mark.parametrize(("conversation", "direct"), [(CHAT, True), (CHANNEL, False)])
async def test_a_card_grows_and_becomes_the_answer(at: House, conversation: str, direct: bool) -> None:
    at.thinking.delay_s = 0.2 if direct else 0.0  # in a chat of our own a stream has begun by then
    client = at.client("alice", conversation=conversation, direct=direct)
    await client.say("what is wrong with checkout?")
    await until(lambda: "thinker adds: **bold**" in words(card(at, conversation)))
    assert [each["title"] for each in buttons(card(at, conversation))] == ["Stop"]
    at.thinking.go.set()
    await until(lambda: "Looking further" not in words(card(at, conversation)))
    assert "thinker adds" in words(card(at, conversation))
    assert not [each for each in buttons(card(at, conversation)) if each["title"] == "Stop"]
    assert at.service.streams == {}


async def test_who_asked_stops_it_and_nobody_else(at: House) -> None:
    client = at.client("alice", conversation=CHANNEL, direct=False)
    await client.say("what is wrong with checkout?")
    await until(lambda: "thinker adds" in words(card(at, CHANNEL)))
    shown = card(at, CHANNEL)
    await at.client("bob", conversation=CHANNEL, direct=False).press(shown, "Stop")
    assert "Looking further" in words(card(at, CHANNEL))
    await client.press(shown, "Stop")
    await until(lambda: "It was stopped." in words(card(at, CHANNEL)))
