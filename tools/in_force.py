"""The policy in force: one immutable value, replaced as a whole. Whoever decides takes it once and keeps to it."""

from memory.errors import PolicyInvalid
from tools.policy import Policy


class PolicyInForce:
    """Holds the policy that new decisions are made by. Replacing it is one assignment, with nothing in between."""

    __slots__ = ("_policy",)

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def now(self) -> Policy:
        """Return the policy in force at this moment."""
        return self._policy

    def replace(self, policy: Policy) -> None:
        """Put another policy of the same tenant in force; raises `PolicyInvalid` for another tenant's."""
        if policy.facts.tenant != self._policy.facts.tenant:
            raise PolicyInvalid(
                f"expected a policy of {self._policy.facts.tenant}, found one of {policy.facts.tenant}"
            )
        self._policy = policy
