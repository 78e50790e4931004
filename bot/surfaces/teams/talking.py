"""Messages from Teams: who it is from, what the desk says to it, and where that is written."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

import structlog

from bot.surfaces.desk import Desk
from bot.surfaces.inbound import spoken
from bot.surfaces.places import Places
from bot.surfaces.teams.activities import Incoming
from bot.surfaces.teams.board import Board
from bot.surfaces.teams.linking import ELSEWHERE, STRANGER, Linking, links
from bot.surfaces.teams.ports import Conversations, Writer
from bot.surfaces.teams.replies import reply_messages, told
from bot.surfaces.teams.visitors import Visitors, account_of, place_id
from memory.clock import Clock
from memory.errors import QuarterdeckError, TeamsError
from memory.ids import derived
from memory.model.people import Principal, Surface
from memory.model.talk import Message
from memory.model.teams import Place

TYPING_S: Final = 3.0  # Teams shows that somebody types for about so long
GRACE_S: Final = 5.0
WELCOME: Final = "Ask me how things are, or what is wrong with a service. Write “link” first, so that I know you."

_log = structlog.get_logger(__name__)


class Talking:
    """Answers in the background; what it began it ends when it is closed, within a few seconds."""

    def __init__(
        self,
        desk: Desk,
        visitors: Visitors,
        writer: Writer,
        conversations: Conversations,
        board: Board,
        *,
        linking: Linking,
        places: Places,
        tenant: str,
        clock: Clock,
    ) -> None:
        self._desk = desk
        self._visitors = visitors
        self._writer = writer
        self._conversations = conversations
        self._board = board
        self._linking = linking
        self._places = places
        self._tenant = tenant
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()

    def hear(self, came: Incoming) -> None:
        """Have a message answered."""
        self._begin(came, self._answer(came))

    def say(self, came: Incoming, place: Place, person: Principal, text: str) -> None:
        """Have something said for a person who pressed a button that says it."""
        self._begin(came, self._turn(came, place, person, text))

    async def changed(self, came: Incoming) -> None:
        """Remember that we were added somewhere, or removed."""
        if came.bot in came.removed or (came.type == "installationUpdate" and came.action == "remove"):
            await self._conversations.remove(self._tenant, place_id(came))
        elif came.conversation:
            place = await self._visitors.place(came)
            if came.bot in came.added and came.direct:
                self._begin(came, self._write(place, told(WELCOME)))

    async def close(self) -> None:
        """Wait a little for what was begun, and give up on the rest."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=GRACE_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _begin(self, came: Incoming, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self._tried(came, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tried(self, came: Incoming, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except QuarterdeckError as error:
            _log.warning("teams.not_answered", activity=came.id, code=error.code, why=error.message)

    async def _answer(self, came: Incoming) -> None:
        place = await self._visitors.place(came)
        if links(came.text):
            await self._write(place, told(await self._link(came)))
            return
        person = await self._visitors.person(came, place)
        if person is None:
            await self._write(place, told(STRANGER))
            return
        await self._turn(came, place, person, came.text)

    async def _link(self, came: Incoming) -> str:
        account = account_of(came)
        if account is None:
            return STRANGER
        return await self._linking.answer(account, came.sender_name, came.text) if came.direct else ELSEWHERE

    async def _turn(self, came: Incoming, place: Place, person: Principal, text: str) -> None:
        try:
            async with self._typing(place):
                reply = await self._desk.say(self._message(came, place, person, text), person)
        except QuarterdeckError as error:
            await self._write(place, told("\n".join(each for each in (error.message, error.hint) if each)))
            return
        for each in reply_messages(reply, self._places):
            await self._write(place, each)
        if reply.card is not None:
            await self._board.show(place, reply.card.run)

    def _message(self, came: Incoming, place: Place, person: Principal, text: str) -> Message:
        return Message(
            id=derived("msg", came.tenant, came.conversation, came.id),
            tenant=self._tenant,
            thread=derived("thread", place.id),
            sender=person.id,
            surface=Surface.TEAMS,
            text=spoken(text),
            at=self._clock.now(),
        )

    @asynccontextmanager
    async def _typing(self, place: Place) -> AsyncIterator[None]:
        """Show that we are at it for as long as the block lasts."""
        showing = asyncio.create_task(self._shown_typing(place))
        try:
            yield
        finally:
            showing.cancel()
            with suppress(asyncio.CancelledError):
                await showing

    async def _shown_typing(self, place: Place) -> None:
        with suppress(TeamsError):  # it is a courtesy
            while True:
                await self._writer.post(place, {"type": "typing"})
                await asyncio.sleep(TYPING_S)

    async def _write(self, place: Place, content: dict[str, Any]) -> None:
        await self._writer.post(place, content)
