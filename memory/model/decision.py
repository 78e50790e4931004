"""What policy says of a call or a plan: yes, yes if people agree, or no. Always a value, never an exception."""

from typing import Literal

from memory.model.approval import Assurance
from memory.model.people import Role
from memory.model.value import Digest, Value


class Obligation(Value):
    """What must still happen before the answer is yes: `approvals` different people who hold `role`.

    An approval counts where it is at least as sure as `assurance`.
    """

    approvals: int
    role: Role = Role.APPROVER
    assurance: Assurance = Assurance.CHAT


class Basis(Value):
    """What a decision rests on: the deciding policies' ids and the hash of the policy set in force."""

    policies: tuple[str, ...]
    policy_hash: Digest


class Allow(Value):
    """Yes, now."""

    kind: Literal["allow"] = "allow"
    basis: Basis


class NeedsApproval(Value):
    """Yes, once every obligation is met."""

    kind: Literal["needs_approval"] = "needs_approval"
    basis: Basis
    obligations: tuple[Obligation, ...]

    def quorum(self) -> int:
        """Return how many different people must say yes."""
        return max(obligation.approvals for obligation in self.obligations)

    def assurance(self) -> Assurance:
        """Return how sure each of them must be."""
        return max((obligation.assurance for obligation in self.obligations), key=Assurance.level)


class Deny(Value):
    """No, and why; `needed` says what would change the answer, where anything would."""

    kind: Literal["deny"] = "deny"
    basis: Basis
    reason: str
    needed: str = ""

    def because(self) -> str:
        """Return why, and which policies say so."""
        return f"{self.reason} ({', '.join(self.basis.policies)})"

    def remedy(self) -> str:
        """Return what would change the answer, empty where nothing is known to."""
        return f"Needed: {self.needed}" if self.needed else ""


Decision = Allow | NeedsApproval | Deny
