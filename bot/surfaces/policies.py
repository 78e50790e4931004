"""What surfaces ask of the policy desk: to propose, to agree or not, to go back, and what was in force."""

from typing import TYPE_CHECKING, Protocol

from bot.surfaces.approving import Assertion, PasskeyRequest, Say
from memory.model.approval import Challenge
from memory.model.people import Principal, Surface
from memory.model.policies import PolicyProposal, PromotedPolicy

if TYPE_CHECKING:
    from tools.policy.source import Library


class PolicyDesk(Protocol):
    """Brings policies into force. Everything is for administrators; auditors may look."""

    async def propose(self, principal: Principal, library: "Library", reason: str) -> PolicyProposal:
        """Check a policy and keep it with what it would change; raises `PolicyInvalid`."""

    async def proposal(self, principal: Principal, proposal_id: str) -> PolicyProposal:
        """Return a proposal that is open; raises `NotFound`."""

    async def proposals(self, principal: Principal) -> tuple[PolicyProposal, ...]:
        """Return the proposals that are open, the newest first."""

    async def difference(self, principal: Principal, proposal_id: str) -> tuple[str, ...]:
        """Return what a proposal changes in the text of the policy, as the lines of a unified diff."""

    async def agree(
        self,
        principal: Principal,
        proposal_id: str,
        policy_hash: str,
        *,
        surface: Surface = Surface.REST,
        event: bytes = b"",
    ) -> PromotedPolicy:
        """Put a proposal in force by a click, as another administrator.

        Raises `SelfApproval`, `NotFound`, `PolicyDenied`, `AssuranceTooLow` or `Conflict`.
        """

    async def refuse(
        self, principal: Principal, proposal_id: str, reason: str, *, surface: Surface = Surface.REST
    ) -> None:
        """Say no to a proposal, or take one's own back; it is then closed. Raises `NotFound`."""

    async def offer(self, principal: Principal, proposal_id: str, say: Say) -> Challenge:
        """Return exactly what this person is to sign about a proposal; raises as `agree`."""

    async def cast(self, principal: Principal, proposal_id: str, envelope: bytes) -> PromotedPolicy | None:
        """Take a signed statement, once; None where it was a no. Raises as `agree`, or `ApprovalRefused`."""

    async def ask_passkey(self, principal: Principal, proposal_id: str, say: Say) -> PasskeyRequest:
        """Return what is to be signed with a passkey of this person; raises `CredentialRefused` without one."""

    async def cast_passkey(
        self, principal: Principal, proposal_id: str, payload: bytes, assertion: Assertion
    ) -> PromotedPolicy | None:
        """Take the statement `payload` that a passkey signed, otherwise as `cast`."""

    async def rollback(self, principal: Principal, policy_hash: str, reason: str) -> PromotedPolicy:
        """Put an earlier policy in force again; raises `NotFound`, `Conflict` or `PolicyInvalid`."""

    async def history(self, principal: Principal) -> tuple[PromotedPolicy, ...]:
        """Return the policies that were in force, the newest first."""
