"""Ending what would otherwise go on for ever: runs that are too late, unknown for too long, or taken up in vain.

It writes by compare-and-set, so that whoever still works on such a run is overtaken and stops.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from memory.clock import Clock
from memory.errors import Conflict, OutcomeUnknown
from memory.model.bodies import Ended
from memory.model.dead_letter import DeadReason
from memory.model.queue import RunClass
from memory.model.record import SYSTEM, Event, Record, Topic
from memory.model.run import Run, RunStatus, StepStatus
from memory.store import Store
from runbooks.deadletters.death import Death
from runbooks.deadletters.keeping import Keeping
from runbooks.engine.port import DurableEngine, Work
from runbooks.pacing.classes import Expire, overdue, queued_at, waits
from runbooks.pacing.lanes import Lanes
from runbooks.pacing.rate import SECOND

UNKNOWN_FOR = timedelta(minutes=15)
LATE, POISONED = "queue.late", "run.poisoned"
RATES_KEPT = timedelta(days=2)  # longer than the longest rate
MOST_ATTEMPTS = 20  # at one run, each begun because the one before came to nothing: about a quarter of an hour

_log = structlog.get_logger(__name__)


class Sweeping:
    """Looks through what is unfinished. Safe at any time, on any number of nodes."""

    def __init__(
        self,
        store: Store,
        engine: DurableEngine,
        lanes: Lanes,
        keeping: Keeping,
        publish: Callable[[Event], None],
        *,
        clock: Clock,
        unknown_for: timedelta = UNKNOWN_FOR,
    ) -> None:
        self._store = store
        self._engine = engine
        self._lanes = lanes
        self._keeping = keeping
        self._publish = publish
        self._clock = clock
        self._unknown_for = unknown_for
        self._moved: set[tuple[str, RunClass]] = set()  # runs that are in a more urgent class by now
        self._since: dict[str, datetime] = {}  # when a run was first seen to be left with an unknown outcome

    async def sweep(self) -> int:
        """End what has to end, and forget letters settled long ago; return how many runs were ended."""
        now = self._clock.now()
        ended = 0
        unfinished = await self._store.runs.unfinished()
        for run in unfinished:
            found = over(run, self._lanes.own_class(run), now, self._unknown(run, now))
            if found is not None:
                ended += await self._end(run, found, now)
            elif waits(run) and run.lease is None:
                await self._escalate(run)
        self._since = {run.id: self._since[run.id] for run in unfinished if run.id in self._since}
        self._moved &= {(run.id, run_class) for run in unfinished for run_class in RunClass}
        await self._store.dead_letters.prune(now)
        await self._store.rates.prune(round((now - RATES_KEPT).timestamp() * SECOND))
        return ended

    def _unknown(self, run: Run, now: datetime) -> datetime | None:
        """Return since when nobody can find out what became of a step, where that is too long; else None.

        Counted from when it was first seen here, so a restart waits once more.
        """
        left = run.lease is None and run.again_at is not None
        if not left or all(step.status is not StepStatus.UNKNOWN for step in run.steps):
            if run.lease is None:
                self._since.pop(run.id, None)
            return None
        since = self._since.setdefault(run.id, now)
        return since if now - since >= self._unknown_for else None

    async def _escalate(self, run: Run) -> None:
        """Put a run that waited too long into a more urgent class: as another work, which the runner submits."""
        into = self._lanes.run_class(run)
        if into is self._lanes.own_class(run) or (run.id, into) in self._moved:
            return
        self._moved.add((run.id, into))
        lane = self._lanes.lane(run)
        await self._engine.cancel(Work(tenant=run.tenant, run=run.id, attempt=run.attempt, lane=lane))
        moved = run.model_copy(update={"attempt": run.attempt + 1})
        with suppress(Conflict):  # it has begun meanwhile
            self._tell(await self._store.runs.replace(moved, expected_version=run.version))
            _log.info("run.escalated", run=run.id, into=into.value, correlation=run.correlation)

    async def _end(self, run: Run, found: Death, now: datetime) -> bool:
        status = RunStatus.EXPIRED if found.reason is DeadReason.LATE else RunStatus.FAILED
        ended = run.model_copy(
            update={"status": status, "ended_at": now, "summary": found.says, "lease": None, "paused": None}
        )
        body = Ended(run=run.id, status=status, steps=len(run.steps))
        entry = Record(tenant=run.tenant, at=now, actor=SYSTEM, correlation=run.correlation, body=body)
        try:
            async with self._store.transaction() as unit:
                saved = await unit.runs.replace(ended, expected_version=run.version)
                await unit.ledger.append(entry)
                await self._keeping.keep(unit, saved, found)
        except Conflict:  # somebody carries it on after all
            return False
        _log.warning("run.given_up", run=run.id, why=found.says, correlation=run.correlation)
        self._tell(saved)
        return True

    def _tell(self, run: Run) -> None:
        self._publish(
            Event(
                topic=Topic.RUN,
                tenant=run.tenant,
                thread=run.plan.thread,
                correlation=run.correlation,
                at=self._clock.now(),
                body={"run": run.id, "status": run.status.value, "version": run.version},
            )
        )


def over(run: Run, own: RunClass, now: datetime, unknown_since: datetime | None = None) -> Death | None:
    """Return why an unfinished run has to end now, None where it may go on."""
    if run.status is RunStatus.WAITING or run.paused is not None:
        return None
    late = overdue(own, queued_at(run), now) if waits(run) else None
    if isinstance(late, Expire):
        says = (
            f"Its turn did not come before {late.since:%H:%M:%S} UTC, so it was not started. Nothing was changed."
        )
        return Death(reason=DeadReason.LATE, step=None, code=LATE, says=says)
    unknown = next((step.index for step in run.steps if step.status is StepStatus.UNKNOWN), None)
    if unknown is not None and unknown_since is not None:
        says = f"Whether step {unknown + 1} took effect could not be found out since {unknown_since:%H:%M:%S} UTC."
        return Death(reason=DeadReason.UNKNOWN, step=unknown, code=OutcomeUnknown.code, says=says)
    if run.attempt >= MOST_ATTEMPTS and unknown is None:
        says = f"It was taken up {run.attempt} times, and nothing came of it."
        return Death(reason=DeadReason.POISONED, step=None, code=POISONED, says=says)
    return None
