"""Carrying runs out for an engine: one leg at a time, under a lease, and handed back where it cannot go on now.

The document says what is next. So a leg may be asked for again, on another node, by an engine that remembers more
or less than what happened.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from memory.clock import Clock
from memory.errors import ActionsStopped, Conflict, OutcomeUnknown
from memory.model.run import Run
from memory.store import Store, Unit
from memory.tasks import stopped
from runbooks.engine.peers import Peers
from runbooks.engine.port import FIRST, Report, Work
from runbooks.runner.executing import Executing
from runbooks.runner.holding import HeldRun
from runbooks.runner.legs import following, patience
from runbooks.runner.legs import paused as is_paused

ASIDE_S = 0.5  # between two looks at a run that somebody else holds

_log = structlog.get_logger(__name__)


class Carrying:
    """Serves `runbooks.engine.Carrier`."""

    def __init__(
        self, store: Store, clock: Clock, executing: Executing, peers: Peers, changed: Callable[[Run], None]
    ) -> None:
        self._store = store
        self._clock = clock
        self._executing = executing
        self._peers = peers
        self._changed = changed
        self._here: set[str] = set()  # runs of which a leg is under way in this process

    async def carry(self, work: Work, leg: str) -> Report:
        """Carry out what is next for a run, if that is the leg asked for; see `Carrier.carry`."""
        self._peers.require_touch()
        run = await self._store.runs.get(work.tenant, work.run)
        following_leg = following(run)
        if run.attempt != work.attempt or following_leg is None:
            return Report(says=run.status.value)
        if leg not in {FIRST, str(following_leg)}:
            return Report(next=str(following_leg), says="done already")
        if run.id in self._here or await self._held_elsewhere(run):
            return Report(next=leg, after_s=ASIDE_S, says="held by another")
        self._here.add(run.id)
        try:
            return await self._leg(run)
        finally:
            self._here.discard(run.id)

    async def _leg(self, run: Run) -> Report:
        held = HeldRun(run, self._store, self._clock, self._peers.name, self._changed)
        try:
            if is_paused(run):
                return await _handed_back(held, _says_paused(run))
            await self._take_up(held)
        except Conflict:
            return Report(next=FIRST, says="changed meanwhile")
        keeper = asyncio.create_task(held.keep())
        try:
            return await self._carried(held)
        except Conflict:
            _log.warning("run.lease_lost", run=run.id, correlation=run.correlation)
            return Report(says="overtaken")
        finally:
            await stopped(keeper)

    async def _carried(self, held: HeldRun) -> Report:
        """Carry out the leg, or hand the run back with the reason in words."""
        leg = following(held.run)
        try:
            if leg is not None:
                await self._executing.perform(held, leg)
        except ActionsStopped as error:
            _log.warning("run.paused", run=held.run.id, correlation=held.run.correlation, why=error.message)
            return await _handed_back(held, f"Paused: {error.message}.", paused=error.stop)
        except OutcomeUnknown as error:
            _log.warning("run.unknown", run=held.run.id, correlation=held.run.correlation, why=error.message)
            again = self._clock.now() + timedelta(seconds=patience(held.run.attempt))
            return await _handed_back(held, f"Unknown, checking: {error.message}.", again_at=again)
        after = following(held.run)
        return Report(next=None if after is None else str(after), says=held.run.status.value)

    async def _held_elsewhere(self, run: Run) -> bool:
        """Return whether somebody who may still be there holds the run."""
        lease = run.lease
        if lease is None or lease.holder == self._peers.name or self._clock.now() >= lease.until:
            return False
        return not await self._peers.is_gone(run.tenant, lease.holder)

    async def _take_up(self, held: HeldRun) -> None:
        """Take the lease, and the right to act from whoever had it: what was not begun then never is."""
        run = held.run
        if run.lease is not None and run.lease.holder == self._peers.name:
            return
        granted = [step.grant for step in run.steps if step.grant is not None]

        async def voided(unit: Unit) -> None:
            for grant in granted:
                await unit.grants.void(run.tenant, grant, self._clock.now())

        if run.paused is None:
            await held.save(inside=voided)
        else:
            await held.save(inside=voided, paused=None, summary="")


async def _handed_back(
    held: HeldRun, says: str, *, paused: str | None = None, again_at: datetime | None = None
) -> Report:
    """Let go of a run that cannot go on now; taken up again, it is another work."""
    again = held.run.attempt + 1
    await held.save(release=True, attempt=again, summary=says, paused=paused, again_at=again_at)
    return Report(says=says)


def _says_paused(run: Run) -> str:
    return f"Paused by {run.wish.by}." if run.wish is not None else "Paused."
