"""Calling somebody in the rooms of an incident."""

import pytest

from bot.alerts.paging import RoomMessenger
from memory.errors import ConnectorUnreachable
from memory.model.incident import Incident
from memory.model.war_room import RoomRecord, WarRoom
from tests.fakes.time import MIDNIGHT
from tests.fakes.venue import FakeVenue

INCIDENT = Incident(
    id="inc_1",
    tenant="acme",
    number=1,
    title="checkout fails",
    severity=1,
    declared_by="quarterdeck",
    started_at=MIDNIGHT,
    detected_at=MIDNIGHT,
)


class Records:
    """Knows the rooms it was given."""

    def __init__(self, *rooms: RoomRecord) -> None:
        self.rooms = rooms

    async def of(self, tenant: str, incident: str) -> tuple[RoomRecord, ...]:
        return tuple(each for each in self.rooms if (each.tenant, each.incident) == (tenant, incident))


def record(venue: str, **changes: object) -> RoomRecord:
    room = WarRoom(tenant="acme", incident="inc_1", venue=venue, place="C1", name="inc-1")
    made = RoomRecord(tenant="acme", incident="inc_1", venue=venue, room=room, created_at=MIDNIGHT)
    return made.model_copy(update=changes)


async def test_whoever_is_called_is_brought_in_and_mentioned_once() -> None:
    venue = FakeVenue()
    messenger = RoomMessenger(Records(record(venue.name), record("elsewhere")), {venue.name: venue})
    for _ in range(2):
        await messenger.call("acme", "alice", INCIDENT, "on call for checkout")
    said = list(venue.posts["C1"].values())
    assert [(each.text, each.mentions) for each in said] == [
        ("alice, you are called: on call for checkout.", ("alice",))
    ]


async def test_without_an_open_room_the_call_says_that_it_reached_nobody() -> None:
    venue = FakeVenue()
    messenger = RoomMessenger(Records(record(venue.name, over_at=MIDNIGHT)), {venue.name: venue})
    with pytest.raises(ConnectorUnreachable, match="none open"):
        await messenger.call("acme", "alice", INCIDENT, "on call")
