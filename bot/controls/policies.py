"""How a policy comes into force: one administrator proposes it, sees what it would change, and another one agrees.

What is agreed to is exactly what was proposed, against the policy it was held against; otherwise it starts again.
"""

import asyncio
from collections.abc import Awaitable, Callable

from bot.audit.access import administrator, auditor
from memory.clock import Clock
from memory.errors import Conflict, InvalidInput, PolicyInvalid, SelfApproval
from memory.ids import Ids
from memory.model.bodies import PolicyChanged, PolicyProposed
from memory.model.people import Principal
from memory.model.policies import PolicyProposal, PromotedPolicy
from memory.model.record import SYSTEM, Attachment, Record
from memory.store import Store, Unit
from tools.in_force import PolicyInForce
from tools.policy import Facts, Policy
from tools.policy.checking import Report, check
from tools.policy.request import Request
from tools.policy.simulating import Simulation, simulate
from tools.policy.source import Library

HISTORY = 200  # of the newest plans, whose calls are decided again


class PolicyBoard:
    """Serves `bot.surfaces.policies.PolicyDesk`. `look` brings what was promoted into force on this node."""

    def __init__(
        self,
        store: Store,
        in_force: PolicyInForce,
        facts: Facts,
        look: Callable[[], Awaitable[None]],
        *,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._store = store
        self._in_force = in_force
        self._facts = facts
        self._look = look
        self._clock = clock
        self._ids = ids

    async def propose(self, principal: Principal, library: Library, reason: str) -> PolicyProposal:
        """Check a policy, decide past requests again, and keep it for somebody else to agree to.

        Raises `PolicyInvalid` where it does not parse or fit, or decides otherwise than its golden set says.
        """
        tenant = administrator(principal)
        report = await asyncio.to_thread(check, library, self._facts)
        _require_golden(report)
        before = self._in_force.now()
        policy = await asyncio.to_thread(Policy, library.text(), self._facts)
        if policy == before:
            raise InvalidInput("expected another policy than the one in force, found the same")
        simulation = await self._simulated(before, policy)
        proposal = PolicyProposal(
            id=self._ids.new("proposal"),
            tenant=tenant,
            text=library.text(),
            policy_hash=policy.hash,
            previous=before.hash,
            by=principal.id,
            reason=reason,
            at=self._clock.now(),
            decisions=report.decisions,
            simulation=simulation.model_dump(mode="json"),
        )
        async with self._store.transaction() as unit:
            await unit.policies.propose(proposal)
            await unit.ledger.append(_proposed(proposal, simulation))
        return proposal

    async def proposal(self, principal: Principal, proposal_id: str) -> PolicyProposal:
        """Return a proposal that is open, with what it would change; raises `NotFound`."""
        return await self._store.policies.proposal(auditor(principal), proposal_id)

    async def agree(self, principal: Principal, proposal_id: str, policy_hash: str) -> PromotedPolicy:
        """Put a proposal in force, as another administrator than the one who proposed it.

        Raises `SelfApproval`, `NotFound`, or `Conflict` where it is another policy, or another one is in force.
        """
        tenant = administrator(principal)
        proposal = await self._store.policies.proposal(tenant, proposal_id)
        if principal.id == proposal.by:
            raise SelfApproval(f"expected another administrator than {proposal.by}, who proposed it")
        before = self._in_force.now()
        if (policy_hash, before.hash) != (proposal.policy_hash, proposal.previous):
            raise Conflict(
                f"expected {proposal.policy_hash[:12]}… after {proposal.previous[:12]}…, "
                f"found {policy_hash[:12]}… after {before.hash[:12]}…",
                hint="Look at the proposal again, or propose it anew against the policy in force.",
            )
        async with self._store.transaction() as unit:
            await unit.policies.settle(tenant, proposal_id)
            after = PromotedPolicy(
                tenant=tenant,
                number=1,
                change="promoted",
                policy_hash=proposal.policy_hash,
                previous=before.hash,
                text=proposal.text,
                by=proposal.by,
                agreed_by=principal.id,
                reason=proposal.reason,
                at=self._clock.now(),
            )
            promoted = await self._put(unit, before, after, proposal_id)
        await self._look()
        return promoted

    async def rollback(self, principal: Principal, policy_hash: str, reason: str) -> PromotedPolicy:
        """Put an earlier policy in force again: two people agreed to it once, so one is enough.

        Raises `NotFound`, `Conflict`, or `PolicyInvalid` where it does not fit the tools there are now.
        """
        tenant = administrator(principal)
        earlier = await self._store.policies.find(tenant, policy_hash)
        before = self._in_force.now()
        policy = await asyncio.to_thread(Policy, earlier.text, self._facts)
        if policy == before:
            raise Conflict("expected another policy than the one in force, found the same")
        async with self._store.transaction() as unit:
            again = {
                "change": "rolled_back",
                "policy_hash": policy.hash,
                "previous": before.hash,
                "by": principal.id,
                "agreed_by": principal.id,
                "reason": reason,
                "at": self._clock.now(),
            }
            promoted = await self._put(unit, before, earlier.model_copy(update=again))
        await self._look()
        return promoted

    async def history(self, principal: Principal) -> tuple[PromotedPolicy, ...]:
        """Return the policies that were in force, the newest first. Auditors and administrators."""
        return await self._store.policies.history(auditor(principal))

    async def _put(
        self, unit: Unit, before: Policy, after: PromotedPolicy, proposal: str | None = None
    ) -> PromotedPolicy:
        """Keep a policy as the newest, with its entry; before the first, the one that was loaded from files."""
        await unit.policies.alone(after.tenant)
        newest = await unit.policies.newest(after.tenant)
        if newest is None:
            newest = _loaded(before, after)
            await unit.policies.promote(newest)
        if newest.text != before.text:
            raise Conflict("expected the policy in force here, found that another one was promoted meanwhile")
        promoted = after.model_copy(update={"number": newest.number + 1})
        await unit.policies.promote(promoted)
        await unit.ledger.append(_changed(promoted, proposal, self._ids.new("cor")))
        return promoted

    async def _simulated(self, before: Policy, after: Policy) -> Simulation:
        page = await self._store.runs.page(before.facts.tenant, limit=HISTORY)
        requests = [
            Request(
                principal=run.plan.requester,
                tool=step.call.tool,
                arguments=step.call.arguments,
                provenance=step.call.provenance,
                at=run.created_at,
            )
            for run in page.items
            for step in run.plan.steps
        ]
        return await asyncio.to_thread(simulate, before, after, requests, self._clock.now())


def _require_golden(report: Report) -> None:
    """Refuse a policy without golden decisions, or one that decides otherwise than they say."""
    if not report.ok():
        found = "; ".join(f"{each.place}: {each.found}" for each in report.problems[:5])
        raise PolicyInvalid(f"expected policies that pass their check, found {found}")
    if not report.decisions:
        raise PolicyInvalid(
            "expected golden decisions beside the policies, found none",
            hint="Say in a YAML file what must be allowed and what must not: quarterdeck policy check",
        )


def _loaded(before: Policy, after: PromotedPolicy) -> PromotedPolicy:
    """Return the policy that was there first, so that it can be gone back to."""
    told = {
        "change": "loaded",
        "policy_hash": before.hash,
        "previous": before.hash,
        "text": before.text,
        "by": SYSTEM,
        "agreed_by": SYSTEM,
        "reason": "it was loaded from files",
    }
    return after.model_copy(update={**told, "number": 1})


def _proposed(proposal: PolicyProposal, simulation: Simulation) -> Record:
    body = PolicyProposed(
        proposal=proposal.id,
        policy_hash=proposal.policy_hash,
        previous=proposal.previous,
        decisions=proposal.decisions,
        simulated=simulation.requests,
        changed=len(simulation.changes),
    )
    return Record(
        tenant=proposal.tenant,
        at=proposal.at,
        actor=proposal.by,
        correlation=proposal.id,
        body=body,
        attachments=_texts(proposal.text, proposal.reason),
    )


def _changed(promoted: PromotedPolicy, proposal: str | None, correlation: str) -> Record:
    told = {
        "change": promoted.change,
        "policy_hash": promoted.policy_hash,
        "previous": promoted.previous,
        "approval": proposal,
    }
    return Record(
        tenant=promoted.tenant,
        at=promoted.at,
        actor=promoted.agreed_by,
        correlation=proposal or correlation,
        body=PolicyChanged.model_validate(told),
        attachments=_texts(promoted.text, promoted.reason),
    )


def _texts(text: str, reason: str) -> tuple[Attachment, ...]:
    return (
        Attachment(field="text", kind="policy", content=text.encode()),
        Attachment(field="reason", kind="policy", content=reason.encode()),
    )
