"""Slack as a venue for incidents: a channel for each, with its people, its pinned summary and a canvas."""

from typing import Final

import structlog

from bot.surfaces.places import Places
from bot.surfaces.slack.keeping import Accounts
from bot.surfaces.slack.notices import notice_posts
from bot.surfaces.slack.picturing import Picturing, post_pictured
from bot.surfaces.slack.ports import Web, Webs
from bot.surfaces.slack.war_rooms import SlackWarRooms
from bot.surfaces.slack.war_rooms import WarRoom as Room
from bot.surfaces.venues import Notice, Opening
from memory.errors import SlackMessageGone, SlackNotInstalled
from memory.ids import derived
from memory.model.war_room import WarRoom

NAME: Final = "slack"
THREADS: Final = "slack:"  # how conversations of here begin: `bot.surfaces.slack.conversing`
_TEAM: Final = 1  # where a conversation names the workspace

_log = structlog.get_logger(__name__)


class SlackVenue:
    """Serves `bot.surfaces.venues.Venue` for every workspace that Quarterdeck is installed in."""

    name = NAME

    def __init__(self, webs: Webs, accounts: Accounts, picturing: Picturing, places: Places) -> None:
        self._webs = webs
        self._accounts = accounts
        self._picturing = picturing
        self._places = places

    def fits(self, thread: str) -> bool:
        """Return whether this conversation is in Slack."""
        return thread.startswith(THREADS)

    async def open(self, opening: Opening) -> WarRoom:
        """Return the room: in the workspace where the incident was declared, else in the first there is."""
        web = await self._webs.of(await self._team(opening.thread or ""))
        made = await SlackWarRooms(web).open(opening.name, private=opening.private)
        return WarRoom(
            tenant=opening.tenant,
            incident=opening.incident,
            turn=opening.turn,
            venue=NAME,
            place=place_of(made.team, made.channel),
            name=made.name,
            link=f"https://app.slack.com/client/{made.team}/{made.channel}",
        )

    async def topic(self, room: WarRoom, topic: str) -> None:
        """Have the channel's topic say it."""
        rooms, here = await self._here(room)
        await rooms.topic(here, topic)

    async def invite(self, room: WarRoom, people: tuple[str, ...]) -> tuple[str, ...]:
        """Bring those in who have an account in the workspace, and return the others."""
        rooms, here = await self._here(room)
        users = {person: await self._accounts.user(room.tenant, here.team, person) for person in people}
        outside = set(await rooms.invite(here, tuple(user for user in users.values() if user)))
        return tuple(person for person, user in users.items() if not user or user in outside)

    async def say(self, room: WarRoom, notice: Notice, *, key: str) -> str:
        """Say something once for each key; what is too long for one message goes on in its thread."""
        web = await self._web(room)
        channel, first = self._channel(room), ""
        users = [await self._accounts.user(room.tenant, web.team, each) for each in notice.mentions]
        pictures = await self._picturing.uploaded(web, notice.charts) if await self._new(web, room, key) else {}
        sent = notice_posts(notice, self._places, users=[each for each in users if each], pictures=pictures)
        for number, post in enumerate(sent):
            part = _key(room, f"{key}:{number}" if number else key)
            ts = await post_pictured(web, channel, post, key=part, thread=first)
            first = first or ts
        return first

    async def pin(self, room: WarRoom, post: str) -> None:
        """Pin a message."""
        rooms, here = await self._here(room)
        await rooms.pin(here, post)

    async def bookmark(self, room: WarRoom, title: str, link: str) -> None:
        """Have a bookmark lead there."""
        rooms, here = await self._here(room)
        await rooms.bookmark(here, title, link)

    async def summarise(self, room: WarRoom, notice: Notice, *, post: str) -> None:
        """Edit the pinned message. What does not fit into it is on the incident's page."""
        web = await self._web(room)
        try:
            await web.update(self._channel(room), post, notice_posts(notice, self._places)[0])
        except SlackMessageGone as error:  # somebody deleted it: what is said next still comes
            _log.warning("slack.summary_gone", incident=room.incident, why=error.message)

    async def close(self, room: WarRoom) -> None:
        """Archive the channel."""
        rooms, here = await self._here(room)
        await rooms.close(here)

    async def _new(self, web: Web, room: WarRoom, key: str) -> bool:
        """Return whether nothing was said under a key yet: pictures are uploaded for that alone."""
        before = await web.posted(_key(room, key))
        return before is None or not before.ts

    async def _team(self, thread: str) -> str:
        teams = await self._webs.teams()
        told = thread.split(":")[_TEAM] if self.fits(thread) else ""
        if told in teams:
            return told
        if not teams:
            raise SlackNotInstalled("expected a workspace to make the room in, found none")
        return teams[0]

    async def _web(self, room: WarRoom) -> Web:
        return await self._webs.of(room.place.partition("/")[0])

    async def _here(self, room: WarRoom) -> tuple[SlackWarRooms, Room]:
        web = await self._web(room)
        return SlackWarRooms(web), Room(team=web.team, channel=self._channel(room), name=room.name)

    def _channel(self, room: WarRoom) -> str:
        return room.place.partition("/")[2]


def place_of(team: str, channel: str) -> str:
    """Return what a channel is called as a place."""
    return f"{team}/{channel}"


def _key(room: WarRoom, what: str) -> str:
    """Return a name for what is said, whatever letters it has."""
    return derived("room", room.incident, str(room.turn), what)
