"""The console as a venue: the incident's own page, with what was said kept beside it. No chat is needed."""

from collections.abc import Callable
from typing import Final, Protocol

from bot.incidents.events import said
from bot.surfaces.venues import Notice, Opening
from memory.clock import Clock
from memory.model.record import Event
from memory.model.war_room import RoomPost, WarRoom

NAME: Final = "console"


class Posts(Protocol):
    """Keeps what is said."""

    async def post(self, post: RoomPost) -> RoomPost:
        """Keep it, or return what was said under its key before."""

    async def repost(self, post: RoomPost) -> None:
        """Put something else in its place."""


class ConsoleVenue:
    """Serves `Venue`. The page shows summary, people and links by itself, so only what is said is kept."""

    name = NAME

    def __init__(
        self, posts: Posts, public_url: str, clock: Clock, publish: Callable[[Event], None] | None = None
    ) -> None:
        self._publish = publish
        self._posts = posts
        self._public_url = public_url
        self._clock = clock

    def fits(self, thread: str) -> bool:  # noqa: ARG002 - the port's
        """Return that no conversation has to be here: this is where a room is made when nobody says another."""
        return False

    async def open(self, opening: Opening) -> WarRoom:
        """Return the room, which is the incident's page."""
        return WarRoom(
            tenant=opening.tenant,
            incident=opening.incident,
            turn=opening.turn,
            venue=NAME,
            place=opening.incident,
            name=opening.name,
            link=f"{self._public_url}/console/incidents/{opening.number}",
        )

    async def topic(self, room: WarRoom, topic: str) -> None:
        """Do nothing: the page has its own heading."""

    async def invite(self, room: WarRoom, people: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG002 - the port's
        """Return nobody: everybody who is known may open the page."""
        return ()

    async def say(self, room: WarRoom, notice: Notice, *, key: str) -> str:
        """Keep what is said, once for each key, and have pages that are open look at it."""
        kept = await self._posts.post(self._post(room, notice, key))
        if self._publish is not None:
            self._publish(said(room.tenant, room.incident, kept.key, kept.at))
        return kept.key

    async def pin(self, room: WarRoom, post: str) -> None:
        """Do nothing: the summary is at the top of the page."""

    async def bookmark(self, room: WarRoom, title: str, link: str) -> None:
        """Do nothing: the page has the links."""

    async def summarise(self, room: WarRoom, notice: Notice, *, post: str) -> None:
        """Put the summary in the place of the one before."""
        await self._posts.repost(self._post(room, notice, post))

    async def close(self, room: WarRoom) -> None:
        """Do nothing: the page stays."""

    def _post(self, room: WarRoom, notice: Notice, key: str) -> RoomPost:
        return RoomPost(
            tenant=room.tenant,
            incident=room.incident,
            turn=room.turn,
            key=key,
            at=self._clock.now(),
            notice=notice.model_dump_json(),
        )
