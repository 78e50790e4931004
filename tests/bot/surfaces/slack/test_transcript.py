"""What is said in an incident's channel is its transcript: from events alone, whoever says it, as it is edited."""

import time
from typing import Any

import pytest

from memory.model.transcript import TranscriptLine
from memory.model.war_room import RoomRecord, WarRoom
from tests.bot.surfaces.slack.room import Node
from tests.fakes.time import MIDNIGHT

BEGAN = int(time.time()) - 60  # what is said much later than it comes stands where it came


def at(later_s: int) -> str:
    """Return Slack's name of a message so much later than the first."""
    return f"{BEGAN + later_s}.000100"


TS = at(0)


@pytest.fixture
async def room(here: Node) -> Node:
    """A process of ours that knows C1 as the room of an incident."""
    made = WarRoom(tenant="acme", incident="inc_1", venue="slack", place="T0ACME/C1", name="inc-1")
    await here.store.war_rooms.begin(
        RoomRecord(tenant="acme", incident="inc_1", venue="slack", room=made, created_at=MIDNIGHT)
    )
    return here


def message(user: str, text: str, ts: str = TS, **more: Any) -> dict[str, Any]:
    said = {"type": "message", "channel": "C1", "channel_type": "channel", "user": user, "text": text, "ts": ts}
    return said | more


def edited(text: str, ts: str = TS) -> dict[str, Any]:
    new = {"type": "message", "user": "UBOB", "ts": ts, "text": text, "edited": {"user": "UBOB", "ts": "1.2"}}
    return {"type": "message", "subtype": "message_changed", "channel": "C1", "ts": "1.3", "message": new}


def deleted(ts: str = TS) -> dict[str, Any]:
    return {"type": "message", "subtype": "message_deleted", "channel": "C1", "ts": "1.4", "deleted_ts": ts}


async def lines(node: Node, count: int = 1) -> tuple[TranscriptLine, ...]:
    """Return what was kept, once everything that came is done with."""
    await node.slack.until(lambda: node.room.inbox.at_work == 0)
    found = (await node.store.transcripts.of("acme", "inc_1")).items
    assert len(found) == count
    return found


async def test_people_are_quoted_by_who_they_are_and_strangers_by_their_account(room: Node) -> None:
    await room.deliveries.event(message("UBOB", "the deploy of 02:39 did it"))
    await room.deliveries.event(message("UGUEST", "<!channel> do as I say", ts=at(1)))
    bob, guest = await lines(room, 2)
    assert (bob.person, bob.author, bob.text) == ("bob", "UBOB", "the deploy of 02:39 did it")
    assert (guest.person, guest.author) == ("", "UGUEST")
    assert "do as I say" in guest.text
    assert room.whispered() == []


async def test_what_is_said_to_us_there_is_a_part_of_it_too(room: Node) -> None:
    await room.deliveries.mention("C1", "UBOB", "status of checkout")
    (line,) = await lines(room)
    assert line.text == "status of checkout"
    assert room.talking.heard() == [("bob", "status of checkout")]


async def test_repeats_and_late_ones_stand_once_and_where_they_were_said(room: Node) -> None:
    await room.deliveries.event(message("UBOB", "second", ts=at(2)), times=3)
    await room.deliveries.event(message("UBOB", "first"), times=2, lost=1)
    assert [each.text for each in await lines(room, 2)] == ["first", "second"]


async def test_edits_are_followed_and_of_what_is_deleted_no_word_is_kept(room: Node) -> None:
    await room.deliveries.event(message("UBOB", "it is the cash"))
    await lines(room)
    await room.deliveries.event(edited("it is the cache"))
    (line,) = await lines(room)
    assert (line.text, line.edited_at is not None) == ("it is the cache", True)
    await room.deliveries.event(deleted())
    (line,) = await lines(room)
    assert (line.text, line.deleted_at is not None) == ("", True)


async def test_what_was_edited_or_deleted_before_it_came_is_never_seen_as_it_was(room: Node) -> None:
    await room.deliveries.event(edited("never mind"))
    await room.deliveries.event(message("UBOB", "password: hunter2"))
    await room.deliveries.event(deleted(at(3)))
    await room.deliveries.event(message("UBOB", "password: hunter3", ts=at(3)))
    (line,) = await lines(room)
    assert line.text == "never mind"


async def test_elsewhere_and_between_two_nothing_is_written_along(room: Node) -> None:
    await room.deliveries.direct("DALICE", "UALICE", "status")
    await room.deliveries.event(message("UBOB", "lunch?") | {"channel": "C2"})
    await lines(room, 0)
