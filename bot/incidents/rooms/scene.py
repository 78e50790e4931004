"""One room at one moment: the incident, the record of the room, and everything that is decided and done by."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.incidents.rooms.telling import Told
from bot.surfaces.venues import Venue
from memory.errors import Conflict
from memory.model.incident import Incident
from memory.model.war_room import RoomRecord, WarRoom

Change = Callable[[RoomRecord], RoomRecord]


class RoomRecords(Protocol):
    """Keeps what is known of rooms."""

    async def of(self, tenant: str, incident: str) -> tuple[RoomRecord, ...]:
        """Return an incident's rooms, the first first."""

    async def replace(self, record: RoomRecord, expected_version: int) -> RoomRecord:
        """Store over the version the caller has seen, and return it with the next; raises `Conflict`."""


@dataclass
class Book:
    """The record of one room, changed in turn by all who work on it here, and by other nodes meanwhile."""

    records: RoomRecords
    record: RoomRecord
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def change(self, how: Change) -> RoomRecord:
        """Change the record, anew where somebody was ahead."""
        async with self._turn:
            while True:
                try:
                    self.record = await self.records.replace(how(self.record), self.record.version)
                except Conflict:
                    self.record = await self._again()
                else:
                    return self.record

    async def _again(self) -> RoomRecord:
        known = self.record
        found = await self.records.of(known.tenant, known.incident)
        return next(each for each in found if each.turn == known.turn)


@dataclass(frozen=True)
class Scene:
    """What a fixture is decided by. `told` is None where the timeline could not be read."""

    incident: Incident
    book: Book
    venue: Venue
    told: Told | None
    names: dict[str, str]
    now: datetime

    @property
    def record(self) -> RoomRecord:
        """Return what is known of the room now."""
        return self.book.record

    @property
    def room(self) -> WarRoom:
        """Return the room; there has to be one."""
        if self.record.room is None:
            raise Conflict("expected a room that stands, found none yet")
        return self.record.room

    def key(self, *what: str) -> str:
        """Return the key under which something is said or done once in this room."""
        return ":".join((self.incident.id, str(self.record.turn), *what))
