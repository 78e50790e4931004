"""Buttons of cards: who presses is asked who they are each time, and may do what they may now, to what they saw.

A press is bound to the digest of the plan that was on the card. What Teams asks by itself, to show a card anew,
decides nothing; neither does a card of an older version.
"""

from functools import partial
from typing import Final

from bot.surfaces.desk import Desk
from bot.surfaces.lessons import LessonDesk
from bot.surfaces.places import Places
from bot.surfaces.replacing import Replacing
from bot.surfaces.same_again import SameAgain
from bot.surfaces.teams.activities import Incoming
from bot.surfaces.teams.board import Board
from bot.surfaces.teams.cards import editing_card, personal_card
from bot.surfaces.teams.deciding import Deciding
from bot.surfaces.teams.following_up import FollowingUp
from bot.surfaces.teams.incidents import Incidents
from bot.surfaces.teams.presses import CONSENT, Press, Pressed, failure, pressed, said, shown
from bot.surfaces.teams.verbs import MADE, Verb
from bot.surfaces.teams.visitors import Visitors
from memory.errors import ApprovalRefused, Conflict, NotFound, PolicyDenied
from memory.model.people import Principal
from memory.model.run import Run, RunStatus
from memory.model.talk import ButtonAction
from memory.model.teams import Place

NOBODY: Final = "I do not know you, or you are a guest here. Write “link” to me in a chat of our own."
OLDER: Final = "This card was made by an older version and decides nothing. Press “What can I do?” on a new one."
NO_QUESTION: Final = "Write what you would like to know into the field, and press again."
STOPPING: Final = "Stopping what you asked here."
THANKS: Final = "Thank you. Ask “why?” to see what the answer rests on."
NOT_YOURS: Final = "Only who asked can say whether they were understood."
_LOOKS_ONLY: Final = frozenset({Verb.VIEW, Verb.EDIT, ButtonAction.WHY})


class Pressing:
    """Answers presses."""

    def __init__(
        self,
        desk: Desk,
        visitors: Visitors,
        board: Board,
        places: Places,
        again: SameAgain,
        following_up: FollowingUp,
        *,
        incidents: Incidents | None = None,
        lessons: LessonDesk | None = None,
    ) -> None:
        self._desk = desk
        self._visitors = visitors
        self._board = board
        self._places = places
        self._again = again
        self._replacing = Replacing(desk)
        self._deciding = Deciding(desk, again)
        self._following_up = following_up
        self._incidents = incidents
        self._lessons = lessons

    async def pressed(self, came: Incoming) -> Pressed:
        """Return what a press is answered with, and what follows; raises `QuarterdeckError`."""
        place = await self._visitors.place(came)
        person = await self._visitors.person(came, place)
        if person is None:
            return Pressed(failure(403, NOBODY))
        if came.name == CONSENT:
            return Pressed({}, partial(self._following_up.give, came, place, person))
        return await self._by(person, came, place, pressed(came))

    async def _by(self, person: Principal, came: Incoming, place: Place, press: Press) -> Pressed:
        """Do what somebody pressed who is known, and no guest."""
        if press.made != MADE:
            return Pressed(failure(400, OLDER))
        if press.verb == ButtonAction.SAY:
            says = partial(self._following_up.say, came, place, person, press.say)
            return Pressed(said("On it."), says if press.by_hand and press.say else None)
        if press.verb == Verb.STOP:
            return Pressed(said(await self._stopped(press, person)))
        if press.verb == Verb.THUMB:
            return Pressed(said(await self._judged(press, person)))
        if self._incidents is not None:
            answer = await self._incidents.pressed(press, came, place, person)
            if answer is not None:
                return answer
        return await self._about_a_plan(press, came, place, person)

    async def _stopped(self, press: Press, person: Principal) -> str:
        """Stop what whoever pressed asked in a conversation, and nothing of anybody else's."""
        if press.by_hand and press.texts.get("thread"):
            await self._desk.stop(person, press.texts["thread"])
        return STOPPING

    async def _judged(self, press: Press, person: Principal) -> str:
        """Keep what somebody makes of an answer that they were given, and return a word of thanks."""
        if self._lessons is None or not press.by_hand:
            return THANKS
        try:
            await self._lessons.thumb(person, press.texts.get("reply", ""), up=press.texts.get("thumb") == "up")
        except NotFound:
            return NOT_YOURS
        return THANKS

    async def _about_a_plan(self, press: Press, came: Incoming, place: Place, person: Principal) -> Pressed:
        run = await self._desk.run(person, press.run)
        if press.by_hand and press.verb == Verb.EDIT:
            return Pressed(shown(self._edited(run, person, press)))
        if press.by_hand and press.verb == Verb.PROPOSE:
            if why := self._replacing.refusal(run, person, press.digest):
                return Pressed(shown(self._card(run, person, (why,))))
            follows = partial(self._following_up.replace, came, place, person, press)
            return Pressed(said("On it: another plan takes its place."), follows)
        if press.by_hand and press.verb == Verb.ASK:
            if not press.reason:
                return Pressed(shown(self._card(run, person, (NO_QUESTION,))))
            return Pressed(said("Asked."), partial(self._following_up.ask, came, place, person, press))
        try:
            notes = await self._deciding.done(press, person, came) if press.by_hand else ()
        except (ApprovalRefused, PolicyDenied, Conflict) as error:
            notes = tuple(each for each in (error.message, error.hint) if each)
        if press.verb not in _LOOKS_ONLY:
            await self._board.refresh(press.run)
        return Pressed(shown(self._card(await self._desk.run(person, press.run), person, notes)))

    def _edited(self, run: Run, person: Principal, press: Press) -> dict[str, object]:
        """Return the card on which a plan is changed, for whoever may replace it."""
        if why := self._replacing.refusal(run, person, press.digest):
            return self._card(run, person, (why,))
        return {**editing_card(self._desk.card(run, person), run.plan.steps[0].call)}

    def _card(self, run: Run, person: Principal, notes: tuple[str, ...]) -> dict[str, object]:
        card = self._desk.card(run, person)
        return {**personal_card(card, self._places, notes, self._further(run, person))}

    def _further(self, run: Run, person: Principal) -> tuple[Verb, ...]:
        """Return what else than deciding somebody may do about a plan."""
        waits = run.status is RunStatus.WAITING
        asks = [Verb.ASK] if waits and person.id != run.plan.requester else []
        edits = [Verb.EDIT] if waits and not self._replacing.refusal(run, person, run.plan_digest) else []
        again = [Verb.STANDING] if self._again.offered(run, person) else []
        return (*asks, *edits, *again)
