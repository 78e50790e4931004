"""The runner: looks, proposes, takes decisions, and carries approved plans out in the background, durably."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from memory.clock import Clock
from memory.errors import Conflict, OutcomeUnknown
from memory.ids import Ids
from memory.model.approval import Ballot
from memory.model.plan import Call
from memory.model.record import Event, Topic
from memory.model.run import Outcome, Run, RunStatus
from memory.model.talk import Submission
from memory.store import Store
from runbooks.proposal import Caller, Proposal
from runbooks.runner.deciding import Deciding
from runbooks.runner.executing import Executing
from runbooks.runner.holding import HeldRun
from runbooks.runner.observing import Observing
from runbooks.runner.proposing import APPROVAL_LIFETIME, Proposing
from runbooks.runner.verifying import Pause, Verifying
from tools.contract import Capability
from tools.gate import Gate

_log = structlog.get_logger(__name__)


class Runner:
    """The one way from words to effects. Background work ends with `close`; what is unfinished is resumed."""

    def __init__(
        self,
        store: Store,
        gate: Gate,
        publish: Callable[[Event], None],
        capabilities: tuple[Capability, ...],
        *,
        clock: Clock,
        ids: Ids,
        pause: Pause = asyncio.sleep,
        lifetime: timedelta = APPROVAL_LIFETIME,
    ) -> None:
        self._store = store
        self._publish = publish
        self._clock = clock
        self._holder = ids.new("executor")
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._observing = Observing(store, gate, clock)
        self._proposing = Proposing(store, gate, clock, capabilities, lifetime=lifetime)
        self._deciding = Deciding(store, gate, clock, ids, self._changed)
        verifying = Verifying(gate, clock, pause)
        self._executing = Executing(store, gate, clock, verifying, self._deciding.approvals)

    async def observe(self, call: Call, caller: Caller) -> Outcome:
        """Look at something. Never raises for a no or a failure: both are outcomes."""
        return await self._observing.observe(call, caller)

    async def propose(self, proposal: Proposal, caller: Caller) -> Submission:
        """Make a proposal a run that waits, or starts at once where policy needs nobody."""
        submission = await self._proposing.propose(proposal, caller)
        if submission.run is not None:
            self._changed(submission.run)
        return submission

    async def decide(self, tenant: str, run: str, ballot: Ballot) -> Run:
        """Take a person's yes or no; the last yes needed starts the run."""
        return await self._deciding.decide(tenant, run, ballot)

    async def withdraw(self, tenant: str, run: str, principal: str, reason: str = "") -> Run:
        """Take back a plan that waits; only its requester may."""
        return await self._deciding.withdraw(tenant, run, principal, reason)

    def may_approve(self, run: Run, person: str) -> bool:
        """Return whether policy lets this person approve that run: cards show only what can be pressed."""
        return self._deciding.may_approve(run, person)

    async def finished(self, tenant: str, run: str) -> Run:
        """Return the run once this process no longer works on it."""
        task = self._tasks.get(run)
        if task is not None:
            await asyncio.wait([task])
        return await self._store.runs.get(tenant, run)

    async def tend(self) -> None:
        """Expire plans whose time is over and resume runs that nobody carries out. Safe at any time."""
        now = self._clock.now()
        for run in await self._store.runs.unfinished():
            if run.status is RunStatus.WAITING:
                if now >= run.expires_at:
                    await self._quietly(self._deciding.expire(run))
            elif run.lease is None or now >= run.lease.until:
                self._start(run)

    async def close(self) -> None:
        """Stop working. Steps in flight are found again as "decided, no outcome" by whoever resumes the run."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _changed(self, run: Run) -> None:
        """Tell listeners, and start the run if this change is what lets it run."""
        body = {"run": run.id, "status": run.status.value, "version": run.version}
        self._publish(
            Event(
                topic=Topic.RUN,
                tenant=run.tenant,
                thread=run.plan.thread,
                correlation=run.correlation,
                at=self._clock.now(),
                body=body,
            )
        )
        if run.status is RunStatus.RUNNING and run.lease is None:
            self._start(run)

    def _start(self, run: Run) -> None:
        if run.id in self._tasks:
            return
        task = asyncio.get_running_loop().create_task(self._work(run), name=f"run {run.id}")
        self._tasks[run.id] = task
        task.add_done_callback(lambda _: self._tasks.pop(run.id, None))

    async def _work(self, run: Run) -> None:
        held = HeldRun(run, self._store, self._clock, self._holder, self._changed)
        if not await self._quietly(held.save()):
            return  # somebody else was faster
        keeper = asyncio.create_task(held.keep())
        try:
            await self._executing.carry_out(held)
        except OutcomeUnknown as error:
            _log.warning("run.unknown", run=run.id, correlation=run.correlation, why=error.message)
            await self._quietly(held.save(release=True, summary=f"Unknown, checking: {error.message}."))
        except Conflict:
            _log.warning("run.lease_lost", run=run.id, correlation=run.correlation)
        finally:
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)

    @staticmethod
    async def _quietly(write: Awaitable[object]) -> bool:
        """Return whether a write went through that another process may have made first."""
        try:
            await write
        except Conflict:
            return False
        return True
