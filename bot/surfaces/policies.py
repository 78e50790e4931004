"""What surfaces ask of the policy desk: to propose, to agree, to go back, and what was in force."""

from typing import Protocol

from memory.model.people import Principal
from memory.model.policies import PolicyProposal, PromotedPolicy
from tools.policy.source import Library


class PolicyDesk(Protocol):
    """Brings policies into force. Everything is for administrators; auditors may look."""

    async def propose(self, principal: Principal, library: Library, reason: str) -> PolicyProposal:
        """Check a policy and keep it with what it would change; raises `PolicyInvalid`."""

    async def proposal(self, principal: Principal, proposal_id: str) -> PolicyProposal:
        """Return a proposal that is open; raises `NotFound`."""

    async def agree(self, principal: Principal, proposal_id: str, policy_hash: str) -> PromotedPolicy:
        """Put a proposal in force, as another administrator; raises `SelfApproval`, `NotFound` or `Conflict`."""

    async def rollback(self, principal: Principal, policy_hash: str, reason: str) -> PromotedPolicy:
        """Put an earlier policy in force again; raises `NotFound`, `Conflict` or `PolicyInvalid`."""

    async def history(self, principal: Principal) -> tuple[PromotedPolicy, ...]:
        """Return the policies that were in force, the newest first."""
