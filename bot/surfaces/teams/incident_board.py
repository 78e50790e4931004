"""Incidents where they were declared in Teams: one card each, brought up to date in place, whoever changes it.

Where a card is, is known by the key it was written with.
"""

from typing import Protocol

from bot.surfaces.places import Places
from bot.surfaces.teams.incident_cards import shared_card
from bot.surfaces.teams.ports import Conversations
from bot.surfaces.teams.replies import message
from bot.surfaces.teams.talking import THREADS
from bot.surfaces.teams.writing import Author
from memory.canonical import digest
from memory.model.incident import Incident, IncidentStatus
from memory.model.teams import Place

_OVER = frozenset({IncidentStatus.RESOLVED, IncidentStatus.MERGED})


class Kept(Protocol):
    """The incidents there are."""

    async def get(self, tenant: str, incident: str) -> Incident:
        """Return one; raises `NotFound`."""

    async def under_way(self, tenant: str) -> tuple[Incident, ...]:
        """Return those that are not over."""


class IncidentBoard:
    """Shows incidents."""

    def __init__(
        self, tenant: str, kept: Kept, author: Author, conversations: Conversations, places: Places
    ) -> None:
        self._tenant = tenant
        self._kept = kept
        self._author = author
        self._conversations = conversations
        self._places = places
        self._shown: dict[str, str] = {}

    async def refresh(self, incident: str) -> None:
        """Bring an incident's card up to date, written where it was declared if it is not there yet."""
        found = await self._kept.get(self._tenant, incident)
        place = await self._declared_in(found)
        if place is None:
            return
        told = message(shared_card(found, self._places), f"Incident {found.number}: {found.title}")
        if self._shown.get(incident) == digest(told):
            return
        key = f"incident:{incident}:card"
        written = await self._author.written(place, key)
        if written:
            await self._author.update(place, written, told)
        else:
            await self._author.post(place, told, key=key, shared=True)
        self._shown[incident] = digest(told)
        if found.status in _OVER:
            self._shown.pop(incident)

    async def open(self) -> tuple[str, ...]:
        """Return those that are under way, and those that were when they were shown last."""
        going = [each.id for each in await self._kept.under_way(self._tenant)]
        return tuple(dict.fromkeys((*going, *self._shown)))

    async def _declared_in(self, incident: Incident) -> Place | None:
        first = incident.threads[0] if incident.threads else ""
        if not first.startswith(THREADS):
            return None
        return await self._conversations.find(self._tenant, first.removeprefix(THREADS))
