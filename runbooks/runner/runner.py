"""The runner: looks, proposes, takes decisions, and carries approved plans out in the background, durably."""

import asyncio
from collections.abc import Awaitable, Callable, Collection

import structlog

from memory.clock import Clock
from memory.errors import ActionsStopped, Conflict, OutcomeUnknown, QuarterdeckError
from memory.ids import Ids
from memory.model.approval import Ballot, Challenge, Verdict
from memory.model.limits import Limit
from memory.model.plan import Call
from memory.model.record import Event, Topic
from memory.model.run import Outcome, Run, RunStatus
from memory.model.talk import Submission
from memory.model.value import JsonValue
from memory.store import Store
from runbooks.proposal import Caller, Proposal
from runbooks.runner import record
from runbooks.runner.braking import Braking
from runbooks.runner.counting import Counting
from runbooks.runner.deciding import Deciding
from runbooks.runner.executing import Executing
from runbooks.runner.holding import HeldRun
from runbooks.runner.observing import Observing
from runbooks.runner.proposing import Proposing
from runbooks.runner.standing import StandingApprovals
from runbooks.runner.statements import Statements
from runbooks.runner.terms import Terms
from runbooks.runner.verifying import Pause, Verifying
from tools.approvals import Asked
from tools.approvals.envelope import Envelope
from tools.approvals.statement import parse_statement
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
        terms: Terms,
        pause: Pause = asyncio.sleep,
        limits: Collection[Limit] = (),
    ) -> None:
        self._store = store
        self._gate = gate
        self._publish = publish
        self._clock = clock
        self._holder = ids.new("executor")
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._observing = Observing(store, gate, clock)
        known = {capability.name: capability for capability in capabilities}
        self._braking = Braking(store, clock, known, limits, publish)
        self._proposing = Proposing(store, gate, clock, capabilities, self._braking, lifetime=terms.lifetime)
        self._counting = Counting(gate, clock)
        statements = Statements(store, gate, terms.attester, clock, ids)
        self._deciding = Deciding(
            store, gate, statements, self._counting, clock=clock, ids=ids, changed=self._changed, link=terms.link
        )
        self._standing = StandingApprovals(
            store, gate, self._deciding, clock=clock, ids=ids, longest=terms.standing
        )
        verifying = Verifying(gate, clock, pause)
        self._executing = Executing(store, gate, clock, verifying, self._braking, self._counting)

    async def observe(self, call: Call, caller: Caller) -> Outcome:
        """Look at something. Never raises for a no or a failure: both are outcomes."""
        return await self._observing.observe(call, caller)

    async def propose(self, proposal: Proposal, caller: Caller) -> Submission:
        """Make a proposal a run that waits, or starts at once where policy needs nobody."""
        submission = await self._proposing.propose(proposal, caller)
        if submission.run is None:
            return submission
        self._changed(submission.run)
        return submission.model_copy(update={"run": await self._standing.apply(submission.run)})

    async def decide(self, tenant: str, run: str, ballot: Ballot) -> Run:
        """Take a person's yes or no; the last yes needed starts the run. None is taken while actions are stopped.

        Otherwise all that was agreed to meanwhile would begin at once when they are let through again.
        """
        if ballot.verdict is Verdict.APPROVE:
            await self._require_running(tenant, run, ballot.approver)
        return await self._deciding.decide(tenant, run, ballot)

    async def offer(self, tenant: str, run: str, ballot: Ballot) -> Challenge:
        """Return exactly what a person is to sign for this say, where it would be accepted now."""
        return await self._deciding.offer(tenant, run, ballot)

    async def cast(self, tenant: str, run: str, person: str, envelope: bytes) -> Run:
        """Take what a person signed, otherwise as `decide`."""
        if _says_yes(envelope):
            await self._require_running(tenant, run, person)
        return await self._deciding.cast(tenant, run, person, envelope)

    async def withdraw(self, tenant: str, run: str, principal: str, reason: str = "") -> Run:
        """Take back a plan that waits; only its requester may."""
        return await self._deciding.withdraw(tenant, run, principal, reason)

    def may_approve(self, run: Run, person: str) -> bool:
        """Return whether policy lets this person approve that run: cards show only what can be pressed."""
        return self._counting.may_approve(run, person)

    def may_go_alone(self, run: Run, person: str) -> bool:
        """Return whether policy lets this person go ahead with that run alone: break-glass."""
        return self._counting.may_go_alone(run, person)

    def asked(self, run: Run) -> Asked:
        """Return how sure approvals of that run have to be."""
        return self._gate.asked(run.plan)

    @property
    def policy_hash(self) -> str:
        """The hash of the policy in force."""
        return self._gate.policy_hash

    def permitted(self, person: str) -> frozenset[str]:
        """Return the names of the tools this person may use for something: help lists no others."""
        return self._gate.permitted(person)

    @property
    def standing(self) -> StandingApprovals:
        """Approval of the same again."""
        return self._standing

    async def finished(self, tenant: str, run: str) -> Run:
        """Return the run once this process no longer works on it."""
        task = self._tasks.get(run)
        if task is not None:
            await asyncio.wait([task])
        return await self._store.runs.get(tenant, run)

    async def tend(self) -> None:
        """Expire plans whose time is over and resume runs that nobody carries out. Safe at any time."""
        await self._standing.sweep()
        now = self._clock.now()
        for run in await self._store.runs.unfinished():
            if run.status is RunStatus.WAITING:
                if now >= run.expires_at:
                    await self._quietly(self._deciding.expire(run))
            elif (run.lease is None or now >= run.lease.until) and not await self._braking.holds(run):
                self._start(run)

    async def close(self) -> None:
        """Stop working. Steps in flight are found again as "decided, no outcome" by whoever resumes the run."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _require_running(self, tenant: str, run_id: str, person: str) -> None:
        try:
            await self._braking.require_running(tenant)
        except ActionsStopped as error:
            run = await self._store.runs.get(tenant, run_id)
            await self._store.ledger.append(record.refused(run, person, error.code, self._clock.now()))
            error.recorded = True
            raise

    def _changed(self, run: Run) -> None:
        """Tell listeners, and start the run if this change is what lets it run."""
        body: dict[str, JsonValue] = {"run": run.id, "status": run.status.value, "version": run.version}
        if any(approval.break_glass for approval in run.approvals):
            body["break_glass"] = True
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
        if not await self._quietly(_taken_up(held)):
            return  # somebody else was faster
        keeper = asyncio.create_task(held.keep())
        try:
            await self._executing.carry_out(held)
        except ActionsStopped as error:
            _log.warning("run.paused", run=run.id, correlation=run.correlation, why=error.message)
            says = f"Paused: {error.message}."
            await self._quietly(held.save(release=True, paused=error.stop, summary=says))
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


def _says_yes(envelope: bytes) -> bool:
    """Return whether somebody signed a yes; what cannot be read is refused by whoever examines it."""
    try:
        return parse_statement(Envelope.parse(envelope).payload).predicate.verdict is Verdict.APPROVE
    except QuarterdeckError:
        return False


async def _taken_up(held: HeldRun) -> None:
    """Take the lease of a run, and the pause off one that was held back; raises `Conflict`."""
    if held.run.paused is None:
        await held.save()
    else:
        await held.save(paused=None, summary="")
