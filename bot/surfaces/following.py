"""Cards in a chat follow what happens: a change is looked at soon, and of many at once the last alone is shown.

What is heard says only when to look, so an event that is lost, doubled or late changes nothing but the moment.
"""

import asyncio
from datetime import timedelta
from typing import Final, Protocol

import structlog

from bot.surfaces.desk import Desk
from memory.errors import QuarterdeckError
from memory.model.people import Principal
from memory.model.record import Event, Topic
from memory.tasks import stopped

EVERY: Final = timedelta(seconds=1)  # between two updates of one card
SWEEP: Final = timedelta(seconds=5)  # what was heard nowhere, or by another node alone, is seen after this

_log = structlog.get_logger(__name__)


class Board(Protocol):
    """Shows plans, or incidents, and knows which may still change."""

    async def refresh(self, name: str, /) -> None:
        """Bring what shows one up to date now."""

    async def open(self) -> tuple[str, ...]:
        """Return those that are shown and may still change."""


class Following:
    """Keeps the cards of a board up to date: `about` plans or incidents, as the `watcher` may see them."""

    def __init__(
        self,
        watcher: Principal,
        desk: Desk,
        board: Board,
        *,
        about: Topic = Topic.RUN,
        every: timedelta = EVERY,
        sweep: timedelta = SWEEP,
    ) -> None:
        self._about = about
        self._watcher = watcher
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
                    if isinstance(happened, Event) and happened.topic is self._about:
                        name = happened.body.get(self._about.value)
                        if isinstance(name, str):
                            self._follow(name)
            finally:
                tasks = (sweeping, *self._tasks.values())
                await stopped(*tasks)

    def _follow(self, name: str) -> None:
        self._again.add(name)
        if name not in self._tasks:
            self._tasks[name] = asyncio.create_task(self._updating(name))

    async def _updating(self, name: str) -> None:
        try:
            while name in self._again:
                self._again.discard(name)
                await self._tried(name)
                await asyncio.sleep(self._every)
        finally:
            del self._tasks[name]

    async def _tried(self, name: str) -> None:
        try:
            await self._board.refresh(name)
        except QuarterdeckError as error:  # the next look may have more luck
            _log.warning("card.stale", of=name, by=self._watcher.id, code=error.code, why=error.message)

    async def _sweeping(self) -> None:
        while True:
            try:
                for name in await self._board.open():
                    self._follow(name)
            except QuarterdeckError as error:
                _log.warning("card.unknown", by=self._watcher.id, code=error.code, why=error.message)
            await asyncio.sleep(self._sweep)
