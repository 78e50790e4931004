"""War rooms: a channel for one incident, with the people, the pins and a living summary in a canvas.

Everything may be asked for again, after a crash or by another node, and finds what is there: a name stands for one
room. What Slack answers to a second time ("already …") is what was wanted.
"""

from typing import Final, Protocol

from bot.surfaces.slack.blocks import Post
from bot.surfaces.slack.limits import cut
from bot.surfaces.slack.ports import Web
from memory.errors import Conflict, InvalidInput, SlackRejected
from memory.model.value import JsonValue, Value

LONGEST_NAME: Final = 80
LONGEST_TOPIC: Final = 250
INVITED_AT_ONCE: Final = 100
_LISTED: Final = 1000  # channels a page
_NAME: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")
_THERE: Final = frozenset({"already_in_channel", "cant_invite_self"})


class WarRoom(Value):
    """A room that stands: its channel and name."""

    team: str
    channel: str
    name: str


class WarRooms(Protocol):
    """Makes rooms, furnishes them and closes them; each call does its work once, however often it is made."""

    async def open(self, name: str, *, private: bool = False) -> WarRoom:
        """Return the room of this name, made where there is none.

        Raises `InvalidInput` for no name of a channel, and `Conflict` where somebody else has a channel of it.
        """

    async def topic(self, room: WarRoom, topic: str) -> None:
        """Say what the room is about."""

    async def invite(self, room: WarRoom, users: tuple[str, ...]) -> tuple[str, ...]:
        """Bring people in, and return those who cannot be."""

    async def say(self, room: WarRoom, post: Post, *, key: str) -> str:
        """Post in the room once for each key, and return where."""

    async def pin(self, room: WarRoom, ts: str) -> None:
        """Pin a message."""

    async def bookmark(self, room: WarRoom, title: str, link: str) -> None:
        """Have a bookmark of this title lead there."""

    async def summarise(self, room: WarRoom, markdown: str) -> None:
        """Have the canvas say this and nothing else. The Markdown is ours: what is from elsewhere is quoted."""

    async def close(self, room: WarRoom) -> None:
        """Archive the room."""


class SlackWarRooms:
    """Serves `WarRooms` in one workspace."""

    def __init__(self, web: Web) -> None:
        self._web = web

    async def open(self, name: str, *, private: bool = False) -> WarRoom:
        """Return the room of this name."""
        if not name or len(name) > LONGEST_NAME or not set(name) <= _NAME:
            raise InvalidInput(
                f"expected a channel's name of at most {LONGEST_NAME} of a-z, 0-9, - and _, found {name[:100]!r}"
            )
        try:
            made = await self._web.call("conversations.create", name=name, is_private=private)
            return self._room(made["channel"])
        except SlackRejected as error:
            if error.error != "name_taken":
                raise
        return self._room(await self._found(name))

    async def topic(self, room: WarRoom, topic: str) -> None:
        """Say what the room is about, where it does not say so already."""
        wanted = cut(topic, LONGEST_TOPIC)
        told = await self._web.call("conversations.info", channel=room.channel)
        if told["channel"].get("topic", {}).get("value") != wanted:
            await self._web.call("conversations.setTopic", channel=room.channel, topic=wanted)

    async def invite(self, room: WarRoom, users: tuple[str, ...]) -> tuple[str, ...]:
        """Bring people in: together, and one by one where one of them cannot be or is there."""
        absent: list[str] = []
        for first in range(0, len(users), INVITED_AT_ONCE):
            some = users[first : first + INVITED_AT_ONCE]
            if not await self._invited(room, some):
                absent += [user for user in some if not await self._there(room, user)]
        return tuple(absent)

    async def say(self, room: WarRoom, post: Post, *, key: str) -> str:
        """Post in the room."""
        return await self._web.post(room.channel, post, key=key)

    async def pin(self, room: WarRoom, ts: str) -> None:
        """Pin a message."""
        await self._once("already_pinned", "pins.add", channel=room.channel, timestamp=ts)

    async def bookmark(self, room: WarRoom, title: str, link: str) -> None:
        """Add a bookmark, or lead the one of that title elsewhere."""
        listed = await self._web.call("bookmarks.list", channel_id=room.channel)
        same = next((each for each in listed.get("bookmarks", []) if each.get("title") == title), None)
        if same is None:
            await self._web.call("bookmarks.add", channel_id=room.channel, title=title, type="link", link=link)
        elif same.get("link") != link:
            await self._web.call("bookmarks.edit", channel_id=room.channel, bookmark_id=same["id"], link=link)

    async def summarise(self, room: WarRoom, markdown: str) -> None:
        """Make the canvas of the room, or replace what it says."""
        document: dict[str, JsonValue] = {"type": "markdown", "markdown": markdown}
        canvas = await self._canvas(room)
        if not canvas:
            try:
                await self._web.call(
                    "conversations.canvases.create", channel_id=room.channel, document_content=document
                )
            except SlackRejected as error:
                if error.error != "channel_canvas_already_exists":
                    raise
                canvas = await self._canvas(room)
            else:
                return
        change: dict[str, JsonValue] = {"operation": "replace", "document_content": document}
        await self._web.call("canvases.edit", canvas_id=canvas, changes=[change])

    async def close(self, room: WarRoom) -> None:
        """Archive the room."""
        await self._once("already_archived", "conversations.archive", channel=room.channel)

    async def _invited(self, room: WarRoom, users: tuple[str, ...]) -> bool:
        try:
            await self._web.call("conversations.invite", channel=room.channel, users=",".join(users))
        except SlackRejected:
            return False
        return True

    async def _there(self, room: WarRoom, user: str) -> bool:
        """Return whether somebody is in the room now, invited here where they were not."""
        try:
            await self._web.call("conversations.invite", channel=room.channel, users=user)
        except SlackRejected as error:
            return error.error in _THERE
        return True

    async def _found(self, name: str) -> dict[str, JsonValue]:
        """Return our channel of this name; another's is none of ours to use."""
        cursor = ""
        while True:
            page = await self._web.call(
                "conversations.list", types="public_channel,private_channel", limit=_LISTED, cursor=cursor
            )
            for channel in page.get("channels", []):
                if channel.get("name") == name:
                    return await self._ours(channel)
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                raise Conflict(f"expected a channel {name} of ours, found the name taken by one we cannot see")

    async def _ours(self, channel: dict[str, JsonValue]) -> dict[str, JsonValue]:
        if channel.get("creator") not in {None, self._web.bot_user}:
            raise Conflict(f"expected a channel {channel['name']} of ours, found one that somebody else made")
        if channel.get("is_archived"):
            raise Conflict(f"expected an open channel {channel['name']}, found it archived")
        return channel

    async def _canvas(self, room: WarRoom) -> str:
        """Return the room's canvas, empty where it has none."""
        told = await self._web.call("conversations.info", channel=room.channel)
        properties = told["channel"].get("properties") or {}
        return str((properties.get("canvas") or {}).get("file_id") or "")

    async def _once(self, done: str, method: str, **arguments: JsonValue) -> None:
        """Call a method whose second time Slack answers with `done`."""
        try:
            await self._web.call(method, **arguments)
        except SlackRejected as error:
            if error.error != done:
                raise

    def _room(self, channel: dict[str, JsonValue]) -> WarRoom:
        return WarRoom(team=self._web.team, channel=str(channel["id"]), name=str(channel["name"]))
