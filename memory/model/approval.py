"""What people said to a plan, and the right that follows: a yes or no to one digest, a grant for one call."""

from enum import StrEnum

from pydantic import Field

from memory.model.people import Surface
from memory.model.value import Digest, Identifier, Moment, Value


class Verdict(StrEnum):
    """A person's answer to a plan."""

    APPROVE = "approve"
    DENY = "deny"


class Assurance(StrEnum):
    """How well the platform knows that it was this person: a chat click, a passkey, a key."""

    CHAT = "chat"
    PASSKEY = "passkey"
    KEY = "key"


class Ballot(Value):
    """A person's answer to one plan digest as it comes in, before anything is checked."""

    approver: Identifier
    plan_digest: str
    verdict: Verdict
    reason: str = Field(default="", max_length=1000)
    surface: Surface
    assurance: Assurance = Assurance.CHAT


class Approval(Value):
    """One person's yes or no to one plan digest: who, when, until when, on which surface, how sure."""

    id: Identifier
    tenant: Identifier
    run: Identifier
    plan_digest: Digest
    approver: Identifier
    verdict: Verdict
    reason: str = ""
    surface: Surface
    assurance: Assurance = Assurance.CHAT
    policy_hash: Digest
    decided_at: Moment
    expires_at: Moment


class Grant(Value):
    """The single-use right to make one call of one step. Minted by the gate alone, consumed atomically."""

    id: Identifier
    tenant: Identifier
    run: Identifier
    step: int
    call_digest: Digest
    policy_hash: Digest
    minted_at: Moment
    expires_at: Moment
