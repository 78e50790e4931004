"""Changing a plan that waits: another plan is made in the editor's words, and then the old one is void.

Nothing that was approved is ever changed: what people said yes to goes with the old plan.
"""

from collections.abc import Mapping

import structlog

from bot.surfaces.desk import Desk
from bot.surfaces.slack import modals
from bot.surfaces.slack.answering import Answering
from bot.surfaces.slack.attesting import attested
from bot.surfaces.slack.ports import Visit
from bot.surfaces.slack.presses import Subject
from bot.surfaces.slack.showing import Board
from bot.surfaces.slack.telling import opened, told
from memory.errors import AlreadyDecided
from memory.model.approval import Verdict
from memory.model.people import Principal, Surface
from memory.model.plan import Call
from memory.model.run import Run, RunStatus
from memory.model.talk import ButtonAction, Reply

_VOIDING = frozenset({ButtonAction.WITHDRAW, ButtonAction.DENY})
_NOT_THIS = "That did not become a plan with just these arguments: the old one stays."

_log = structlog.get_logger(__name__)


class Editing:
    """Opens the window with a plan's arguments, and proposes what was entered."""

    def __init__(self, desk: Desk, board: Board, answering: Answering) -> None:
        self._desk = desk
        self._board = board
        self._answering = answering

    async def open(self, visit: Visit, about: Subject) -> None:
        """Open the window, for whoever may replace the plan."""
        run = await self._desk.run(visit.person, about.run)
        if why := self._refusal(run, visit.person, about):
            await told(visit, about, why)
        else:
            await opened(visit, modals.edit(run, about))

    async def propose(self, visit: Visit, about: Subject, entered: Mapping[str, str]) -> None:
        """Have the other plan made; where it is just what was entered, the old one ends.

        Begun before by somebody who died, this finds the plan that was made then, and ends the old one.
        """
        run = await self._desk.run(visit.person, about.run)
        if run.status is RunStatus.WAITING and (why := self._refusal(run, visit.person, about)):
            await told(visit, about, why)
            return
        call = modals.edited(run.plan.steps[0].call, entered)
        words = modals.says(call)
        opening = f"{visit.person.name} edits the plan: {words}"
        reply = await self._answering.answer(visit, words, about.channel, about.thread, opening=opening)
        if not await self._meant(visit.person, reply, call, run):
            await told(visit, about, _NOT_THIS)
            return
        await self._void(visit, run)

    def _refusal(self, run: Run, who: Principal, about: Subject) -> str:
        """Return why somebody may not edit a plan, empty where they may."""
        if run.status is not RunStatus.WAITING or run.plan_digest != about.digest:
            return "This plan does not wait any more, or it is another one now. Look at the card again."
        if len(run.plan.steps) != 1 or run.plan.runbook:
            return "This plan has more than one step. Say in the thread what should be different."
        card = self._desk.card(run, who)
        if not _VOIDING & {each.action for each in card.buttons}:
            return f"Only {card.requester} or somebody who may deny it can replace it. Ask for more instead."
        return ""

    async def _meant(self, who: Principal, reply: Reply, call: Call, old: Run) -> bool:
        """Return whether the new plan is another one, and does exactly what was entered."""
        if reply.card is None or reply.card.run == old.id:
            return False
        steps = (await self._desk.run(who, reply.card.run)).plan.steps
        return [(each.call.tool, each.call.arguments) for each in steps] == [(call.tool, call.arguments)]

    async def _void(self, visit: Visit, run: Run) -> None:
        who, reason = visit.person, f"Edited by {visit.person.name}: another plan takes its place."
        try:
            if who.id == run.plan.requester:
                await self._desk.cancel(who, run.id, reason)
            else:
                event = attested(visit.arrival)
                digest = run.plan_digest
                await self._desk.decide(who, run.id, digest, Verdict.DENY, reason, Surface.SLACK, event=event)
        except AlreadyDecided:  # by who died, or by somebody who was faster
            _log.info("slack.plan_void_already", run=run.id)
        await self._board.refresh(run.id, anew=True)
