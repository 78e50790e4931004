"""How a policy comes into force: one administrator proposes it, sees what it would change, and another one agrees.

What is agreed to is exactly what was proposed, against the policy it was held against; otherwise it starts again.
"""

import asyncio
from collections.abc import Awaitable, Callable
from difflib import unified_diff

from bot.approvals.passkeys import passkey_envelope, passkey_request, require_passkeys
from bot.audit.access import administrator, auditor
from bot.controls.agreeing import Agreeing, Said, require_same
from bot.controls.past import past_requests
from bot.controls.policy_entries import changed_entry, loaded, proposed, require_golden, require_way_on
from bot.surfaces.approving import Assertion, PasskeyRequest, Say
from memory.clock import Clock
from memory.errors import (
    ApprovalRefused,
    Conflict,
    InvalidInput,
    NotFound,
    PolicyDenied,
    QuarterdeckError,
    SelfApproval,
)
from memory.ids import Ids
from memory.model.approval import Assurance, Challenge, Verdict
from memory.model.bodies import Denied
from memory.model.people import Principal, Surface
from memory.model.policies import PolicyProposal, PromotedPolicy
from memory.model.record import Record
from memory.store import Store, Unit
from tools.approvals.signing import Attester
from tools.in_force import PolicyInForce
from tools.policy import Policy
from tools.policy.checking import check
from tools.policy.simulating import Simulation, simulate
from tools.policy.source import Library


