"""The lock on the hands. The gate decides by policy, mints the right to one call, and is the only way to a tool.

It never executes anything that was not granted, never grants what policy does not allow at that very moment,
and treats all it does not know as a no.
"""

from datetime import datetime, timedelta
from typing import Protocol

from memory.canonical import digest
from memory.clock import Clock
from memory.errors import GrantRefused, InvalidInput, NotFound, PolicyDenied
from memory.ids import Ids
from memory.model.approval import Grant
from memory.model.decision import Allow, Basis, Decision, Deny, NeedsApproval, Obligation
from memory.model.plan import Call, Check, Effect, Plan
from memory.model.run import Outcome, Preview, Run
from tools.contract import Actor, CallContext, Reader
from tools.policy import Policy, Question, Ruling
from tools.registry import Registry

MOST_APPROVALS = 5  # no policy may ask for more
GRANT_LIFETIME = timedelta(seconds=30)


class GrantBook(Protocol):
    """Where grants are kept until they are spent."""

    async def consume(self, tenant: str, grant_id: str, call_digest: str, now: datetime) -> Grant:
        """Spend it, once; raises `GrantRefused`."""


class Gate:
    """Decides, grants, and lets through."""

    def __init__(self, registry: Registry, policy: Policy, *, clock: Clock, ids: Ids) -> None:
        self._registry = registry
        self._policy = policy
        self._clock = clock
        self._ids = ids

    # Deciding

    def assess(self, call: Call, principal: str, approvals: int = 0) -> Decision:
        """Say whether `principal` may make this call now, and if not, how many approvals would change that.

        Nothing but policy knows the quorum: it is the smallest number of approvals policy says yes to.
        """
        refusal = self._unfit(call)
        if refusal is not None:
            return refusal
        for count in range(approvals, MOST_APPROVALS + 1):
            ruling = self._policy.rule(Question(principal=principal, call=call, approvals=count))
            if ruling.allowed:
                basis = self._basis(ruling)
                if count == approvals:
                    return Allow(basis=basis)
                return NeedsApproval(basis=basis, obligations=(Obligation(approvals=count),))
        return Deny(basis=self._basis(ruling), reason=ruling.reason, needed=ruling.needed)

    def assess_plan(self, plan: Plan, approvals: int = 0) -> Decision:
        """Say whether all of a plan may run: every step, its undo and its checks, for the plan's requester."""
        decisions = [self.assess(call, plan.requester, approvals) for call in plan_calls(plan)]
        return self._strictest([*decisions, *self._mislabelled(plan)])

    def assess_approval(self, run: Run, approver: str) -> Decision:
        """Say whether this person may approve that run at all."""
        ruling = self._policy.rule_approval(approver, run.id, run.plan.requester)
        if ruling.allowed:
            return Allow(basis=self._basis(ruling))
        return Deny(basis=self._basis(ruling), reason=ruling.reason, needed=ruling.needed)

    # Passing

    async def read(self, call: Call, context: CallContext) -> Outcome | Deny:
        """Look, if policy lets this person look; raises `ConnectorError` when nothing could be seen."""
        decision = self.assess(call, context.principal)
        if not isinstance(decision, Allow):
            return self._as_denial(decision)
        tool = self._registry.tool(call.tool)
        if not isinstance(tool, Reader) or tool.capability.effect is not Effect.READ:
            return self._deny("not-a-read", f"{call.tool} is not a read")
        return await tool.read(self._registry.arguments(call.tool, call.arguments), context)

    async def preview(self, call: Call, context: CallContext) -> tuple[Preview, tuple[Check, ...]] | Deny:
        """Return what a call would do and how its success is measured, without doing it."""
        decision = self.assess(call, context.principal)
        if isinstance(decision, Deny):
            return decision
        actor = self._actor(call)
        preview = await actor.preview(self._registry.arguments(call.tool, call.arguments), context)
        settled = self._registry.arguments(preview.call.tool, preview.call.arguments)
        return preview, actor.checks(settled)

    def grant(self, run: Run, step: int, call: Call, approvals: int) -> Grant:
        """Assess once more, at this moment, and mint the right to make this one call; raises `PolicyDenied`.

        It is worth nothing until the runner has recorded it, together with the ledger's "decided".
        """
        decision = self.assess(call, run.plan.requester, approvals)
        if not isinstance(decision, Allow):
            denial = self._as_denial(decision)
            raise PolicyDenied(denial.reason, hint=denial.needed)
        now = self._clock.now()
        return Grant(
            id=self._ids.new("grant"),
            tenant=run.tenant,
            run=run.id,
            step=step,
            call_digest=digest(call),
            policy_hash=decision.basis.policy_hash,
            minted_at=now,
            expires_at=now + GRANT_LIFETIME,
        )

    async def act(self, book: GrantBook, grant: Grant, call: Call, context: CallContext) -> Outcome:
        """Spend the grant and carry out exactly the call it is for; raises `GrantRefused` or `ConnectorError`."""
        if grant.policy_hash != self._policy.hash:
            raise GrantRefused("expected a grant under the policy in force, found one under an earlier policy")
        actor = self._actor(call)
        arguments = self._registry.arguments(call.tool, call.arguments)
        await book.consume(grant.tenant, grant.id, digest(call), self._clock.now())
        return await actor.act(arguments, context)

    async def look(self, call: Call, context: CallContext) -> Outcome | None:
        """Return what came of an earlier `act` under `context.key`, None where it did not take effect."""
        return await self._actor(call).look(context)

    def _actor(self, call: Call) -> Actor:
        tool = self._registry.tool(call.tool)
        if not isinstance(tool, Actor):
            raise NotFound(f"expected a tool that acts, found {call.tool}")
        return tool

    def _unfit(self, call: Call) -> Deny | None:
        """Return a denial for a call that is none: an unknown tool, or arguments the tool would not take."""
        try:
            self._registry.arguments(call.tool, call.arguments)
        except NotFound as error:
            return self._deny("unknown-tool", error.message)
        except InvalidInput as error:
            return self._deny("invalid-arguments", error.message)
        return None

    def _mislabelled(self, plan: Plan) -> list[Decision]:
        """Return a denial for each step that claims another effect than its tool has."""
        effects = {tool.capability.name: tool.capability.effect for tool in self._registry}
        return [
            self._deny("effect-mismatch", f"{step.call.tool} does not have the effect {step.effect.value}")
            for step in plan.steps
            if effects.get(step.call.tool) is not step.effect
        ]

    def _strictest(self, decisions: list[Decision]) -> Decision:
        """Return the first denial, else the largest quorum, else the yes; an empty plan is a no."""
        for decision in decisions:
            if isinstance(decision, Deny):
                return decision
        waiting = [decision for decision in decisions if isinstance(decision, NeedsApproval)]
        if waiting:
            return max(waiting, key=NeedsApproval.quorum)
        return decisions[0] if decisions else self._deny("empty-plan", "a plan without steps does nothing")

    def _as_denial(self, decision: Decision) -> Deny:
        if isinstance(decision, Deny):
            return decision
        return Deny(basis=decision.basis, reason="this needs approval first", needed="an approval of the plan")

    def _deny(self, policy: str, reason: str) -> Deny:
        return Deny(basis=Basis(policies=(policy,), policy_hash=self._policy.hash), reason=reason)

    def _basis(self, ruling: Ruling) -> Basis:
        return Basis(policies=ruling.policies, policy_hash=self._policy.hash)


def plan_calls(plan: Plan) -> tuple[Call, ...]:
    """Return every call a plan may come to make: its steps, their undos and their checks."""
    calls: list[Call] = []
    for step in plan.steps:
        calls += [step.call, *filter(None, [step.undo]), *(check.call for check in step.checks)]
    return tuple(calls)
