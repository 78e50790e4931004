"""The lock on the hands. The gate decides by policy, mints the right to one call, and is the only way to a tool.

It never executes anything that was not granted, never grants what policy does not allow at that very moment,
and treats all it does not know as a no.
"""

from collections.abc import Iterable
from copy import copy
from datetime import datetime, timedelta
from typing import Protocol

from memory.canonical import digest
from memory.clock import Clock
from memory.errors import DigestMismatch, GrantOutdated, InvalidInput, NotFound, PolicyDenied
from memory.ids import Ids
from memory.model.approval import Approval, Assurance, Grant
from memory.model.decision import Allow, Basis, Decision, Deny, NeedsApproval
from memory.model.plan import Call, Check, Effect, Plan
from memory.model.run import Outcome, Preview, Run
from tools.approvals.requirements import Place, Requirement, asked
from tools.assenting import Permission, permission, permission_at
from tools.contract import Actor, CallContext, Reader
from tools.in_force import PolicyInForce
from tools.policy import Budget, Given, Policy, Question, Say, decide_given
from tools.registry import Registry

GRANT_LIFETIME = timedelta(seconds=30)


class GrantBook(Protocol):
    """Where grants are kept until they are spent."""

    async def consume(self, tenant: str, grant_id: str, call_digest: str, now: datetime) -> Grant:
        """Spend it, once; raises `GrantRefused`."""


