"""From a proposal to a run that waits: rehearse every call, compile the plan, let policy assess it, record it."""

from datetime import timedelta

import structlog

from memory.clock import Clock
from memory.errors import ActionsStopped, DigestMismatch, LimitExceeded, NotFound
from memory.ids import derived
from memory.model.decision import Allow, Decision, Deny
from memory.model.plan import Plan
from memory.model.run import Run, RunStatus, StepRecord
from memory.model.talk import Submission
from memory.store import Store
from runbooks.engine.hooks import Pacing
from runbooks.outcomes.tracking import track_records
from runbooks.proposal import Caller, Proposal
from runbooks.runner import record
from runbooks.runner.braking import Braking
from runbooks.runner.rehearsing import Refused, Rehearsed, Rehearsing, refused
from runbooks.runner.terms import APPROVAL_LIFETIME
from runbooks.simulation import Simulation
from tools.contract import Capability
from tools.gate import Gate

_log = structlog.get_logger(__name__)


class Proposing:
    """Makes plans durable. Nothing it does has an effect outside the store."""

    def __init__(
        self,
        store: Store,
        gate: Gate,
        clock: Clock,
        capabilities: tuple[Capability, ...],
        braking: Braking,
        pacing: Pacing,
        *,
        lifetime: timedelta = APPROVAL_LIFETIME,
    ) -> None:
        self._store = store
        self._clock = clock
        self._gate = gate
        self._rehearsing = Rehearsing(gate, clock, capabilities)
        self._braking = braking
        self._pacing = pacing
        self._lifetime = lifetime

    async def propose(self, proposal: Proposal, caller: Caller) -> Submission:
        """Return the run that waits (or may start at once), or why there is none.

        The same turn and proposal always give the same run, however often this is called.
        """
        rehearsed = await self._rehearsing.rehearse(proposal, caller)
        if isinstance(rehearsed, Refused):
            return await self._refused(rehearsed, caller)
        plan = rehearsed.plan
        if caller.plan_digest not in {None, plan.digest()}:
            return _other(plan.digest())
        try:
            await self._braking.admit(plan)
            await self._pacing.admit(plan)
        except (ActionsStopped, LimitExceeded) as refusal:
            return await self._before(plan) or await self._held_back(plan, caller, refusal)
        decision = self._gate.assess_plan(plan, budget=await self._braking.budget(plan))
        if isinstance(decision, Deny):
            denied = refused(decision, plan.digest(), "")
            return await self._before(plan) or await self._refused(denied, caller)
        return Submission(run=await self._submit(rehearsed, decision, proposal, caller))

    async def simulate(self, proposal: Proposal, caller: Caller) -> Simulation:
        """Return what `propose` would submit, and submit nothing."""
        return await self._rehearsing.simulate(proposal, caller)

    async def _before(self, plan: Plan) -> Submission | None:
        """Return what the same plan led to when it was submitted before, None where it was not."""
        try:
            return Submission(run=await self._store.runs.get(plan.tenant, _run_id(plan)))
        except NotFound:
            return None

    async def _held_back(self, plan: Plan, caller: Caller, refusal: ActionsStopped | LimitExceeded) -> Submission:
        await self._braking.denied(caller, plan, refusal)
        return Submission(refusal=f"{refusal.message}.", hint=refusal.hint, code=refusal.code)

    async def _refused(self, no: Refused, caller: Caller) -> Submission:
        if no.denial is not None:
            entry = record.denied(caller, no.subject, no.tool, no.denial, self._clock.now())
            await self._store.ledger.append(entry)
        return no.submission

    async def _submit(self, rehearsed: Rehearsed, decision: Decision, proposal: Proposal, caller: Caller) -> Run:
        plan = rehearsed.plan
        now = self._clock.now()
        plan_digest = plan.digest()
        run = Run(
            id=_run_id(plan),
            tenant=plan.tenant,
            plan=plan,
            plan_digest=plan_digest,
            correlation=caller.correlation,
            status=RunStatus.RUNNING if isinstance(decision, Allow) else RunStatus.WAITING,
            decision=decision,
            previews=tuple(rehearsal.preview for rehearsal in rehearsed.rehearsals),
            evidence=proposal.evidence,
            steps=tuple(StepRecord(index=index) for index in range(len(plan.steps))),
            created_at=now,
            expires_at=now + self._lifetime,
            track=await track_records(self._store.outcomes, plan),
        )
        async with self._store.transaction() as unit:
            stored = await unit.runs.add(run)
            if stored is run:  # it is new
                await unit.ledger.append(record.proposed(caller, run, now))
                await unit.ledger.append(record.decided(run, now))
        _log.info("run.proposed", run=run.id, decision=decision.kind, correlation=run.correlation)
        return stored


def _other(plan_digest: str) -> Submission:
    return Submission(
        refusal=f"Another plan would come of it now ({plan_digest[:12]}…) than the one that was agreed to.",
        hint="Ask again, and look at what it would do now.",
        code=DigestMismatch.code,
    )


def _run_id(plan: Plan) -> str:
    return derived("run", plan.tenant, plan.thread, plan.message, plan.digest())
