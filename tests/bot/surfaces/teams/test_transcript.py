"""What is said in an incident's thread in Teams is its transcript, as far as Teams shows us what is said there."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from memory.clock import SystemClock
from memory.model.transcript import TranscriptLine
from memory.model.war_room import RoomRecord, WarRoom
from tests.bot.surfaces.teams.house import House, everybody, house
from tests.fakes.teams.client import CHANNEL
from tests.fakes.teams.service import TENANT, teams
from tests.fakes.time import MIDNIGHT
from tests.patience import until


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[House]:
    async with teams(SystemClock()) as microsoft, house(tmp_path, microsoft) as made:
        if not await made.store.identities.of(TENANT, "alice"):
            await everybody(made.store)
        yield made


async def lines(at: House, count: int) -> tuple[TranscriptLine, ...]:
    """Return what was kept, once everything that came is done with."""
    await until(at.settled)
    found = (await at.store.transcripts.of("acme", "inc_1")).items
    assert len(found) == count
    return found


async def roomed(at: House) -> None:
    made = WarRoom(tenant="acme", incident="inc_1", venue="teams", place=CHANNEL, name="inc-1")
    await at.store.war_rooms.begin(
        RoomRecord(tenant="acme", incident="inc_1", venue="teams", room=made, created_at=MIDNIGHT)
    )


async def test_it_is_written_along_once_and_follows_edits_and_deletions(at: House) -> None:
    await roomed(at)
    bob = at.client("bob", conversation=CHANNEL, direct=False)
    said = bob.activity(type="message", text="the deploy of 02:39 did it")
    for _ in range(2):
        await bob.deliver(said)
    (line,) = await lines(at, 1)
    assert (line.person, line.text) == ("bob", "the deploy of 02:39 did it")
    await bob.deliver(
        said | {"type": "messageUpdate", "text": "the flag did it", "channelData": _told(said, "editMessage")}
    )
    assert [each.text for each in await lines(at, 1)] == ["the flag did it"]
    gone = {"type": "messageDelete", "channelData": _told(said, "softDeleteMessage")}
    await bob.deliver(said | gone)
    (line,) = await lines(at, 1)
    assert (line.text, line.deleted_at is not None) == ("", True)


async def test_between_two_nothing_is_written_along(at: House) -> None:
    await roomed(at)
    await at.client("alice").say("status")
    await lines(at, 0)


def _told(said: dict[str, object], event: str) -> dict[str, object]:
    known = said.get("channelData")
    return {**(known if isinstance(known, dict) else {}), "eventType": event}
