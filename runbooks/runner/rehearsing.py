"""Dry runs: every call of a proposal is previewed, compiled to a plan, and assessed. It has no store to write to.

What comes of it is provably without effect: the gate is asked for previews and decisions alone, never for a grant,
and without a grant nothing acts.
"""

from memory.canonical import digest
from memory.clock import Clock
from memory.errors import QuarterdeckError
from memory.model.decision import Decision, Deny
from memory.model.plan import Call, Plan
from memory.model.talk import Submission
from memory.model.value import Value
from runbooks.compiler import Rehearsal, compile_plan
from runbooks.proposal import Caller, Proposal
from runbooks.simulation import Simulation, StepForecast
from tools.contract import CallContext, Capability
from tools.gate import Gate


class Rehearsed(Value):
    """A plan with its dry runs, and what policy says of it."""

    plan: Plan
    rehearsals: tuple[Rehearsal, ...]
    decision: Decision


class Refused(Value):
    """Why there is no plan. Where policy said no, `denial` is what it said, of which call or plan."""

    submission: Submission
    denial: Deny | None = None
    subject: str = ""
    tool: str = ""


class Rehearsing:
    """Finds out what a proposal would do."""

    def __init__(self, gate: Gate, clock: Clock, capabilities: tuple[Capability, ...]) -> None:
        self._gate = gate
        self._clock = clock
        self._capabilities = {capability.name: capability for capability in capabilities}

    async def rehearse(self, proposal: Proposal, caller: Caller) -> Rehearsed | Refused:
        """Return the plan the proposal makes and what policy says of it, or why there is none.

        A step of a runbook may change nothing as things stand, because an earlier one is to change that first.
        """
        rehearsals: list[Rehearsal] = []
        for call in proposal.calls:
            rehearsed = await self._preview(call, caller)
            if isinstance(rehearsed, Refused):
                return rehearsed
            if not rehearsed.preview.changes and proposal.runbook is None:
                return _unchanged(rehearsed)
            rehearsals.append(rehearsed)
        if not any(rehearsal.preview.changes for rehearsal in rehearsals):
            return _unchanged(*rehearsals)
        plan = compile_plan(proposal, tuple(rehearsals), caller, self._capabilities)
        decision = self._gate.assess_plan(plan)
        if isinstance(decision, Deny):
            return refused(decision, plan.digest(), "")
        return Rehearsed(plan=plan, rehearsals=tuple(rehearsals), decision=decision)

    async def simulate(self, proposal: Proposal, caller: Caller) -> Simulation:
        """Return what submitting the proposal would lead to, step by step."""
        found = await self.rehearse(proposal, caller)
        if isinstance(found, Refused):
            told = found.submission
            return Simulation(
                refusal=told.refusal, hint=told.hint, code=told.code, policies=told.policies, decision=found.denial
            )
        steps = tuple(
            StepForecast(
                says=step.says,
                preview=rehearsal.preview,
                decision=self._gate.assess(step.call, found.plan.requester),
            )
            for step, rehearsal in zip(found.plan.steps, found.rehearsals, strict=True)
        )
        return Simulation(plan=found.plan, plan_digest=found.plan.digest(), decision=found.decision, steps=steps)

    async def _preview(self, call: Call, caller: Caller) -> Rehearsal | Refused:
        try:
            previewed = await self._gate.preview(call, self._context(call, caller))
        except QuarterdeckError as error:
            return Refused(submission=Submission(refusal=error.message, hint=error.hint, code=error.code))
        if isinstance(previewed, Deny):
            return refused(previewed, digest(call), call.tool)
        preview, checks = previewed
        return Rehearsal(preview=preview, checks=checks)

    def _context(self, call: Call, caller: Caller) -> CallContext:
        return CallContext(
            tenant=caller.principal.tenant,
            principal=caller.principal.id,
            correlation=caller.correlation,
            key=f"{caller.correlation}:preview:{digest(call)[:16]}",
            now=self._clock.now(),
        )


def refused(denial: Deny, subject: str, tool: str) -> Refused:
    """Return a no of policy as the answer to a proposal."""
    submission = Submission(
        refusal=denial.because(), hint=denial.remedy(), code="policy.denied", policies=denial.basis.policies
    )
    return Refused(submission=submission, denial=denial, subject=subject, tool=tool)


def _unchanged(*rehearsals: Rehearsal) -> Refused:
    says = " ".join(rehearsal.preview.summary for rehearsal in rehearsals) or "It changes nothing."
    return Refused(submission=Submission(refusal=says, code="plan.no_change"))
