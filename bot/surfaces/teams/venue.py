"""The threads of the configured channel as rooms for incidents.

A bot makes no channels in Teams without rights in Microsoft Graph that nobody should give it, so a thread stands
for the room: its first message names the incident, the living summary is a card in it that is edited in place, and
people are brought in by a mention. Everything may be asked for again, and finds what is there.
"""

from typing import Any, Final

from bot.surfaces.places import Places
from bot.surfaces.teams.calling_out import CallingOut
from bot.surfaces.teams.channel import THREAD, Channel
from bot.surfaces.teams.elements import card, heading, line, words
from bot.surfaces.teams.notices import about, notice_card
from bot.surfaces.teams.replies import MOST_BUTTONS, message, pressed
from bot.surfaces.teams.talking import THREADS
from bot.surfaces.teams.writing import Author
from bot.surfaces.venues import Notice, Opening
from memory.ids import derived
from memory.model.teams import Place
from memory.model.war_room import WarRoom

NAME: Final = "teams"


class TeamsVenue:
    """Serves `bot.surfaces.venues.Venue`."""

    name = NAME

    def __init__(self, channel: Channel, author: Author, calling_out: CallingOut, places: Places) -> None:
        self._channel = channel
        self._author = author
        self._calling_out = calling_out
        self._places = places

    def fits(self, thread: str) -> bool:
        """Return whether it was declared in Teams, and there is a channel to make the room in."""
        return self._channel.configured and thread.startswith(THREADS)

    async def open(self, opening: Opening) -> WarRoom:
        """Return the thread, begun where there is none."""
        channel = await self._channel.place()
        says = f"Incident {opening.number}: {opening.title}"
        body = [heading(says), line([words(f"Severity {opening.severity}. It is worked on in this thread.")])]
        told = message(card(body, [about(opening.incident)]), says)
        begun = await self._author.post(channel, told, key=_key(opening.incident, opening.turn, "open"))
        conversation = f"{channel.conversation}{THREAD}{begun}"
        return WarRoom(
            tenant=opening.tenant,
            incident=opening.incident,
            turn=opening.turn,
            venue=NAME,
            place=conversation,
            name=opening.name,
            link=self._channel.link(conversation),
        )

    async def topic(self, room: WarRoom, topic: str) -> None:
        """Have the thread's first message say it."""
        channel, begun = await self._begun(room)
        body = [heading(topic), line([words("It is worked on in this thread.")])]
        await self._author.update(channel, begun, message(card(body, [about(room.incident)]), topic))

    async def invite(self, room: WarRoom, people: tuple[str, ...]) -> tuple[str, ...]:
        """Call people in by a mention, once each, and return those who have no account here."""
        place, absent = await self._place(room), []
        for person in people:
            if not await self._calling_out.knows(place, person):
                absent.append(person)
                continue
            key = _key(room.incident, room.turn, f"invite:{person}")
            await self._calling_out.call(place, person, "You are asked to come here.", key=key)
        return tuple(absent)

    async def say(self, room: WarRoom, notice: Notice, *, key: str) -> str:
        """Say something once for each key, and return its activity."""
        place = await self._place(room)
        buttons = [pressed(each, self._places) for each in notice.buttons[:MOST_BUTTONS]]
        told = message(notice_card(notice, self._places, buttons), notice.title or notice.text)
        told |= await self._calling_out.mentioned(place, notice.mentions)
        return await self._author.post(place, told, key=_key(room.incident, room.turn, key))

    async def pin(self, room: WarRoom, post: str) -> None:
        """Do nothing: bots pin nothing in Teams. The thread's first message leads to what may be done."""

    async def bookmark(self, room: WarRoom, title: str, link: str) -> None:
        """Say the link: a thread has no bookmarks."""
        told = notice_card(Notice(title=title, text=link), self._places)
        key = _key(room.incident, room.turn, f"link:{title}")
        await self._author.post(await self._place(room), message(told, title), key=key)

    async def summarise(self, room: WarRoom, notice: Notice, *, post: str) -> None:
        """Edit the summary in place, with a button for what one may do about the incident."""
        told = notice_card(notice, self._places, [about(room.incident)])
        await self._author.update(await self._place(room), post, message(told, notice.title or notice.text))

    async def close(self, room: WarRoom) -> None:
        """Say in the thread's first message that it is closed: threads cannot be."""
        channel, begun = await self._begun(room)
        says = f"Closed: {room.name}"
        told: dict[str, Any] = message(card([heading(says)], [about(room.incident)]), says)
        await self._author.update(channel, begun, told)

    async def _place(self, room: WarRoom) -> Place:
        return await self._channel.thread(room.place)

    async def _begun(self, room: WarRoom) -> tuple[Place, str]:
        """Return the channel, and the message that the thread begins at."""
        channel, _, begun = room.place.partition(THREAD)
        return await self._channel.thread(channel), begun


def _key(incident: str, turn: int, what: str) -> str:
    return derived("room", incident, str(turn), what)
