"""A node's life: it enters, works, is heard; once counted as gone it lets go of all and enters as another."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from memory.errors import QuarterdeckError
from memory.tasks import stopped
from runbooks.engine.leadership import Leadership
from runbooks.engine.membership import Membership, Rhythm
from runbooks.engine.port import Carrier, DurableEngine
from runbooks.engine.reaper import Reaper

_log = structlog.get_logger(__name__)


class LiveNode:
    """Keeps an engine working for as long as this node is among the living."""

    def __init__(
        self,
        engine: DurableEngine,
        membership: Membership,
        leadership: Leadership,
        reaper: Reaper,
        rhythm: Rhythm,
    ) -> None:
        self._engine = engine
        self._membership = membership
        self._leadership = leadership
        self._reaper = reaper
        self._rhythm = rhythm
        self._working = asyncio.Event()

    @asynccontextmanager
    async def living(self, carrier: Carrier) -> AsyncIterator[None]:
        """Work from soon on until the end; then hand over what is not finished and say goodbye.

        Nobody has to wait for the engine to start: what is approved meanwhile is submitted by whoever tends.
        """
        keepers = [asyncio.create_task(self._stay(carrier)), asyncio.create_task(self._reap())]
        try:
            yield
        finally:
            await stopped(*keepers)
            await self._gone()
            await self._engine.close()

    async def at_work(self) -> None:
        """Return once this node carries works out."""
        await self._working.wait()

    async def drain(self, within_s: float) -> bool:
        """Take no more, let what is under way come to a safe point, and say goodbye; return whether all came."""
        self._membership.draining = True
        return not self._working.is_set() or await self._engine.drain(within_s)

    async def _gone(self) -> None:
        if not self._membership.entered:
            return
        try:
            await self._leadership.resign()
            await self._membership.leave()
        except QuarterdeckError as error:
            _log.warning("node.left_unheard", code=error.code, why=error.message)

    async def _stay(self, carrier: Carrier) -> None:
        """Be heard. Counted as gone, let go of everything first, and come back as a node that holds nothing."""
        while True:
            await self._come(carrier)
            await self._membership.keep()
            self._working.clear()
            await self._engine.close()

    async def _come(self, carrier: Carrier) -> None:
        """Enter and begin to work, as soon as that is possible."""
        while not self._working.is_set():
            try:
                await self._membership.enter()
                await self._engine.launch(carrier)
                self._working.set()
            except QuarterdeckError as error:
                _log.warning("node.not_at_work_yet", code=error.code, why=error.message)
                await asyncio.sleep(self._rhythm.beat_s)

    async def _reap(self) -> None:
        while True:
            await self._working.wait()
            await self._reaper.turn()
            await self._reaper.forget()
            await asyncio.sleep(self._rhythm.reap_s)
