"""Messages from Teams: who it is from, what the desk says to it, and where that is written, once."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Protocol

import structlog

from bot.pictures import Pictures
from bot.surfaces.desk import Desk
from bot.surfaces.growing import growing
from bot.surfaces.inbound import spoken
from bot.surfaces.places import Places
from bot.surfaces.teams.activities import Incoming
from bot.surfaces.teams.arriving import name_of
from bot.surfaces.teams.board import Board
from bot.surfaces.teams.clips import Clips
from bot.surfaces.teams.elements import Element
from bot.surfaces.teams.growing import EVERY, GrowingCard
from bot.surfaces.teams.linking import ELSEWHERE, STRANGER, Linking, links
from bot.surfaces.teams.picturing import drawn
from bot.surfaces.teams.ports import Conversations
from bot.surfaces.teams.replies import message, reply_messages, told
from bot.surfaces.teams.streaming import Stream, Waiting
from bot.surfaces.teams.visitors import Visitors, account_of, place_id
from bot.surfaces.teams.writing import Author
from memory.clock import Clock
from memory.errors import (
    InputTooLarge,
    InvalidInput,
    OutOfTouch,
    QuarterdeckError,
    StoreUnavailable,
    TeamsRejected,
)
from memory.ids import derived
from memory.model.people import Principal, Surface
from memory.model.talk import Message, Reply
from memory.model.teams import Place

WELCOME: Final = "Ask me how things are, or what is wrong with a service. Write “link” first, so that I know you."
THREADS: Final = "teams:"  # before the name of a place, as the name of a thread
_PASSING: Final = (StoreUnavailable, OutOfTouch)

_log = structlog.get_logger(__name__)


class Commands(Protocol):
    """Answers words that are answered by a card, and by no turn of the desk."""

    async def said(self, came: Incoming, place: Place, person: Principal) -> Element | None:
        """Return the card, None for all other words; raises `QuarterdeckError`."""

    async def belongs(self, place: Place, person: Principal) -> None:
        """Note that somebody speaks here, before they are answered."""


@dataclass(frozen=True)
class Voice:
    """How answers are written: by whom, with which pictures and links, and what is shown meanwhile."""

    author: Author
    waiting: Waiting
    pictures: Pictures
    places: Places
    clips: Clips
    judged: bool = False  # whether an answer ends in thumbs
    every: timedelta = EVERY  # between two pictures of an answer that grows


class Talking:
    """Answers what is said. Whatever it does may be done again, by whoever takes it up after a crash."""

    def __init__(
        self,
        desk: Desk,
        visitors: Visitors,
        voice: Voice,
        conversations: Conversations,
        board: Board,
        *,
        linking: Linking,
        tenant: str,
        clock: Clock,
        commands: Commands | None = None,
    ) -> None:
        self._desk = desk
        self._visitors = visitors
        self._voice = voice
        self._conversations = conversations
        self._board = board
        self._linking = linking
        self._tenant = tenant
        self._clock = clock
        self._commands = commands

    async def answer(self, came: Incoming) -> None:
        """Answer a message; raises `QuarterdeckError` where that cannot be done now."""
        place = await self._visitors.place(came)
        if links(came.text):
            await self._write(came, place, told(await self._link(came)))
            return
        person = await self._visitors.person(came, place)
        if person is None:
            await self._write(came, place, told(STRANGER))
            return
        if self._commands is not None:
            await self._commands.belongs(place, person)
        if not await self._commanded(came, place, person):
            await self._heard(came, place, person)

    async def _heard(self, came: Incoming, place: Place, person: Principal) -> None:
        """Answer what was typed, or said in a clip; what was said is shown, and is answered by a clip too."""
        try:
            heard = await self._voice.clips.words(came, person)
        except (InvalidInput, InputTooLarge, TeamsRejected) as error:
            await self._write(came, place, told(f"{error.message}\n{error.hint}".strip()))
            if came.text:
                await self.turn(came, place, person, came.text, part=1)
            return
        opening = f"Heard: {heard}" if heard else ""
        reply = await self.turn(came, place, person, heard or came.text, opening, spoken_aloud=bool(heard))
        if heard and reply is not None:
            await self._voice.clips.offer(came, place, reply)

    async def _commanded(self, came: Incoming, place: Place, person: Principal) -> bool:
        """Answer words that a card answers, and return whether these were."""
        if self._commands is None:
            return False
        try:
            answer = await self._commands.said(came, place, person)
        except _PASSING:
            raise
        except QuarterdeckError as error:
            await self._write(came, place, told(f"{error.message}\n{error.hint}".strip()))
            return True
        if answer is not None:
            await self._write(came, place, message(answer, came.text))
        return answer is not None

    async def turn(
        self,
        came: Incoming,
        place: Place,
        person: Principal,
        text: str,
        opening: str = "",
        *,
        part: int = 0,
        spoken_aloud: bool = False,
    ) -> Reply | None:
        """Have something said for a person and write the answer; None where the desk would have none of it.

        `part` is how many messages were written in answer before; what is `spoken_aloud` is treated as such.
        """
        key, stream = f"{name_of(came)}:reply:{part}", Stream()
        try:
            said = self._message(came, place, person, text, spoken_aloud=spoken_aloud)
            async with (
                self._voice.waiting.shown(place) as stream,
                growing(self._desk, person, said) as answer,
            ):
                grows = GrowingCard(self._voice.author, place, stream, key, opening)
                await self._voice.waiting.patient(answer.task)
                if not spoken_aloud:
                    await grows.show(answer, said.thread, self._voice.every)
                reply = await answer.task
                pictures = await drawn(self._voice.pictures, reply.charts)
        except _PASSING:
            raise
        except QuarterdeckError as error:
            refused = told("\n".join(each for each in (error.message, error.hint) if each))
            await self._write(came, place, refused, stream, part)
            return None
        judged = self._voice.judged and came.direct
        first, *rest = reply_messages(reply, self._voice.places, pictures, opening, judged=judged)
        if not await grows.end(first):
            await self._written(place, first, grows.key, stream)
        for number, each in enumerate(rest, part + 1):
            await self._write(came, place, each, None, number)
        if reply.card is not None:
            await self._board.show(place, reply.card.run)
        return reply

    async def changed(self, came: Incoming) -> None:
        """Remember that we were added somewhere, or removed."""
        if came.bot in came.removed or (came.type == "installationUpdate" and came.action == "remove"):
            await self._conversations.remove(self._tenant, place_id(came))
        elif came.conversation:
            place = await self._visitors.place(came)
            if came.bot in came.added and came.direct:
                await self._write(came, place, told(WELCOME))

    async def _link(self, came: Incoming) -> str:
        account = account_of(came)
        if account is None:
            return STRANGER
        return await self._linking.answer(account, came.sender_name, came.text) if came.direct else ELSEWHERE

    def _message(
        self, came: Incoming, place: Place, person: Principal, text: str, *, spoken_aloud: bool
    ) -> Message:
        return Message(
            id=derived("msg", came.tenant, came.conversation, came.id),
            tenant=self._tenant,
            thread=thread_of(place),
            sender=person.id,
            surface=Surface.VOICE if spoken_aloud else Surface.TEAMS,
            text=spoken(text),
            at=self._clock.now(),
        )

    async def _write(
        self, came: Incoming, place: Place, told: dict[str, Any], stream: Stream | None = None, number: int = 0
    ) -> None:
        """Write a part of an answer."""
        await self._written(place, told, f"{name_of(came)}:reply:{number}", stream)

    async def _written(self, place: Place, told: dict[str, Any], key: str, stream: Stream | None) -> None:
        """Write something; where a stream will not end in it, as a message of its own."""
        if stream is not None and stream.id:
            try:
                await self._voice.author.post(place, stream.final(told), key=key)
            except TeamsRejected as error:
                _log.info("teams.stream_ended", key=key, code=error.code, why=error.message)
            else:
                return
        await self._voice.author.post(place, told, key=key)


def thread_of(place: Place) -> str:
    """Return what a conversation is called by everything that is no surface."""
    return f"{THREADS}{place.id}"
