"""What is read back, and its code: drawn then, good for a minute, used once, and said in few attempts."""

from datetime import timedelta
from typing import Final

from agents.answer import Answer, AnswerKind
from agents.nodes.proposing import submitted
from agents.ports import Turn
from agents.units import sentence
from bot.surfaces.desk import Doorkeeper, Scope
from bot.surfaces.speech import Aloud, Person, Utterance, Waiting
from bot.surfaces.voice.codes import LASTS, UNREPEATED, Codes
from bot.surfaces.voice.numerals import digits
from bot.surfaces.voice.ports import Floor, Submitting
from bot.surfaces.voice.saying import spoken_words
from memory.canonical import canonical
from memory.clock import Clock
from memory.errors import SpokenCodeRefused
from memory.ids import Ids
from memory.model.approval import Verdict
from memory.model.intent import Intent, IntentKind
from memory.model.people import Principal, Surface
from memory.model.talk import Message, Reply
from memory.model.voice import Readback, ReadbackKind
from memory.store import Store

LONGEST_READ: Final = 700  # characters: what takes longer to read out is looked at, and pressed
NO_CODE: Final = "That is too long to read out. Look at it, and press the button."
DROPPED: Final = "Dropped. Nothing was done."
NOTHING_WAITS: Final = "Nothing waits, and nothing was done."
CONFIRMED: Final = "Confirmed."


