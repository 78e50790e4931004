"""What is looked after from time to time: plans nobody decided on, and runs that nobody carries out.

It reads the store and asks the engine; anybody may do it, at any time, several at once.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from memory.clock import Clock
from memory.errors import Conflict
from memory.model.run import Run, RunStatus
from memory.store import Store
from runbooks.engine import DurableEngine, Standing, Work
from runbooks.engine.peers import Peers
from runbooks.runner.braking import Braking
from runbooks.runner.legs import following, patience, paused

_log = structlog.get_logger(__name__)


class Tending:
    """Finds what is overdue, and submits what was left lying."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        engine: DurableEngine,
        braking: Braking,
        peers: Peers,
        work: Callable[[Run], Work],
    ) -> None:
        self._store = store
        self._clock = clock
        self._engine = engine
        self._braking = braking
        self._peers = peers
        self._work = work

    async def overdue(self) -> tuple[Run, ...]:
        """Return the plans that nobody decided on in time."""
        now = self._clock.now()
        waiting = [run for run in await self._store.runs.unfinished() if run.status is RunStatus.WAITING]
        return tuple(run for run in waiting if now >= run.expires_at)

    async def resume(self) -> None:
        """Have every run carried out that could be and is not."""
        now = self._clock.now()
        ready = [run for run in await self._store.runs.unfinished() if _ready(run, now)]
        free = [run for run in ready if not await self._held(run, now) and not await self._braking.holds(run)]
        standings = await self._engine.standings([self._work(run) for run in free]) if free else {}
        for run in free:
            await quietly(self._see_to(run, standings.get(self._work(run).id)))

    async def _held(self, run: Run, now: datetime) -> bool:
        if run.lease is None or now >= run.lease.until:
            return False
        return not await self._peers.is_gone(run.tenant, run.lease.holder)

    async def _see_to(self, run: Run, standing: Standing | None) -> None:
        """Submit a run that was not; where the engine is done with it although it is not over, as another work."""
        if standing in {Standing.QUEUED, Standing.RUNNING}:
            return
        if standing is Standing.OVER:
            _log.warning("run.left_lying", run=run.id, attempt=run.attempt, correlation=run.correlation)
            now = self._clock.now()
            later = {"again_at": now + timedelta(seconds=patience(run.attempt)), "attempt": run.attempt + 1}
            again = run.model_copy(update={**later, "lease": None})
            run = await self._store.runs.replace(again, expected_version=run.version)
            if not _ready(run, now):
                return
        await self._engine.submit(self._work(run))


def _ready(run: Run, now: datetime) -> bool:
    """Return whether there is something to do for a run, now."""
    return following(run) is not None and not paused(run) and (run.again_at is None or now >= run.again_at)


async def quietly(write: Awaitable[object]) -> None:
    """Make a write that another process may have made first."""
    try:
        await write
    except Conflict as error:
        _log.debug("run.tended_by_another", why=error.message)
