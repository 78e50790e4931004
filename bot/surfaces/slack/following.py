"""Cards follow what happens: a change is looked at soon, and of many at once the last alone is shown.

What is heard says only when to look, so an event that is lost, doubled or late changes nothing but the moment.
"""

import asyncio
from datetime import timedelta
from typing import Final

import structlog

from bot.surfaces.desk import Desk
from bot.surfaces.slack.showing import Board, watcher
from memory.errors import QuarterdeckError
from memory.model.record import Event, Topic

EVERY: Final = timedelta(seconds=1)  # between two updates of one card
SWEEP: Final = timedelta(seconds=5)  # what was heard nowhere, or by another node alone, is seen after this

_log = structlog.get_logger(__name__)


class Following:
    """Keeps the cards of a board up to date."""

    def __init__(
        self, tenant: str, desk: Desk, board: Board, *, every: timedelta = EVERY, sweep: timedelta = SWEEP
    ) -> None:
        self._watcher = watcher(tenant)
        self._desk = desk
        self._board = board
        self._every = every.total_seconds()
        self._sweep = sweep.total_seconds()
        self._again: set[str] = set()
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def keep(self) -> None:
        """Follow for as long as this runs; it begins with a look at every card that may change."""
        async with self._desk.events(self._watcher, None) as happenings:
            sweeping = asyncio.create_task(self._sweeping())
            try:
                async for happened in happenings:
                    if isinstance(happened, Event) and happened.topic is Topic.RUN:
                        self._follow(str(happened.body["run"]))
            finally:
                tasks = (sweeping, *self._tasks.values())
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    def _follow(self, run: str) -> None:
        self._again.add(run)
        if run not in self._tasks:
            self._tasks[run] = asyncio.create_task(self._updating(run))

    async def _updating(self, run: str) -> None:
        try:
            while run in self._again:
                self._again.discard(run)
                await self._tried(run)
                await asyncio.sleep(self._every)
        finally:
            del self._tasks[run]

    async def _tried(self, run: str) -> None:
        try:
            await self._board.refresh(run)
        except QuarterdeckError as error:  # the next look may have more luck
            _log.warning("slack.card_stale", run=run, code=error.code, why=error.message)

    async def _sweeping(self) -> None:
        while True:
            try:
                for run in await self._board.open():
                    self._follow(run)
            except QuarterdeckError as error:
                _log.warning("slack.cards_unknown", code=error.code, why=error.message)
            await asyncio.sleep(self._sweep)