class Confirming:
    """The readbacks of one tenant's conversations."""

    def __init__(
        self,
        store: Store,
        floor: Floor,
        submitting: Submitting,
        doorkeeper: Doorkeeper,
        codes: Codes,
        *,
        clock: Clock,
        ids: Ids,
        lasts: timedelta = LASTS,
    ) -> None:
        self._store = store
        self._floor = floor
        self._submitting = submitting
        self._doorkeeper = doorkeeper
        self._codes = codes
        self._clock = clock
        self._ids = ids
        self._lasts = lasts

    async def waits(self, person: Person, reply: Reply) -> bool:
        """Return whether a reply is about something that is to be confirmed."""
        return await self._of(person, reply) is not None

    async def forget(self, person: Person, reply: Reply) -> None:
        """End what a reply would have had confirmed."""
        found = await self._of(person, reply)
        if found is not None:
            await self._store.readbacks.end(found, self._clock.now())

    async def read_back(self, person: Person, heard: str, reply: Reply) -> Aloud:
        """Give a code for what a reply is about, and return what is read out; whatever waited before is over."""
        found = await self._of(person, reply)
        if found is None:
            raise SpokenCodeRefused("expected something of this person's to read back, found nothing")
        now = self._clock.now()
        given = found.model_copy(update={"expires_at": now + self._lasts})
        before = await self._store.readbacks.given(found.tenant, found.person, UNREPEATED)
        code = self._codes.fresh(found.tenant, found.person, before)
        hashed = self._codes.hashed(found.tenant, found.person, code)
        if not await self._store.readbacks.give(given, person.session, hashed, now):
            raise SpokenCodeRefused("expected something that waits, found it over", hint="Say it again.")
        coded = len(found.says) <= LONGEST_READ
        confirm = f"confirm {digits(code)}"
        called = person.surface is Surface.VOICE  # by telephone: the code last, so that nobody says it over us
        end = f"Press hash, or say {confirm}." if called else f"Say {confirm}, or press the button."
        asks = "Approve this: " if found.kind is ReadbackKind.APPROVE else ""
        says = f"{asks}{spoken_words(sentence(found.says))} {end}" if coded else NO_CODE
        waiting = Waiting(id=found.id, says=found.says, until=given.expires_at, coded=coded)
        return Aloud(heard=heard, says=says, reply=reply, waiting=waiting)

    async def confirm(self, person: Person, utterance: Utterance, code: str) -> Reply:
        """Go ahead with what waits here, where this is its code, said after it was read out by the person.

        Raises `SpokenCodeRefused`, of which the ledger tells.
        """
        try:
            found = await self._spoken(person, utterance, code)
        except SpokenCodeRefused as error:
            await self._doorkeeper.refused(error, person.principal)
            raise
        return await self._go_ahead(person, found, by_button=False)

    async def press(self, person: Person, readback: str) -> Reply:
        """Go ahead with it by its button; raises `SpokenCodeRefused`."""
        who = person.principal
        now = self._clock.now()
        found = await self._store.readbacks.press(who.tenant, who.id, person.session, readback, now)
        return await self._go_ahead(person, found, by_button=True)

    async def drop(self, person: Person) -> str:
        """End whatever waits here, and return what is said of it."""
        who = person.principal
        ended = await self._store.readbacks.drop(who.tenant, who.id, person.session, self._clock.now())
        return DROPPED if ended else NOTHING_WAITS

    async def _spoken(self, person: Person, utterance: Utterance, code: str) -> Readback:
        who, now = person.principal, self._clock.now()
        waiting = await self._store.readbacks.open(who.tenant, who.id, person.session, now)
        if waiting is None:
            raise SpokenCodeRefused("expected a code for something that was read back, found that nothing waits")
        if len(waiting.says) > LONGEST_READ:
            raise SpokenCodeRefused("expected the button for what is too long to read out, found a code")
        if utterance.again:
            raise SpokenCodeRefused("expected a code said just now, found a recording that was heard before")
        if utterance.over_us or utterance.began < waiting.expires_at - self._lasts:
            raise SpokenCodeRefused(
                "expected a code said after it was read out, found one that began before", hint="Say it again."
            )
        hashed = self._codes.hashed(who.tenant, who.id, code)
        return await self._store.readbacks.spend(who.tenant, who.id, person.session, hashed, now)

    async def _go_ahead(self, person: Person, readback: Readback, *, by_button: bool) -> Reply:
        approves = readback.kind is ReadbackKind.APPROVE
        who = person.require(Scope.APPROVE if approves else Scope.PROPOSE)
        message = Message(
            id=self._ids.new("msg"),
            tenant=who.tenant,
            thread=readback.thread,
            sender=who.id,
            surface=person.surface if by_button else Surface.VOICE,
            text=CONFIRMED,
            at=self._clock.now(),
        )

        async def answering(turn: Turn) -> Answer:
            if approves:
                return await self._approved(turn, readback, person.session, by_button=by_button)
            return await self._submitted(turn, readback, who)

        return await self._floor.take(message, who, answering)

    async def _submitted(self, turn: Turn, readback: Readback, who: Principal) -> Answer:
        submission = await self._submitting.confirmed(readback, who)
        if submission.run is None:
            text = " ".join(sentence(each) for each in (submission.refusal, submission.hint) if each)
            return Answer(kind=AnswerKind.REFUSAL, text=text, intent=_intent(turn), policies=submission.policies)
        return submitted(_intent(turn), submission.run, self._clock.now())

    async def _approved(self, turn: Turn, readback: Readback, session: str, *, by_button: bool) -> Answer:
        """Say yes to exactly the plan that was read back: a spoken yes, or a click of its button."""
        how = "button" if by_button else "spoken code"
        event = canonical({"surface": "voice", "session": session, "readback": readback.id, "how": how})
        run = await self._floor.decide(
            turn.principal,
            str(readback.run),
            readback.plan_digest,
            Verdict.APPROVE,
            "",
            turn.message.surface,
            event=event,
        )
        text = f"Your yes is noted. The plan is {run.status.value}."
        return Answer(kind=AnswerKind.PLAN, text=text, intent=_intent(turn), run=run)

    async def _of(self, person: Person, reply: Reply) -> Readback | None:
        found = await self._store.readbacks.of_message(person.principal.tenant, reply.to)
        return found if found is not None and found.person == person.principal.id else None


def _intent(turn: Turn) -> Intent:
    return Intent(text=turn.message.text, kind=IntentKind.SMALLTALK)
