"""What is told of an incident once it is asked for: its review, the note for whoever takes over, the numbers."""

from dataclasses import dataclass

from bot.surfaces.incident_numbers import By, NumbersDesk
from bot.surfaces.number_words import notice
from bot.surfaces.places import Places
from bot.surfaces.slack.notices import notice_posts
from bot.surfaces.slack.ports import Visit
from bot.surfaces.slack.quoting import Quoting
from bot.surfaces.slack.telling import tell, tell_posts
from bot.surfaces.venues import Notice, RoomDesk


@dataclass(frozen=True)
class Retelling:
    """Tells whoever asks, and nobody else. The note for a hand-over is said in the room as well."""

    rooms: RoomDesk
    quoting: Quoting
    places: Places
    counter: NumbersDesk | None = None

    async def review(self, visit: Visit, text: str) -> None:
        """Tell the post-incident review."""
        if which := await self._which(visit, text, "review"):
            await self._tell(visit, await self.rooms.review(visit.person, which))

    async def hand_over(self, visit: Visit, text: str) -> None:
        """Say the note for whoever takes over in the room, and show it."""
        if which := await self._which(visit, text, "handover"):
            await self._tell(visit, await self.rooms.hand_over(visit.person, which))

    async def numbers(self, visit: Visit, text: str) -> None:
        """Tell how fast incidents are noticed, taken up and over, for each service or team."""
        if self.counter is None:
            await tell(visit, "Nobody counts incidents here.")
            return
        by = By.TEAM if "team" in text.lower() else By.SERVICE
        await self._tell(visit, notice(await self.counter.numbers(visit.person, None, None, by)))

    async def _which(self, visit: Visit, text: str, command: str) -> str:
        which = text or await self.quoting.here(visit)
        if not which:
            await tell(visit, f"Say which incident: /qd {command} NUMBER.")
        return which

    async def _tell(self, visit: Visit, told: Notice) -> None:
        await tell_posts(visit, notice_posts(told, self.places))
