"""A venue in memory. It does what a chat does: a key posts once, and calls fail or the process dies as told."""

from collections import defaultdict
from collections.abc import Callable

from bot.surfaces.venues import Notice, Opening
from memory.errors import ConnectorUnreachable
from memory.model.war_room import WarRoom


class Died(BaseException):
    """The process ends here."""


class FakeVenue:
    """Serves `Venue`. `log` has what changed, in order; asking for the same again changes nothing."""

    def __init__(self, name: str = "chat", prefix: str = "chat:") -> None:
        self.name = name
        self.prefix = prefix
        self.rooms: dict[tuple[str, int], WarRoom] = {}
        self.topics: dict[str, str] = {}
        self.people: dict[str, list[str]] = defaultdict(list)
        self.posts: dict[str, dict[str, Notice]] = defaultdict(dict)  # by room and key, in order
        self.pinned: dict[str, set[str]] = defaultdict(set)
        self.links: dict[str, dict[str, str]] = defaultdict(dict)
        self.summaries: dict[str, Notice] = {}
        self.closed: set[str] = set()
        self.strangers: set[str] = set()
        self.down: dict[str, int] = {}  # how often a call still fails
        self.calls = 0
        self.dies_at = 0  # which call is the last, 0: none
        self.dies_after_doing = False

    def fits(self, thread: str) -> bool:
        return thread.startswith(self.prefix)

    async def open(self, opening: Opening) -> WarRoom:
        key = (opening.incident, opening.turn)

        def do() -> None:
            room = WarRoom(
                tenant=opening.tenant,
                incident=opening.incident,
                turn=opening.turn,
                venue=self.name,
                place=f"room-{len(self.rooms) + 1}",
                name=opening.name,
                link=f"https://chat.test/{opening.name}",
            )
            self.rooms.setdefault(key, room)

        await self._call("open", do)
        return self.rooms[key]

    async def topic(self, room: WarRoom, topic: str) -> None:
        await self._call("topic", lambda: self.topics.update({room.place: topic}))

    async def invite(self, room: WarRoom, people: tuple[str, ...]) -> tuple[str, ...]:
        come = [each for each in people if each not in self.strangers and each not in self.people[room.place]]
        await self._call("invite", lambda: self.people[room.place].extend(come))
        return tuple(each for each in people if each in self.strangers)

    async def say(self, room: WarRoom, notice: Notice, *, key: str) -> str:
        await self._call("say", lambda: self.posts[room.place].setdefault(key, notice))
        return f"post-{key}"

    async def pin(self, room: WarRoom, post: str) -> None:
        await self._call("pin", lambda: self.pinned[room.place].add(post))

    async def bookmark(self, room: WarRoom, title: str, link: str) -> None:
        await self._call("bookmark", lambda: self.links[room.place].update({title: link}))

    async def summarise(self, room: WarRoom, notice: Notice, *, post: str) -> None:
        assert post in self.pinned[room.place]
        await self._call("summarise", lambda: self.summaries.update({room.place: notice}))

    async def close(self, room: WarRoom) -> None:
        await self._call("close", lambda: self.closed.add(room.place))

    def said(self, place: str) -> list[str]:
        """Return what was said there, in order."""
        return [f"{each.title} {each.text}".strip() for each in self.posts[place].values()]

    async def _call(self, method: str, do: Callable[[], object]) -> None:
        self.calls += 1
        if self.down.get(method, 0) > 0:
            self.down[method] -= 1
            raise ConnectorUnreachable(f"expected the chat to {method}, found it away")
        if 0 < self.dies_at < self.calls or (self.calls == self.dies_at and not self.dies_after_doing):
            raise Died
        do()
        if self.calls == self.dies_at:
            raise Died
