"""What people said to a plan, how sure it is that they did, and the right that follows: a grant for one call."""

from enum import StrEnum
from typing import Final, Literal

from pydantic import Field

from memory.model.people import Surface
from memory.model.value import Digest, Identifier, Moment, Value


class Verdict(StrEnum):
    """A person's answer to a plan."""

    APPROVE = "approve"
    DENY = "deny"


class Assurance(StrEnum):
    """How well it is known that it was this person: a spoken yes, a chat click, a passkey, a key.

    A spoken yes stands on the rung of a click, since the same session vouches for it; policy can tell them apart.
    """

    SPOKEN = "spoken"
    CHAT = "chat"
    PASSKEY = "passkey"
    KEY = "key"

    def level(self) -> int:
        """Return its rung on the `LADDER`, from 1, as policy compares them."""
        return LADDER.index(Assurance.CHAT if self is Assurance.SPOKEN else self) + 1

    @property
    def attested(self) -> bool:
        """Whether it rests on what the platform saw, and the person signed nothing themselves."""
        return self in {Assurance.SPOKEN, Assurance.CHAT}

    def meets(self, required: "Assurance") -> bool:
        """Return whether this is enough where `required` is asked for."""
        return self.level() >= required.level()


LADDER: Final = (Assurance.CHAT, Assurance.PASSKEY, Assurance.KEY)
"""What may be asked for, from least to most."""


class Ballot(Value):
    """A person's answer to one plan digest as it comes in, before anything is checked."""

    approver: Identifier
    plan_digest: str
    verdict: Verdict
    reason: str = Field(default="", max_length=1000)
    surface: Surface
    assurance: Assurance = Assurance.CHAT
    event: bytes = b""  # the verified raw event of the surface, which a platform-attested approval keeps
    break_glass: bool = False


class Approval(Value):
    """One person's yes or no to one plan digest: who, when, until when, on which surface, how sure.

    `nonce` names the statement it was made with, `credential` what signed it where the person signed themselves.
    With `break_glass` it stands for everybody who is missing.
    """

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
    nonce: str = ""
    credential: Identifier | None = None
    break_glass: bool = False


class Challenge(Value):
    """What one person is to sign, once and in time: a say to a run or a policy, or the enrolment of a credential.

    `content` is exactly what was shown; an answer to anything else is none.
    """

    nonce: Identifier
    tenant: Identifier
    principal: Identifier
    purpose: Literal["approval", "enrolment", "promotion"]
    subject: Identifier
    content: str
    issued_at: Moment
    expires_at: Moment


class Review(Value):
    """A use of break-glass that somebody else has to look at. `used_by` went ahead alone, in a window of time."""

    id: Identifier
    tenant: Identifier
    run: Identifier
    approval: Identifier
    used_by: Identifier
    reason: str
    missing: int  # approvals that policy asks for and nobody gave
    used_at: Moment
    window_ends_at: Moment
    closed_at: Moment | None = None
    closed_by: Identifier | None = None
    justified: bool | None = None
    remark: str = ""


class Grant(Value):
    """The single-use right to make one call of one step. Minted by the gate alone, consumed atomically."""

    id: Identifier
    tenant: Identifier
    run: Identifier
    step: int
    call_digest: Digest
    policies: tuple[str, ...] = ()
    policy_hash: Digest
    minted_at: Moment
    expires_at: Moment
