"""The port to the incidents of a house. Every call names who asks, in which turn; a key changes something once."""

from typing import Protocol

from memory.model.incident import Duty, Incident, IncidentStatus, TimelineEntry
from tools.contract import CallContext


class Book(Protocol):
    """Where incidents are kept. Changes raise `Conflict`, `NotFound` or `InvalidInput`."""

    async def named(self, context: CallContext, number: str | None) -> Incident:
        """Return the incident of this number, or (None) the one the conversation belongs to; raises `NotFound`."""

    async def listed(self, context: CallContext, statuses: tuple[IncidentStatus, ...]) -> tuple[Incident, ...]:
        """Return the newest incidents that stand so."""

    async def happened(self, context: CallContext, incident: str) -> tuple[TimelineEntry, ...]:
        """Return the newest entries of the timeline, in order."""

    async def services(self, context: CallContext, words: str) -> tuple[str, ...]:
        """Return the services that these words name."""

    async def done(self, context: CallContext) -> bool:
        """Return whether something was changed under this key."""

    async def declare(self, context: CallContext, title: str, severity: int) -> Incident:
        """Declare one, for the services its title names, in the conversation of the turn."""

    async def declared(self, context: CallContext) -> Incident | None:
        """Return the incident that was declared under this key."""

    async def acknowledge(self, context: CallContext, incident: str) -> Incident:
        """Say that somebody is on it."""

    async def set_status(
        self, context: CallContext, incident: str, status: IncidentStatus, reason: str
    ) -> Incident:
        """Take it to another status."""

    async def set_severity(self, context: CallContext, incident: str, severity: int) -> Incident:
        """Say how bad it is."""

    async def assign(self, context: CallContext, incident: str, duty: Duty, person: str | None) -> Incident:
        """Give a duty to somebody, or to nobody."""

    async def retitle(self, context: CallContext, incident: str, title: str) -> Incident:
        """Call it otherwise."""

    async def merge(self, context: CallContext, incident: str, into: str) -> Incident:
        """Make it part of another one, and return that."""

    async def withdraw(self, context: CallContext, incident: str) -> Incident:
        """Say that it was declared by mistake."""

    async def note(self, context: CallContext, incident: str, text: str) -> TimelineEntry:
        """Write a note."""

    async def correct(self, context: CallContext, incident: str, entry: str, text: str) -> TimelineEntry:
        """Correct an entry."""
