"""A conversation by voice: what is said is asked, steered by a few words, or read back and confirmed with a code.

Looking needs nothing more than saying it. Whatever does more is read back from the plan as it would be submitted,
and waits for a code that was drawn after it was said: silence, talk in the background, a recording and our own
voice are none of them that code. Who speaks is the session's matter alone.
"""

from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from agents.hearing.heard import Heard
from bot.surfaces.desk import Scope
from bot.surfaces.inbound import spoken
from bot.surfaces.speech import FAST, SLOW, USUAL, Aloud, Person, Utterance
from bot.surfaces.voice.approving import Approving
from bot.surfaces.voice.confirming import Confirming
from bot.surfaces.voice.ports import Floor, Meaning, Outlet
from bot.surfaces.voice.saying import said, spoken_words
from bot.surfaces.voice.words import Steering, Word, steering
from memory.clock import Clock
from memory.errors import QuarterdeckError
from memory.ids import Ids
from memory.model.people import Surface
from memory.model.talk import Message, Reply

UNHEARD: Final = "I did not catch that. Please say it again."
NOTHING_TO_REPEAT: Final = "I have said nothing yet."
NOTHING_TO_SEND: Final = "There is nothing to send yet."
REPLAYED: Final = (
    "I have heard this very recording before, so I do nothing with it. Say it again yourself, or press the button."
)

_log = structlog.get_logger(__name__)


class Conversing:
    """Serves `bot.surfaces.speech.Conversation`."""

    def __init__(
        self,
        floor: Floor,
        meaning: Meaning,
        confirming: Confirming,
        approving: Approving,
        outlet: Outlet | None,
        *,
        thread: str,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._floor = floor
        self._meaning = meaning
        self._confirming = confirming
        self._approving = approving
        self._outlet = outlet
        self._thread = thread
        self._clock = clock
        self._ids = ids
        self._pace = USUAL
        self._last = Aloud()
        self._steers: dict[Word, Callable[[Person, Utterance, Steering], Awaitable[Aloud]]] = {
            Word.CONFIRM: self._confirm,
            Word.CANCEL: self._cancel,
            Word.STOP: self._stop,
            Word.REPEAT: self._repeat,
            Word.SLOWER: self._slower,
            Word.FASTER: self._faster,
            Word.SEND: self._send,
            Word.APPROVE: self._approve,
        }

    async def said(self, person: Person, utterance: Utterance) -> Aloud:
        """Answer what was said."""
        heard = utterance.heard
        found = steering([each.text for each in heard.hypotheses])
        try:
            if found is not None:
                return await self._steers[found.word](person, utterance, found)
            return await self._asked(person, utterance)
        except QuarterdeckError as error:
            _log.info("voice.refused", code=error.code, why=error.message)
            return self._say(Aloud(heard=heard.text, says=spoken_words(f"{error.message}. {error.hint}")))

    async def pressed(self, person: Person, readback: str) -> Aloud:
        """Go ahead with what was read back, by its button."""
        reply = await self._confirming.press(person, readback)
        return self._told("", reply)

    async def cancelled(self, person: Person) -> Aloud:
        """Drop whatever waits here."""
        return self._say(Aloud(says=await self._confirming.drop(person), hush=False))

    async def _asked(self, person: Person, utterance: Utterance) -> Aloud:
        meant = await self._meaning(utterance.heard, going_on=self._last.reply is not None)
        if meant.question:
            choices = tuple(choice.says for choice in meant.choices)
            return self._say(Aloud(heard=meant.text, says=spoken_words(meant.question), choices=choices))
        message = self._message(person, meant.text)
        reply = await self._floor.say(message, person.require(Scope.PROPOSE))
        if not await self._confirming.waits(person, reply):
            return self._told(meant.text, reply)
        if utterance.again:
            await self._confirming.forget(person, reply)
            return self._say(Aloud(heard=meant.text, says=REPLAYED, reply=reply))
        return self._say(await self._confirming.read_back(person, meant.text, reply))

    async def _approve(self, person: Person, utterance: Utterance, word: Steering) -> Aloud:
        if utterance.again:
            return self._say(Aloud(heard=utterance.heard.text, says=REPLAYED))
        message = self._message(person, utterance.heard.text)
        reply = await self._approving.offered(person, message, word.about)
        if not await self._confirming.waits(person, reply):
            return self._told(message.text, reply)
        return self._say(await self._confirming.read_back(person, message.text, reply))

    async def _confirm(self, person: Person, utterance: Utterance, word: Steering) -> Aloud:
        reply = await self._confirming.confirm(person, utterance, word.code)
        return self._told(_masked(utterance.heard), reply)

    async def _cancel(self, person: Person, utterance: Utterance, word: Steering) -> Aloud:
        del word
        return self._say(Aloud(heard=utterance.heard.text, says=await self._confirming.drop(person)))

    async def _stop(self, person: Person, utterance: Utterance, word: Steering) -> Aloud:
        del person, word
        return Aloud(heard=utterance.heard.text, hush=True)

    async def _repeat(self, person: Person, utterance: Utterance, word: Steering) -> Aloud:
        del person, word
        return self._again(utterance.heard)

    async def _slower(self, person: Person, utterance: Utterance, word: Steering) -> Aloud:
        del person, word
        self._pace = SLOW
        return self._again(utterance.heard)

    async def _faster(self, person: Person, utterance: Utterance, word: Steering) -> Aloud:
        del person, word
        self._pace = USUAL if self._pace < USUAL else FAST
        return self._again(utterance.heard)

    async def _send(self, person: Person, utterance: Utterance, word: Steering) -> Aloud:
        del word
        reply, heard = self._last.reply, utterance.heard.text
        if reply is None:
            return Aloud(heard=heard, says=NOTHING_TO_SEND, pace=self._pace)
        principal = person.require(Scope.PROPOSE)
        where = await self._outlet.send(principal, self._thread, reply) if self._outlet is not None else ""
        says = (
            f"Sent to {spoken_words(where)}."
            if where
            else "This conversation has no channel. It is on your screen."
        )
        return Aloud(heard=heard, says=says, pace=self._pace)

    def _again(self, heard: Heard) -> Aloud:
        says = self._last.says or NOTHING_TO_REPEAT
        return self._last.model_copy(update={"heard": heard.text, "says": says, "pace": self._pace})

    def _told(self, heard: str, reply: Reply) -> Aloud:
        choices = tuple(button.value or button.label for button in reply.buttons)
        return self._say(Aloud(heard=heard, says=said(reply), reply=reply, choices=choices))

    def _say(self, aloud: Aloud) -> Aloud:
        """Remember what is said last, for whoever asks to hear it again."""
        kept = aloud.reply or self._last.reply
        self._last = aloud.model_copy(update={"reply": kept})
        return aloud.model_copy(update={"pace": self._pace})

    def _message(self, person: Person, text: str) -> Message:
        return Message(
            id=self._ids.new("msg"),
            tenant=person.principal.tenant,
            thread=self._thread,
            sender=person.principal.id,
            surface=Surface.VOICE,
            text=spoken(text),
            at=self._clock.now(),
        )


def _masked(heard: Heard) -> str:
    """Return what is shown of a confirmation: a code is not written down anywhere."""
    return "confirm" if heard.text else ""
