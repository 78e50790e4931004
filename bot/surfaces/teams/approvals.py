"""Plans that wait are shown in the configured channel, unasked, so that those who may decide see them.

A plan that was asked for in a channel or a group is seen by its people already. Each is shown once, and is brought
up to date there as everywhere.
"""

import asyncio
from typing import Final

import structlog

from bot.surfaces.desk import Desk
from bot.surfaces.teams.board import Board, watcher
from bot.surfaces.teams.channel import Channel
from bot.surfaces.teams.ports import Cards, Conversations
from bot.surfaces.teams.talking import THREADS
from memory.errors import QuarterdeckError
from memory.model.record import Event, Topic
from memory.model.run import RunStatus

GRACE_S: Final = 2.0  # the conversation that a plan was asked for in shows it first
SWEEP_S: Final = 30.0  # what was heard nowhere is shown after this
MOST: Final = 50

_log = structlog.get_logger(__name__)


class Approvals:
    """Shows plans that wait."""

    def __init__(
        self,
        desk: Desk,
        board: Board,
        channel: Channel,
        cards: Cards,
        conversations: Conversations,
        *,
        tenant: str,
        grace_s: float = GRACE_S,
    ) -> None:
        self._desk = desk
        self._board = board
        self._channel = channel
        self._cards = cards
        self._conversations = conversations
        self._tenant = tenant
        self._grace_s = grace_s
        self._watcher = watcher(tenant)

    async def keep(self) -> None:
        """Show what waits for as long as this runs, and at the start what began to wait while nobody was there."""
        async with self._desk.events(self._watcher, None) as happenings, asyncio.TaskGroup() as tasks:
            tasks.create_task(self._sweeping())
            async for happened in happenings:
                if isinstance(happened, Event) and _begins_to_wait(happened):
                    tasks.create_task(self._soon(str(happened.body["run"])))

    async def _soon(self, run: str) -> None:
        await asyncio.sleep(self._grace_s)
        await self._tried(run)

    async def _sweeping(self) -> None:
        while True:
            await asyncio.sleep(self._grace_s)
            try:
                page = await self._desk.runs(self._watcher, (RunStatus.WAITING,), None, MOST)
            except QuarterdeckError as error:
                _log.warning("teams.plans_unknown", code=error.code, why=error.message)
            else:
                for run in page.items:
                    await self._tried(run.id)
            await asyncio.sleep(SWEEP_S)

    async def _tried(self, run: str) -> None:
        try:
            if not await self._seen(run):
                await self._board.show(await self._channel.place(), run, shared=True)
        except QuarterdeckError as error:  # the next look may have more luck
            _log.warning("teams.plan_not_shown", run=run, code=error.code, why=error.message)

    async def _seen(self, run: str) -> bool:
        """Return whether a plan is, or is about to be, shown where more than one person sees it."""
        asked_in = (await self._desk.run(self._watcher, run)).plan.thread
        shown = [each.place for each in await self._cards.of(self._tenant, run)]
        for name in (asked_in.removeprefix(THREADS), *shown):
            place = await self._conversations.find(self._tenant, name)
            if place is not None and not place.direct:
                return True
        return False


def _begins_to_wait(happened: Event) -> bool:
    return happened.topic is Topic.RUN and happened.body.get("status") == RunStatus.WAITING
