"""A policy on its way into force: proposed with what it would change, promoted by two people, kept for good."""

from typing import Literal

from pydantic import Field

from memory.model.approval import Assurance
from memory.model.value import Digest, Identifier, JsonValue, Moment, Value


class PolicyProposal(Value):
    """A policy somebody wants in force. `simulation` is what it would have changed in the past, as shown."""

    id: Identifier
    tenant: Identifier
    text: str
    policy_hash: Digest
    previous: Digest
    by: Identifier
    reason: str = Field(min_length=1, max_length=2000)
    at: Moment
    decisions: int
    simulation: JsonValue
    golden: dict[str, str] = Field(default_factory=dict)  # its golden decisions, by the name of their file


class PromotedPolicy(Value):
    """A policy that is, or was, in force: the `number`th of its tenant, counted from 1.

    `loaded` is the one that was there when the first other one was promoted, so that it can be gone back to.
    """

    tenant: Identifier
    number: int = Field(ge=1)
    change: Literal["loaded", "promoted", "rolled_back"]
    policy_hash: Digest
    previous: Digest
    text: str
    by: Identifier
    agreed_by: Identifier
    reason: str
    at: Moment
    assurance: Assurance = Assurance.CHAT  # of whoever agreed
