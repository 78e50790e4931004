"""Changing a plan that waits, in a window: see `bot.surfaces.replacing` for what that means for the old one."""

from collections.abc import Mapping

from bot.surfaces.desk import Desk
from bot.surfaces.replacing import NOT_THIS, Replacing, edited, says
from bot.surfaces.slack import modals
from bot.surfaces.slack.answering import Answering
from bot.surfaces.slack.attesting import attested
from bot.surfaces.slack.ports import Visit
from bot.surfaces.slack.presses import Subject
from bot.surfaces.slack.showing import Board
from bot.surfaces.slack.telling import opened, told
from memory.model.people import Surface
from memory.model.run import RunStatus


class Editing:
    """Opens the window with a plan's arguments, and proposes what was entered."""

    def __init__(self, desk: Desk, board: Board, answering: Answering) -> None:
        self._desk = desk
        self._board = board
        self._answering = answering
        self._replacing = Replacing(desk)

    async def open(self, visit: Visit, about: Subject) -> None:
        """Open the window, for whoever may replace the plan."""
        run = await self._desk.run(visit.person, about.run)
        if why := self._replacing.refusal(run, visit.person, about.digest):
            await told(visit, about, why)
        else:
            await opened(visit, modals.edit(run, about))

    async def propose(self, visit: Visit, about: Subject, entered: Mapping[str, str]) -> None:
        """Have the other plan made; where it is just what was entered, the old one ends.

        Begun before by somebody who died, this finds the plan that was made then, and ends the old one.
        """
        run = await self._desk.run(visit.person, about.run)
        waits = run.status is RunStatus.WAITING
        if waits and (why := self._replacing.refusal(run, visit.person, about.digest)):
            await told(visit, about, why)
            return
        call = edited(run.plan.steps[0].call, entered)
        words = says(call)
        opening = f"{visit.person.name} edits the plan: {words}"
        reply = await self._answering.answer(visit, words, about.channel, about.thread, opening=opening)
        if not await self._replacing.meant(visit.person, reply, call, run):
            await told(visit, about, NOT_THIS)
            return
        await self._replacing.void(visit.person, run, Surface.SLACK, attested(visit.arrival))
        await self._board.refresh(run.id, anew=True)
