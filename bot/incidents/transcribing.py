"""The transcript of an incident's room, made from what the chat tells us as it is said: no history is asked for.

What is said in a room belongs to its incident, whoever says it, to whom, and in which thread. It is kept beside
the timeline as somebody else's words: nothing reads orders out of it.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from bot.surfaces.incidents import IncidentDesk
from memory.clock import Clock
from memory.model.arrival import Arrival
from memory.model.identity import Account, AccountSource, Identity
from memory.model.people import Principal
from memory.model.transcript import LONGEST, TranscriptLine
from memory.model.war_room import RoomRecord
from memory.page import Page

FURTHEST_S = 86_400.0  # a message that was said longer before it came is one whose clock is wrong


class Rooms(Protocol):
    """Knows which room is where."""

    async def at(self, tenant: str, venue: str, place: str) -> RoomRecord | None:
        """Return the latest room that stands there."""


class Lines(Protocol):
    """Keeps what was said; as `memory.store.transcripts.Transcripts`."""

    async def keep(self, line: TranscriptLine) -> bool:
        """Keep a line; False where it is kept already."""

    async def reword(self, tenant: str, line: str, text: str, now: datetime) -> bool:
        """Have a line say something else."""

    async def withdraw(self, tenant: str, line: str, now: datetime) -> bool:
        """Forget the words of a line."""

    async def of(
        self, tenant: str, incident: str, cursor: str | None = None, limit: int = 50
    ) -> Page[TranscriptLine]:
        """Return an incident's lines, the first said first."""


class Known(Protocol):
    """Knows whose an account is."""

    async def find(self, tenant: str, account: Account) -> Identity | None:
        """Return who it is, None where it is nobody's."""


class Transcriber:
    """Writes along in the rooms of one chat, as `bot.surfaces.inbox.Scribe`. `place`: where something is from."""

    def __init__(
        self,
        rooms: Rooms,
        lines: Lines,
        known: Known,
        clock: Clock,
        *,
        source: AccountSource,
        place: Callable[[Arrival], str],
    ) -> None:
        self._rooms = rooms
        self._lines = lines
        self._known = known
        self._clock = clock
        self._source = source
        self._place = place

    async def heard(self, came: Arrival) -> None:
        """Keep what was said, where that was in an incident's room; raises `StoreUnavailable`."""
        if came.direct or not came.text.strip():
            return
        record = await self._rooms.at(came.tenant, self._source.value, self._place(came))
        if record is None:
            return
        known = await self._known.find(
            came.tenant, Account(source=self._source, issuer=came.team, subject=came.user)
        )
        line = TranscriptLine(
            tenant=came.tenant,
            incident=record.incident,
            id=came.id,
            venue=record.venue,
            author=came.user,
            person=known.person if known else "",
            thread=came.thread,
            text=came.text[:LONGEST],
            said_at=_said_at(came),
            edited_at=came.received_at if came.edited else None,
        )
        await self._lines.keep(line)

    async def reworded(self, tenant: str, arrival: str, words: str) -> None:
        """Take note that somebody edited what they said."""
        await self._lines.reword(tenant, arrival, words, self._clock.now())

    async def withdrawn(self, tenant: str, arrival: str) -> None:
        """Forget what somebody deleted."""
        await self._lines.withdraw(tenant, arrival, self._clock.now())


class TranscriptRoom:
    """Serves `bot.surfaces.transcripts.TranscriptDesk`: who may see an incident may read what is said there."""

    def __init__(self, desk: IncidentDesk, lines: Lines) -> None:
        self._desk = desk
        self._lines = lines

    async def transcript(
        self, person: Principal, incident: str, cursor: str | None, limit: int
    ) -> Page[TranscriptLine]:
        """Return what was said, the first first."""
        found = await self._desk.incident(person, incident)
        return await self._lines.of(found.tenant, found.id, cursor, limit)


def _said_at(came: Arrival) -> datetime:
    """Return when something was said: what came late is put where it was said, and not where it came."""
    try:
        said = datetime.fromtimestamp(float(came.ts), UTC)
    except (ValueError, OverflowError, OSError):
        return came.received_at  # not every platform names its messages by when they were said
    late = (came.received_at - said).total_seconds()
    return said if 0.0 <= late <= FURTHEST_S else came.received_at
