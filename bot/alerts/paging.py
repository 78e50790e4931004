"""Calling somebody in the rooms of an incident: they are brought in and mentioned, once for each call.

A room that is not open yet, or a venue that is away, leaves the call to the others and to the timeline, which
tells of each call; a room brings in whoever is on call once it opens.
"""

from collections.abc import Mapping
from typing import Protocol

from bot.surfaces.venues import Notice, Venue
from memory.errors import ConnectorUnreachable, QuarterdeckError
from memory.ids import derived
from memory.model.incident import Incident
from memory.model.war_room import RoomRecord


class RoomRecords(Protocol):
    """Which rooms there are."""

    async def of(self, tenant: str, incident: str) -> tuple[RoomRecord, ...]:
        """Return an incident's rooms."""


class RoomMessenger:
    """Serves `Messenger`. Chats may add themselves to the venues later."""

    def __init__(self, records: RoomRecords, venues: Mapping[str, Venue]) -> None:
        self._records = records
        self._venues = venues

    async def call(self, tenant: str, person: str, incident: Incident, why: str) -> None:
        """Bring them in and mention them; raises `ConnectorUnreachable` where no room could."""
        failed: list[str] = []
        reached = 0
        for record in await self._records.of(tenant, incident.id):
            venue = self._venues.get(record.venue)
            if venue is None or record.room is None or record.over_at is not None:
                continue
            notice = Notice(text=f"{person}, you are called: {why}.", mentions=(person,))
            try:
                await venue.invite(record.room, (person,))
                await venue.say(record.room, notice, key=derived("call", incident.id, person, why))
                reached += 1
            except QuarterdeckError as error:
                failed.append(f"{record.venue}: {error.message}")
        if not reached:
            raise ConnectorUnreachable(
                f"expected a room to call {person} in, found {'; '.join(failed) or 'none open'}"
            )
