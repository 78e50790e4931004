"""Deciding on a plan by its card: yes, no, ask for more, withdraw, go ahead alone.

Whether somebody may is asked of the desk, which records what it refuses; here a refusal is told to whoever
pressed, and the card is brought up to date. What counts is the digest that stood on the button.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from bot.surfaces.desk import Desk, Steer
from bot.surfaces.slack import modals
from bot.surfaces.slack.answering import Answering
from bot.surfaces.slack.attesting import attested
from bot.surfaces.slack.blocks import Post, escaped
from bot.surfaces.slack.editing import Editing
from bot.surfaces.slack.keeping import Accounts
from bot.surfaces.slack.ports import Visit
from bot.surfaces.slack.presses import Form, Press, Subject, clicked, filled, submitted
from bot.surfaces.slack.repeating import Repeating
from bot.surfaces.slack.rich import Block, person, quote, rich, section, words
from bot.surfaces.slack.showing import Board
from bot.surfaces.slack.telling import opened, refused, told
from memory.errors import AlreadyDecided, ApprovalRefused, Conflict, NotFound, PolicyDenied
from memory.model.approval import Verdict
from memory.model.people import Principal, Surface
from memory.model.run import RunStatus
from memory.model.talk import ButtonAction

_LINKS: Final = frozenset({ButtonAction.SIGN, ButtonAction.RECEIPTS})  # the page they open does it
_WINDOWS: Final[Mapping[str, Callable[[Subject], Block]]] = {
    ButtonAction.DENY: modals.deny,
    ButtonAction.BREAK_GLASS: modals.break_glass,
    Press.ASK: modals.ask,
}


class Deciding:
    """What comes of buttons and windows about plans."""

    def __init__(
        self,
        desk: Desk,
        board: Board,
        answering: Answering,
        accounts: Accounts,
        repeating: Repeating,
    ) -> None:
        self._desk = desk
        self._board = board
        self._accounts = accounts
        self._editing = Editing(desk, board, answering)
        self._again = repeating
        self._presses: Mapping[str, Callable[[Visit, Subject], Awaitable[None]]] = {
            ButtonAction.APPROVE: self._approve,
            ButtonAction.WITHDRAW: self._withdraw,
            ButtonAction.WHY: self._why,
            ButtonAction.PAUSE: self._steer(Steer.PAUSE),
            ButtonAction.RESUME: self._steer(Steer.RESUME),
            ButtonAction.CANCEL: self._steer(Steer.CANCEL),
            Press.EDIT: self._editing.open,
            Press.MORE: repeating.offer,
            Press.STANDING: repeating.give,
        }

    async def press(self, visit: Visit, action: str) -> bool:
        """Do what a button of a card says; False where it is none of these."""
        if action in _LINKS:
            return True
        about = clicked(visit.arrival) if action in self._presses or action in _WINDOWS else None
        if about is None:
            return False
        if action in _WINDOWS:
            await opened(visit, _WINDOWS[action](about))
        else:
            await self._presses[action](visit, about)
        return True

    async def take(self, visit: Visit, form: str) -> bool:
        """Do what a window about a plan was sent for; False where it is none of these."""
        about, entered = submitted(visit.arrival), filled(visit.arrival)
        reason = entered.get(modals.REASON, "")
        match form:
            case Form.DENY:
                await self._decide(visit, about, Verdict.DENY, reason)
            case Form.BREAK_GLASS:
                await self._decide(visit, about, Verdict.APPROVE, reason, alone=True)
            case Form.ASK:
                await self._ask(visit, about, reason)
            case Form.EDIT:
                await self._editing.propose(visit, about, entered)
            case _:
                return False
        return True

    async def _approve(self, visit: Visit, about: Subject) -> None:
        await self._decide(visit, about, Verdict.APPROVE)

    async def _decide(
        self, visit: Visit, about: Subject, verdict: Verdict, reason: str = "", *, alone: bool = False
    ) -> None:
        who = visit.person
        try:
            run = await self._desk.decide(
                who,
                about.run,
                about.digest,
                verdict,
                reason,
                Surface.SLACK,
                event=attested(visit.arrival),
                break_glass=alone,
            )
        except (ApprovalRefused, PolicyDenied, Conflict) as error:
            if not (isinstance(error, AlreadyDecided) and await self._said(who, about, verdict)):
                await told(visit, about, *refused(error), await self._needed(who, about))
            await self._board.refresh(about.run, anew=True)
            return
        await self._board.refresh(run.id)
        if verdict is Verdict.APPROVE:
            await self._again.suggest(visit, about)

    async def _said(self, who: Principal, about: Subject, verdict: Verdict) -> bool:
        """Return whether this person said just this to just this plan before: a second press of the same."""
        run = await self._desk.run(who, about.run)
        mine = [each for each in run.approvals if each.approver == who.id]
        return any((each.verdict, each.plan_digest) == (verdict, about.digest) for each in mine)

    async def _needed(self, who: Principal, about: Subject) -> str:
        """Return what a plan still waits for, in words."""
        try:
            run = await self._desk.run(who, about.run)
        except NotFound:
            return ""
        card = self._desk.card(run, who)
        if run.status is not RunStatus.WAITING or not card.quorum:
            return ""
        needs = f"{card.quorum} approval{'s' if card.quorum > 1 else ''}"
        return f"It needs {needs}, not from {card.requester}; given so far: {len(card.decided)}."

    async def _withdraw(self, visit: Visit, about: Subject) -> None:
        try:
            await self._desk.cancel(visit.person, about.run, "")
        except (ApprovalRefused, PolicyDenied, Conflict) as error:
            await told(visit, about, *refused(error))
        await self._board.refresh(about.run, anew=True)

    def _steer(self, how: Steer) -> Callable[[Visit, Subject], Awaitable[None]]:
        """Return what pauses, resumes or cancels a run that is under way."""

        async def steer(visit: Visit, about: Subject) -> None:
            try:
                await self._desk.steer(visit.person, about.run, how, "")
            except (PolicyDenied, Conflict) as error:
                await told(visit, about, *refused(error))
            await self._board.refresh(about.run, anew=True)

        return steer

    async def _ask(self, visit: Visit, about: Subject, question: str) -> None:
        """Put a question to whoever asked for the plan, in its thread."""
        run = await self._desk.run(visit.person, about.run)
        user = await self._accounts.user(run.tenant, visit.web.team, run.plan.requester)
        whom = [person(user), words(", ")] if user else []
        asks = [*whom, words(f"{visit.person.name} asks before deciding on “{run.plan.goal}”:")]
        post = Post(
            text=escaped(f"{visit.person.name} asks: {question}"),
            blocks=(rich(section(asks), quote(question)),),
        )
        await visit.web.post(about.channel, post, key=f"{visit.arrival.id}:ask", thread=about.thread)

    async def _why(self, visit: Visit, about: Subject) -> None:
        found = await self._desk.explain(visit.person, about.run)
        policies = f"Policy: {', '.join(found.policies)}." if found.policies else ""
        await told(visit, about, found.reason, policies, *found.not_done)
