"""Messages of an incident's channel that matter: pinned, or added by the shortcut, they go into its timeline.

They come with what Slack sends; no history is read. They are somebody else's words, quoted and never obeyed.
"""

from collections.abc import Mapping
from typing import Final

from bot.surfaces.incidents import IncidentDesk
from bot.surfaces.slack.conversing import conversation
from bot.surfaces.slack.ports import Visit
from bot.surfaces.slack.presses import mapping
from bot.surfaces.slack.shortcuts import told
from bot.surfaces.slack.telling import tell
from bot.surfaces.slack.venue import NAME, place_of
from bot.surfaces.venues import RoomDesk
from memory.errors import InvalidInput
from memory.model.value import JsonValue

LONGEST: Final = 3_900  # characters of a note
_ELSEWHERE: Final = "This is no incident's channel, so there is no timeline to put it into."


class Quoting:
    """Puts messages into timelines, each once for everybody who does it."""

    def __init__(self, desk: IncidentDesk, rooms: RoomDesk | None) -> None:
        self._desk = desk
        self._rooms = rooms

    async def added(self, visit: Visit) -> None:
        """Take a message that the shortcut was used on, and say so to whoever did."""
        which = await self.here(visit)
        if not which:
            await tell(visit, _ELSEWHERE)
            return
        message = mapping(visit.arrival.payload.get("message"))
        await self._quoted(visit, which, message, told(visit.arrival), visit.arrival.ts)
        await tell(visit, "It stands in the timeline, as somebody else's words.")

    async def pinned(self, visit: Visit) -> None:
        """Take a message that somebody pinned; what we say ourselves is there already."""
        message = mapping(mapping(visit.arrival.payload.get("item")).get("message"))
        which = await self.here(visit) if message.get("text") and not message.get("bot_id") else ""
        if which:
            await self._quoted(visit, which, message, str(message["text"]), str(message.get("ts", "")))

    async def here(self, visit: Visit) -> str:
        """Return the incident of the channel or thread something came from, empty where it is none's."""
        arrival, team = visit.arrival, visit.web.team
        if self._rooms is not None:
            room = await self._rooms.at(visit.person.tenant, NAME, place_of(team, arrival.channel))
            if room is not None:
                return room.incident
        if not arrival.thread:
            return ""
        found = await self._desk.of_thread(visit.person, conversation(team, arrival.channel, arrival.thread))
        return found.id if found is not None else ""

    async def _quoted(
        self, visit: Visit, which: str, message: Mapping[str, JsonValue], text: str, ts: str
    ) -> None:
        if not text.strip():
            raise InvalidInput("expected a message with words, found one without", hint="Add a note instead.")
        said = f"{message.get('user') or 'somebody'} wrote: {text.strip()}"[:LONGEST]
        key = f"note:{visit.web.team}:{visit.arrival.channel}:{ts}"
        await self._desk.note(visit.person, which, said, trusted=False, key=key, source=NAME)
