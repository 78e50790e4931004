"""The runner: looks, proposes, takes decisions, and carries approved plans out in the background, durably."""

from collections.abc import Callable, Collection

import structlog

from memory.clock import Clock
from memory.errors import ActionsStopped, QuarterdeckError, StoreUnavailable
from memory.ids import Ids
from memory.model.approval import Assurance, Ballot, Challenge, Verdict
from memory.model.limits import Limit
from memory.model.plan import Call
from memory.model.record import Event, Topic
from memory.model.run import Outcome, Run
from memory.model.talk import Submission
from memory.model.value import JsonValue
from memory.store import Store
from runbooks.engine import Report, Standing, Work
from runbooks.engine.inside import EngineInside
from runbooks.engine.peers import Alone
from runbooks.proposal import Caller, Proposal
from runbooks.runner import record
from runbooks.runner.admitting import Admitting
from runbooks.runner.braking import Braking
from runbooks.runner.carrying import Carrying
from runbooks.runner.counting import Counting, allowed
from runbooks.runner.deciding import Deciding
from runbooks.runner.drive import Drive
from runbooks.runner.executing import Executing
from runbooks.runner.legs import following, paused
from runbooks.runner.observing import Observing
from runbooks.runner.once import Once
from runbooks.runner.proposing import Proposing
from runbooks.runner.standing import StandingApprovals
from runbooks.runner.statements import Statements
from runbooks.runner.steering import Steering
from runbooks.runner.tending import Tending, quietly
from runbooks.runner.terms import Terms
from runbooks.runner.verifying import Verifying
from runbooks.simulation import Simulation
from tools.approvals.envelope import Envelope
from tools.approvals.statement import parse_statement
from tools.contract import Capability
from tools.gate import Gate

_log = structlog.get_logger(__name__)