class PolicyBoard:
    """Serves `bot.surfaces.policies.PolicyDesk`. `look` brings what was promoted into force on this node."""

    def __init__(
        self,
        store: Store,
        in_force: PolicyInForce,
        look: Callable[[], Awaitable[None]],
        *,
        attester: Attester,
        site: str = "",
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._agreeing = Agreeing(store, attester, clock, ids)
        self._site = site
        self._store = store
        self._in_force = in_force
        self._look = look
        self._clock = clock
        self._ids = ids

    async def propose(self, principal: Principal, library: Library, reason: str) -> PolicyProposal:
        """Check a policy, decide past requests again, and keep it for somebody else to agree to.

        Raises `PolicyInvalid` where it does not parse or fit, or decides otherwise than its golden set says.
        """
        tenant = administrator(principal)
        report = await asyncio.to_thread(check, library, self._in_force.now().facts)
        require_golden(report)
        before = self._in_force.now()
        policy = await asyncio.to_thread(Policy, library.text(), self._in_force.now().facts)
        if policy == before:
            raise InvalidInput("expected another policy than the one in force, found the same")
        require_way_on(policy, principal, self._clock.now())
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
            golden={source.name: source.text for source in library.decisions},
        )
        async with self._store.transaction() as unit:
            await unit.policies.propose(proposal)
            await unit.ledger.append(proposed(proposal, simulation))
        return proposal

    async def proposal(self, principal: Principal, proposal_id: str) -> PolicyProposal:
        """Return a proposal that is open, with what it would change; raises `NotFound`."""
        return await self._store.policies.proposal(auditor(principal), proposal_id)

    async def proposals(self, principal: Principal) -> tuple[PolicyProposal, ...]:
        """Return the proposals that are open, the newest first."""
        return await self._store.policies.proposals(auditor(principal))

    async def difference(self, principal: Principal, proposal_id: str) -> tuple[str, ...]:
        """Return what a proposal changes in the policy it was held against, as the lines of a unified diff."""
        proposal = await self.proposal(principal, proposal_id)
        now = self._in_force.now()
        before = now.text if now.hash == proposal.previous else ""
        if not before:
            before = (await self._store.policies.find(proposal.tenant, proposal.previous)).text
        lines = unified_diff(before.splitlines(), proposal.text.splitlines(), "in force", proposal.id, lineterm="")
        return tuple(lines)

    async def agree(
        self,
        principal: Principal,
        proposal_id: str,
        policy_hash: str,
        *,
        surface: Surface = Surface.REST,
        event: bytes = b"",
    ) -> PromotedPolicy:
        """Put a proposal in force, as another administrator than the one who proposed it, by a click.

        Raises `SelfApproval`, `NotFound`, `PolicyDenied`, `AssuranceTooLow` where policy asks for a signature, or
        `Conflict` where it is another policy, or another one is in force.
        """
        say = Say(surface=surface, assurance=Assurance.CHAT)

        async def attested(proposal: PolicyProposal) -> Said:
            require_same(proposal, policy_hash, self._in_force.now())
            return await self._agreeing.attested(principal, proposal, say, event)

        return _promoted(await self._settled(principal, proposal_id, attested))

    async def refuse(
        self, principal: Principal, proposal_id: str, reason: str, *, surface: Surface = Surface.REST
    ) -> None:
        """Say no to a proposal, which ends it; whoever proposed it may take it back so. Raises `NotFound`."""
        say = Say(verdict=Verdict.DENY, reason=reason, surface=surface, assurance=Assurance.CHAT)

        async def attested(proposal: PolicyProposal) -> Said:
            return await self._agreeing.attested(principal, proposal, say, b"")

        await self._settled(principal, proposal_id, attested)

    async def offer(self, principal: Principal, proposal_id: str, say: Say) -> Challenge:
        """Return exactly what this person is to sign about a proposal, where it would be accepted now."""
        tenant = administrator(principal)
        proposal = await self._store.policies.proposal(tenant, proposal_id)
        if say.verdict is Verdict.APPROVE:
            await self._required(principal, proposal, say.assurance)
        return await self._agreeing.offer(principal, proposal, say)

    async def ask_passkey(self, principal: Principal, proposal_id: str, say: Say) -> PasskeyRequest:
        """Return what is to be signed with a passkey of this person; raises `CredentialRefused` without one."""
        mine = await self._store.credentials.of(administrator(principal), principal.id)
        passkeys = require_passkeys(mine, principal.id, self._site)
        offered = await self.offer(principal, proposal_id, say.model_copy(update={"assurance": Assurance.PASSKEY}))
        return passkey_request(offered, passkeys, self._site)

    async def cast_passkey(
        self, principal: Principal, proposal_id: str, payload: bytes, assertion: Assertion
    ) -> PromotedPolicy | None:
        """Take the statement `payload` that a passkey signed, otherwise as `cast`."""
        mine = await self._store.credentials.of(administrator(principal), principal.id)
        return await self.cast(principal, proposal_id, passkey_envelope(mine, payload, assertion))

    async def cast(self, principal: Principal, proposal_id: str, envelope: bytes) -> PromotedPolicy | None:
        """Take what this person signed; None where it was a no. Raises as `agree`, or `ApprovalRefused`."""

        async def signed(proposal: PolicyProposal) -> Said:
            return await self._agreeing.answered(principal, proposal, envelope)

        return await self._settled(principal, proposal_id, signed)

    async def rollback(self, principal: Principal, policy_hash: str, reason: str) -> PromotedPolicy:
        """Put an earlier policy in force again: two people agreed to it once, so one is enough.

        Raises `NotFound`, `Conflict`, or `PolicyInvalid` where it does not fit the tools there are now.
        """
        tenant = administrator(principal)
        earlier = await self._store.policies.find(tenant, policy_hash)
        before = self._in_force.now()
        policy = await asyncio.to_thread(Policy, earlier.text, self._in_force.now().facts)
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

    async def _settled(
        self, principal: Principal, proposal_id: str, say: Callable[[PolicyProposal], Awaitable[Said]]
    ) -> PromotedPolicy | None:
        """Act on what a person said to a proposal, all at once or not at all. A refusal is recorded."""
        tenant = administrator(principal)
        proposal = await self._store.policies.proposal(tenant, proposal_id)
        try:
            said = await say(proposal)
            if said.verdict is Verdict.APPROVE:
                await self._required(principal, proposal, said.assurance)
        except (ApprovalRefused, PolicyDenied) as error:
            await self._refused(principal, proposal, error)
            raise
        promoted = None
        async with self._store.transaction() as unit:
            await unit.policies.settle(tenant, proposal_id)
            await self._agreeing.keep(unit, principal, proposal, said)
            if said.verdict is Verdict.APPROVE:
                after = self._agreed(principal, proposal, said.assurance)
                promoted = await self._put(unit, self._in_force.now(), after, proposal_id)
        if promoted is not None:
            await self._look()
        return promoted

    async def _required(self, principal: Principal, proposal: PolicyProposal, assurance: Assurance) -> None:
        if principal.id == proposal.by:
            raise SelfApproval(f"expected another administrator than {proposal.by}, who proposed it")
        require_same(proposal, proposal.policy_hash, self._in_force.now())
        self._agreeing.require(self._in_force.now(), principal, proposal, assurance)

    async def _refused(self, principal: Principal, proposal: PolicyProposal, error: QuarterdeckError) -> None:
        denial = self._ids.new("denial")
        body = Denied(denial=denial, code=error.code, subject_digest=proposal.policy_hash)
        now, tenant = self._clock.now(), proposal.tenant
        await self._store.ledger.append(
            Record(tenant=tenant, at=now, actor=principal.id, correlation=proposal.id, body=body)
        )
        error.recorded = True

    def _agreed(self, principal: Principal, proposal: PolicyProposal, assurance: Assurance) -> PromotedPolicy:
        return PromotedPolicy(
            tenant=proposal.tenant,
            number=1,
            change="promoted",
            policy_hash=proposal.policy_hash,
            previous=proposal.previous,
            text=proposal.text,
            by=proposal.by,
            agreed_by=principal.id,
            reason=proposal.reason,
            at=self._clock.now(),
            assurance=assurance,
        )

    async def _put(
        self, unit: Unit, before: Policy, after: PromotedPolicy, proposal: str | None = None
    ) -> PromotedPolicy:
        """Keep a policy as the newest, with its entry; before the first, the one that was loaded from files."""
        await unit.policies.alone(after.tenant)
        newest = await unit.policies.newest(after.tenant)
        if newest is None:
            newest = loaded(before, after)
            await unit.policies.promote(newest)
        if newest.text != before.text:
            raise Conflict("expected the policy in force here, found that another one was promoted meanwhile")
        promoted = after.model_copy(update={"number": newest.number + 1})
        await unit.policies.promote(promoted)
        await unit.ledger.append(changed_entry(promoted, proposal, self._ids.new("cor")))
        return promoted

    async def _simulated(self, before: Policy, after: Policy) -> Simulation:
        told = await past_requests(self._store, before.facts.tenant)
        now = self._clock.now()
        return await asyncio.to_thread(simulate, before, after, told.requests, now, told.missing())


def _promoted(promoted: PromotedPolicy | None) -> PromotedPolicy:
    if promoted is None:
        raise NotFound("expected a policy that was put in force, found a no")
    return promoted
