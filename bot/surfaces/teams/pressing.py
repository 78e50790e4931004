"""Buttons of cards: who presses is asked who they are each time, and may do what they may now, to what they saw.

A press is bound to the digest of the plan that was on the card. What Teams asks by itself, to show a card anew,
decides nothing; neither does a card of an older version.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from bot.surfaces.desk import Desk
from bot.surfaces.places import Places
from bot.surfaces.teams.activities import Incoming
from bot.surfaces.teams.board import Board
from bot.surfaces.teams.cards import LONGEST_REASON, MADE, REASON, VIEW, personal_card
from bot.surfaces.teams.elements import CONTENT_TYPE
from bot.surfaces.teams.limits import cut
from bot.surfaces.teams.visitors import Visitors
from memory.canonical import canonical
from memory.errors import ApprovalRefused, Conflict, InvalidInput, NotFound, PolicyDenied
from memory.model.approval import Verdict
from memory.model.people import Principal, Surface
from memory.model.talk import ButtonAction
from memory.model.teams import Place

INVOKE: Final = "adaptiveCard/action"
MANUAL: Final = "manual"
NOBODY: Final = "I do not know you, or you are a guest here. Write “link” to me in a chat of our own."
OLDER: Final = "This card was made by an older version and decides nothing. Press “What can I do?” on a new one."

Content = dict[str, Any]


@dataclass(frozen=True)
class Press:
    """What somebody pressed: `by_hand` or because Teams shows them the card."""

    verb: str
    by_hand: bool
    run: str
    digest: str
    made: object
    reason: str
    say: str


class Pressing:
    """Answers presses. `say` has something said for a person, in a place, in the background."""

    def __init__(
        self,
        desk: Desk,
        visitors: Visitors,
        board: Board,
        places: Places,
        say: Callable[[Incoming, Place, Principal, str], None],
    ) -> None:
        self._desk = desk
        self._visitors = visitors
        self._board = board
        self._places = places
        self._say = say

    async def pressed(self, came: Incoming) -> Content:
        """Return what an invoke is answered with; raises `QuarterdeckError`."""
        press, place = pressed(came), await self._visitors.place(came)
        person = await self._visitors.person(came, place)
        if person is None:
            return failure(403, NOBODY)
        if press.made != MADE:
            return failure(400, OLDER)
        if press.verb == ButtonAction.SAY:
            if press.by_hand and press.say:
                self._say(came, place, person, press.say)
            return said("On it.")
        try:
            notes = await self._done(press, person, came) if press.by_hand else ()
        except (ApprovalRefused, PolicyDenied, Conflict) as error:
            notes = tuple(each for each in (error.message, error.hint) if each)
        if press.verb not in {VIEW, ButtonAction.WHY}:
            await self._board.refresh(press.run)
        run = await self._desk.run(person, press.run)
        return shown(personal_card(self._desk.card(run, person), self._places, notes))

    async def _done(self, press: Press, person: Principal, came: Incoming) -> tuple[str, ...]:
        """Do what was pressed and return what to say about it."""
        match press.verb:
            case ButtonAction.APPROVE | ButtonAction.DENY | ButtonAction.BREAK_GLASS:
                verdict = Verdict.DENY if press.verb == ButtonAction.DENY else Verdict.APPROVE
                await self._desk.decide(
                    person,
                    press.run,
                    press.digest,
                    verdict,
                    press.reason,
                    Surface.TEAMS,
                    event=attested(press, came),
                    break_glass=press.verb == ButtonAction.BREAK_GLASS,
                )
                return ()
            case ButtonAction.WITHDRAW:
                run = await self._desk.run(person, press.run)
                if run.plan_digest != press.digest:
                    raise Conflict("expected the plan that was on the card, found another")
                await self._desk.cancel(person, press.run, press.reason)
                return ()
            case ButtonAction.WHY:
                why = await self._desk.explain(person, press.run)
                policies = f"Policy: {', '.join(why.policies)}." if why.policies else ""
                return tuple(each for each in (why.reason, policies, *why.not_done) if each)
            case "view":
                return ()
            case _:
                raise NotFound("expected a button of ours, found another")


def pressed(came: Incoming) -> Press:
    """Return what was pressed; raises `InvalidInput`. The trigger is read here: the library drops it."""
    action = came.value.get("action")
    data = action.get("data") if isinstance(action, dict) else None
    if came.name != INVOKE or not isinstance(action, dict) or not isinstance(data, dict):
        raise InvalidInput("expected a press of a card's button, found another invoke")
    texts = {name: found for name, found in data.items() if isinstance(found, str)}
    return Press(
        verb=str(action.get("verb", "")),
        by_hand=came.value.get("trigger") == MANUAL,
        run=texts.get("run", ""),
        digest=texts.get("digest", ""),
        made=data.get("made"),
        reason=cut(texts.get(REASON, "").strip(), LONGEST_REASON),
        say=texts.get("say", ""),
    )


def attested(press: Press, came: Incoming) -> bytes:
    """Return what is kept beside an approval: what came and was verified, in its canonical form."""
    return canonical(
        {
            "surface": "teams",
            "activity": came.id,
            "entra": came.tenant,
            "person": came.person,
            "conversation": came.conversation,
            "verb": press.verb,
            "run": press.run,
            "digest": press.digest,
            "reason": press.reason,
        }
    )


def shown(card: Content) -> Content:
    """Return an answer that shows a card to whoever pressed."""
    return {"statusCode": 200, "type": CONTENT_TYPE, "value": card}


def said(text: str) -> Content:
    """Return an answer that says something of ours to whoever pressed."""
    return {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": text}


def failure(status: int, text: str) -> Content:
    """Return an answer that says why not."""
    return {
        "statusCode": status,
        "type": "application/vnd.microsoft.error",
        "value": {"code": str(status), "message": text},
    }