class Runner:
    """The one way from words to effects. Background work ends with `close`; what is unfinished is resumed.

    It carries runs out for its engine, which says who does what and when; without another, that is this process.
    """

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
        limits: Collection[Limit] = (),
        drive: Drive | None = None,
    ) -> None:
        self._store = store
        self._gate = gate
        self._publish = publish
        self._clock = clock
        drive = drive or Drive()
        peers = drive.peers or Alone(ids)
        self._engine, self._pacing = drive.engine, drive.pacing
        self._observing = Observing(store, gate, clock)
        known = {capability.name: capability for capability in capabilities}
        self._braking = Braking(store, clock, known, limits, publish)
        self._proposing = Proposing(
            store, gate, clock, capabilities, self._braking, self._pacing, lifetime=terms.lifetime
        )
        self._counting = Counting(gate, clock)
        statements = Statements(store, gate, terms.attester, clock, ids)
        admitting = Admitting(gate, self._counting, clock=clock, ids=ids, link=terms.link)
        self._deciding = Deciding(store, gate, statements, admitting, clock=clock, ids=ids, changed=self._changed)
        self._standing = StandingApprovals(
            store, gate, self._deciding, clock=clock, ids=ids, longest=terms.standing
        )
        once = Once(
            store,
            gate,
            clock,
            self._braking,
            self._counting,
            pacing=self._pacing,
            peers=peers,
            pause=drive.pause,
            prices={name: capability.cents for name, capability in known.items()},
        )
        verifying = Verifying(gate, clock, drive.pause)
        self._executing = Executing(clock, verifying, self._counting, once, self._pacing)
        self._carrying = Carrying(store, clock, self._executing, peers, self._changed)
        self._steering = Steering(store, clock, ids, may_approve=self.may_approve, changed=self._changed)
        if isinstance(self._engine, EngineInside):
            self._engine.work_for(self)  # which needs no launch; another engine is launched by whoever made it
        self._tending = Tending(store, clock, self._engine, self._braking, peers, self.work)

    async def observe(self, call: Call, caller: Caller) -> Outcome:
        """Look at something. Never raises for a no or a failure: both are outcomes."""
        return await self._observing.observe(call, caller)

    async def propose(self, proposal: Proposal, caller: Caller) -> Submission:
        """Make a proposal a run that waits, or starts at once where policy needs nobody."""
        submission = await self._proposing.propose(proposal, caller)
        if submission.run is None:
            return submission
        self._changed(submission.run)
        run = await self._begun(await self._standing.apply(submission.run))
        return submission.model_copy(update={"run": run})

    async def simulate(self, proposal: Proposal, caller: Caller) -> Simulation:
        """Return what proposing this would lead to. Nothing is submitted, recorded or done."""
        return await self._proposing.simulate(proposal, caller)

    async def decide(self, tenant: str, run: str, ballot: Ballot) -> Run:
        """Take a person's yes or no; the last yes needed starts the run. None is taken while actions are stopped.

        Otherwise all that was agreed to meanwhile would begin at once when they are let through again.
        """
        if ballot.verdict is Verdict.APPROVE:
            await self._require_running(tenant, run, ballot.approver)
        return await self._begun(await self._deciding.decide(tenant, run, ballot))

    async def offer(self, tenant: str, run: str, ballot: Ballot) -> Challenge:
        """Return exactly what a person is to sign for this say, where it would be accepted now."""
        return await self._deciding.offer(tenant, run, ballot)

    async def cast(self, tenant: str, run: str, person: str, envelope: bytes) -> Run:
        """Take what a person signed, otherwise as `decide`."""
        if _says_yes(envelope):
            await self._require_running(tenant, run, person)
        return await self._begun(await self._deciding.cast(tenant, run, person, envelope))

    async def withdraw(self, tenant: str, run: str, principal: str, reason: str = "") -> Run:
        """Take back a plan that waits; only its requester may."""
        return await self._deciding.withdraw(tenant, run, principal, reason)

    def may_approve(self, run: Run, person: str) -> bool:
        """Return whether policy lets this person approve that run: cards show only what can be pressed."""
        return allowed(self._counting.may_approve(run, person))

    def may_go_alone(self, run: Run, person: str) -> bool:
        """Return whether policy lets this person go ahead with that run alone: break-glass."""
        return allowed(self._counting.may_go_alone(run, person))

    def asked(self, run: Run) -> Assurance:
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

    async def pause(self, tenant: str, run: str, person: str, reason: str = "") -> Run:
        """Let a run that is under way stand still from the next safe point on: between two calls.

        Its requester may, and whoever may approve it. Raises `NotFound`, `PolicyDenied`, or `Conflict` where it is
        not under way.
        """
        return await self._steering.pause(tenant, run, person, reason)

    async def resume(self, tenant: str, run: str, person: str, reason: str = "") -> Run:
        """Let a paused run go on; otherwise as `pause`."""
        return await self._begun(await self._steering.resume(tenant, run, person, reason))

    async def cancel(self, tenant: str, run: str, person: str, reason: str = "", *, leave: bool = False) -> Run:
        """End a run that is under way and take back what it did, unless that is to be left; else as `pause`."""
        return await self._begun(await self._steering.cancel(tenant, run, person, reason, leave=leave))

    async def carry(self, work: Work, leg: str) -> Report:
        """Carry out one leg of a run, for the engine."""
        return await self._carrying.carry(work, leg)

    def work(self, run: Run) -> Work:
        """Return a run as work for the engine."""
        return Work(tenant=run.tenant, run=run.id, attempt=run.attempt, lane=self._pacing.lane(run))

    async def finished(self, tenant: str, run: str) -> Run:
        """Return the run once this process no longer works on it."""
        found = await self._store.runs.get(tenant, run)
        await self._engine.finished(self.work(found))
        return await self._store.runs.get(tenant, run)

    async def tend(self) -> None:
        """Expire plans whose time is over and resume runs that nobody carries out. Safe at any time."""
        await self._standing.sweep()
        for run in await self._tending.overdue():
            await quietly(self._deciding.expire(run))
        await self._tending.resume()

    async def drain(self, within_s: float) -> bool:
        """Begin nothing more and let what is under way come to a safe point; return whether all did."""
        return await self._engine.drain(within_s)

    async def close(self) -> None:
        """Stop working. Steps in flight are found again as "decided, no outcome" by whoever resumes the run."""
        await self._engine.close()

    async def _begun(self, run: Run) -> Run:
        """Return the run; if it is to be carried out, the engine has been told. Otherwise `tend` tells it."""
        if following(run) is None or paused(run):
            return run
        try:
            if await self._engine.submit(self.work(run)) is Standing.QUEUED:
                _log.info("run.queued", run=run.id, correlation=run.correlation)
        except StoreUnavailable as error:
            _log.warning("run.not_submitted", run=run.id, why=error.message, correlation=run.correlation)
        return run

    async def _require_running(self, tenant: str, run_id: str, person: str) -> None:
        try:
            await self._braking.require_running(tenant)
        except ActionsStopped as error:
            run = await self._store.runs.get(tenant, run_id)
            await self._store.ledger.append(record.refused(run, person, error.code, self._clock.now()))
            error.recorded = True
            raise

    def _changed(self, run: Run) -> None:
        """Tell listeners."""
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


def _says_yes(envelope: bytes) -> bool:
    """Return whether somebody signed a yes; what cannot be read is refused by whoever examines it."""
    try:
        return parse_statement(Envelope.parse(envelope).payload).predicate.verdict is Verdict.APPROVE
    except QuarterdeckError:
        return False
