"""What policy says of a call or a plan: yes, yes if people agree, or no. Always a value, never an exception."""

from typing import Literal

from memory.model.people import Role
from memory.model.value import Digest, Value


class Obligation(Value):
    """What must still happen before the answer is yes: `approvals` different people who hold `role`."""

    approvals: int
    role: Role = Role.APPROVER


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


class Deny(Value):
    """No, and why; `needed` says what would change the answer, where anything would."""

    kind: Literal["deny"] = "deny"
    basis: Basis
    reason: str
    needed: str = ""


Decision = Allow | NeedsApproval | Deny