class Gate:
    """Decides, grants, and lets through."""

    def __init__(
        self,
        registry: Registry,
        policy: Policy | PolicyInForce,
        *,
        clock: Clock,
        ids: Ids,
        requirements: tuple[Requirement, ...] = (),
    ) -> None:
        self._registry = registry
        self._in_force = policy if isinstance(policy, PolicyInForce) else PolicyInForce(policy)
        self._clock = clock
        self._ids = ids
        self._requirements = requirements

    @property
    def _policy(self) -> Policy:
        return self._in_force.now()

    def pinned(self) -> "Gate":
        """Return this gate under the policy in force now, whatever comes into force meanwhile.

        Several questions that belong together are asked of one pinned gate, so that no answer mixes two policies.
        """
        pinned = copy(self)
        pinned._in_force = PolicyInForce(self._in_force.now())  # noqa: SLF001 - its own copy
        return pinned

    @property
    def policy_hash(self) -> str:
        """The hash of the policy in force."""
        return self._policy.hash

    @property
    def tenant(self) -> str:
        """The tenant that the policy in force is about."""
        return self._policy.facts.tenant

    # Deciding

    def assess(self, call: Call, principal: str, given: Given | int = 0, budget: Budget | None = None) -> Decision:
        """Say whether `principal` may make this call now, and if not, which approvals would change that.

        Nothing but policy knows the quorum and its level: they are the least that policy says yes to. `given` are
        those that count; a number stands for so many clicks.
        """
        policy = self._policy
        refusal = self._unfit(policy, call)
        if refusal is not None:
            return refusal
        question = Question(principal=principal, call=call, at=self._clock.now(), budget=budget)
        return decide_given(policy, question, _as_given(given))

    def assess_read(self, call: Call, principal: str) -> Allow | Deny:
        """Say whether `principal` may make this call now, with nobody else asked."""
        decision = self.assess(call, principal)
        return decision if isinstance(decision, Allow) else self._as_denial(decision)

    def assess_plan(self, plan: Plan, given: Given | int = 0, budget: Budget | None = None) -> Decision:
        """Say whether all of a plan may run: every step, its undo and its checks, for the plan's requester."""
        gate = self.pinned()
        decisions = [gate.assess(call, plan.requester, given, budget) for call in plan_calls(plan)]
        decision = gate._strictest([*decisions, *gate._mislabelled(plan)])  # noqa: SLF001 - its own copy
        return _as_sure(decision, self.floor(plan)) if isinstance(decision, NeedsApproval) else decision

    def floor(self, plan: Plan) -> Assurance:
        """Return how sure approvals of a plan have to be by the settings, whatever policy says."""
        return asked(self._requirements, filter(None, map(self._place, plan_calls(plan))))

    def asked(self, plan: Plan) -> Assurance:
        """Return how sure approvals of a plan have to be, by policy and by the settings."""
        decision = self.assess_plan(plan)
        return decision.assurance() if isinstance(decision, NeedsApproval) else self.floor(plan)

    def permission(self, run: Run, person: str, say: Say, before: Iterable[Approval] = ()) -> Permission:
        """Say whether, and how surely, this person may say yes to that run, after those who did already."""
        return permission(self._policy, run, person, say, before=before, at=self._clock.now())

    def spoken(self, run: Run, person: str, before: Iterable[Approval] = ()) -> Allow | Deny:
        """Say whether policy takes a yes of this person that was spoken and nothing more."""
        now = self._clock.now()
        return permission_at(
            self._policy, run, person, Say.APPROVE, Assurance.SPOKEN, before=before, at=now
        ).decision

    def counts(self, run: Run, approval: Approval, before: Iterable[Approval] = ()) -> bool:
        """Return whether policy takes this yes for one, at the level and the moment it was given at."""
        say = Say.BREAK_GLASS if approval.break_glass else Say.APPROVE
        who, sure, then = approval.approver, approval.assurance, approval.decided_at
        found = permission_at(self._policy, run, who, say, sure, before=before, at=then)
        return isinstance(found.decision, Allow)

    def permitted(self, principal: str) -> frozenset[str]:
        """Return the names of the tools this person may use for something, which help lists. Never a decision."""
        return frozenset(capability.name for capability in self._policy.permitted(principal))

    # Passing

    async def read(self, call: Call, context: CallContext) -> Outcome | Deny:
        """Look, if policy lets this person look; raises `ConnectorError` when nothing could be seen."""
        decision = self.assess_read(call, context.principal)
        if isinstance(decision, Deny):
            return decision
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

    def grant(self, run: Run, step: int, call: Call, given: Given | int, budget: Budget | None = None) -> Grant:
        """Assess once more, at this moment, and mint the right to make this one call; raises `PolicyDenied`.

        It is worth nothing until the runner has recorded it, together with the ledger's "decided". A plan that is
        not the one people approved any more gets none: raises `DigestMismatch`.
        """
        if run.plan.digest() != run.plan_digest:
            raise DigestMismatch(
                f"expected the plan {run.plan_digest[:12]}… that was approved, found another in its place",
                hint="The database was altered behind the store. Keep it, and report this.",
            )
        decision = self.assess(call, run.plan.requester, given, budget)
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
            policies=decision.basis.policies,
            policy_hash=decision.basis.policy_hash,
            minted_at=now,
            expires_at=now + GRANT_LIFETIME,
        )

    async def act(self, book: GrantBook, grant: Grant, call: Call, context: CallContext) -> Outcome:
        """Spend the grant and carry out exactly the call it is for; raises `GrantRefused` or `ConnectorError`.

        Raises `GrantOutdated` where another policy came into force since: the grant is then worthless.
        """
        if grant.policy_hash != self._policy.hash:
            raise GrantOutdated("expected a grant under the policy in force, found one under an earlier policy")
        actor = self._actor(call)
        arguments = self._registry.arguments(call.tool, call.arguments)
        await book.consume(grant.tenant, grant.id, digest(call), self._clock.now())
        return await actor.act(arguments, context)

    async def look(self, call: Call, context: CallContext) -> Outcome | None:
        """Return what came of an earlier `act` under `context.key`, None where it did not take effect."""
        return await self._actor(call).look(context)

    def _place(self, call: Call) -> Place | None:
        """Return what of a call decides how sure its approvals have to be; None for a tool there is not."""
        try:
            capability = self._registry.tool(call.tool).capability
        except NotFound:  # which is a no already, however sure anybody is
            return None
        environment = str(call.arguments.get("environment") or "")
        return Place(tier=capability.tier, effect=capability.effect, environment=environment)

    def _actor(self, call: Call) -> Actor:
        tool = self._registry.tool(call.tool)
        if not isinstance(tool, Actor):
            raise NotFound(f"expected a tool that acts, found {call.tool}")
        return tool

    def _unfit(self, policy: Policy, call: Call) -> Deny | None:
        """Return a denial for a call that is none: an unknown tool, or arguments the tool would not take."""
        try:
            self._registry.arguments(call.tool, call.arguments)
        except NotFound as error:
            return _denied(policy, "unknown-tool", error.message)
        except InvalidInput as error:
            return _denied(policy, "invalid-arguments", error.message)
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
        """Return the first denial, else the largest quorum at the surest level, else yes; no steps: no."""
        for decision in decisions:
            if isinstance(decision, Deny):
                return decision
        waiting = [decision for decision in decisions if isinstance(decision, NeedsApproval)]
        if waiting:
            surest = max((each.assurance() for each in waiting), key=Assurance.level)
            return _as_sure(max(waiting, key=NeedsApproval.quorum), surest)
        return decisions[0] if decisions else self._deny("empty-plan", "a plan without steps does nothing")

    def _as_denial(self, decision: Decision) -> Deny:
        if isinstance(decision, Deny):
            return decision
        return Deny(basis=decision.basis, reason="this needs approval first", needed="an approval of the plan")

    def _deny(self, policy: str, reason: str) -> Deny:
        return _denied(self._policy, policy, reason)


def _denied(policy: Policy, name: str, reason: str) -> Deny:
    return Deny(basis=Basis(policies=(name,), policy_hash=policy.hash), reason=reason)


def _as_given(given: Given | int) -> Given:
    return Given.of(given) if isinstance(given, int) else given


def _as_sure(decision: NeedsApproval, assurance: Assurance) -> NeedsApproval:
    obligations = tuple(
        each.model_copy(update={"assurance": max(each.assurance, assurance, key=Assurance.level)})
        for each in decision.obligations
    )
    return decision.model_copy(update={"obligations": obligations})


def plan_calls(plan: Plan) -> tuple[Call, ...]:
    """Return every call a plan may come to make: its steps, what they wait for, their undos and their checks."""
    calls: list[Call] = []
    for step in plan.steps:
        measured = (*filter(None, [step.when]), *step.checks)
        calls += [step.call, *filter(None, [step.undo]), *(check.call for check in measured)]
    return tuple(calls)
