"""From a proposal to a run that waits: rehearse every call, compile the plan, let policy assess it, record it."""

from datetime import timedelta

import structlog

from memory.canonical import digest
from memory.clock import Clock
from memory.errors import ActionsStopped, LimitExceeded, NotFound, QuarterdeckError
from memory.ids import derived
from memory.model.decision import Allow, Decision, Deny
from memory.model.plan import Call, Plan
from memory.model.run import Run, RunStatus, StepRecord
from memory.model.talk import Submission
from memory.store import Store
from runbooks.compiler import Rehearsal, compile_plan
from runbooks.proposal import Caller, Proposal
from runbooks.runner import record
from runbooks.runner.braking import Braking
from runbooks.runner.terms import APPROVAL_LIFETIME
from tools.contract import CallContext, Capability
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
        *,
        lifetime: timedelta = APPROVAL_LIFETIME,
    ) -> None:
        self._store = store
        self._gate = gate
        self._clock = clock
        self._capabilities = {capability.name: capability for capability in capabilities}
        self._braking = braking
        self._lifetime = lifetime

    async def propose(self, proposal: Proposal, caller: Caller) -> Submission:
        """Return the run that waits (or may start at once), or why there is none.

        The same turn and proposal always give the same run, however often this is called.
        """
        rehearsals: list[Rehearsal] = []
        for call in proposal.calls:
            rehearsed = await self._rehearse(call, caller)
            if isinstance(rehearsed, Submission):
                return rehearsed
            rehearsals.append(rehearsed)
        plan = compile_plan(proposal, tuple(rehearsals), caller, self._capabilities)
        decision = self._gate.assess_plan(plan)
        if isinstance(decision, Deny):
            return await self._denied(plan.digest(), "", decision, caller)
        try:
            await self._braking.admit(plan)
        except (ActionsStopped, LimitExceeded) as refusal:
            return await self._before(plan) or await self._held_back(plan, caller, refusal)
        return Submission(run=await self._submit(plan, decision, tuple(rehearsals), proposal, caller))

    async def _before(self, plan: Plan) -> Submission | None:
        """Return what the same plan led to when it was submitted before, None where it was not."""
        try:
            return Submission(run=await self._store.runs.get(plan.tenant, _run_id(plan)))
        except NotFound:
            return None

    async def _held_back(self, plan: Plan, caller: Caller, refusal: ActionsStopped | LimitExceeded) -> Submission:
        await self._braking.denied(caller, plan, refusal)
        return Submission(refusal=f"{refusal.message}.", hint=refusal.hint, code=refusal.code)

    async def _rehearse(self, call: Call, caller: Caller) -> Rehearsal | Submission:
        try:
            previewed = await self._gate.preview(call, self._context(call, caller))
        except QuarterdeckError as error:
            return Submission(refusal=error.message, hint=error.hint, code=error.code)
        if isinstance(previewed, Deny):
            return await self._denied(digest(call), call.tool, previewed, caller)
        preview, checks = previewed
        if not preview.changes:
            return Submission(refusal=preview.summary, code="plan.no_change")
        return Rehearsal(preview=preview, checks=checks)

    async def _denied(self, subject: str, tool: str, decision: Deny, caller: Caller) -> Submission:
        await self._store.ledger.append(record.denied(caller, subject, tool, decision, self._clock.now()))
        return Submission(
            refusal=decision.because(),
            hint=decision.remedy(),
            code="policy.denied",
            policies=decision.basis.policies,
        )

    async def _submit(
        self,
        plan: Plan,
        decision: Decision,
        rehearsals: tuple[Rehearsal, ...],
        proposal: Proposal,
        caller: Caller,
    ) -> Run:
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
            previews=tuple(rehearsal.preview for rehearsal in rehearsals),
            evidence=proposal.evidence,
            steps=tuple(StepRecord(index=index) for index in range(len(plan.steps))),
            created_at=now,
            expires_at=now + self._lifetime,
        )
        async with self._store.transaction() as unit:
            stored = await unit.runs.add(run)
            if stored is run:  # it is new
                await unit.ledger.append(record.proposed(caller, run, now))
                await unit.ledger.append(record.decided(run, now))
        _log.info("run.proposed", run=run.id, decision=decision.kind, correlation=run.correlation)
        return stored

    def _context(self, call: Call, caller: Caller) -> CallContext:
        return CallContext(
            tenant=caller.principal.tenant,
            principal=caller.principal.id,
            correlation=caller.correlation,
            key=f"{caller.correlation}:preview:{digest(call)[:16]}",
            now=self._clock.now(),
        )


def _run_id(plan: Plan) -> str:
    return derived("run", plan.tenant, plan.thread, plan.message, plan.digest())
