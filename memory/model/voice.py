"""What is kept of speech: what was read back and waits for a code, and moments of a call that may be decisions."""

from enum import StrEnum

from pydantic import Field

from memory.model.value import Digest, Identifier, JsonValue, Moment, Value


class ReadbackKind(StrEnum):
    """What a code goes ahead with: submitting a plan, or saying yes to one that waits."""

    PROPOSE = "propose"
    APPROVE = "approve"


class Readback(Value):
    """Something said aloud that does more than look. Nothing of it happens before its code is said, or the button.

    `plan_digest` is of exactly the plan that is read back: `proposal` makes it, or it is of the waiting `run`.
    """

    id: Identifier
    tenant: Identifier
    person: Identifier
    kind: ReadbackKind
    thread: Identifier
    message: Identifier
    correlation: Identifier
    plan_digest: Digest
    says: str = Field(max_length=4000)
    run: Identifier | None = None
    proposal: JsonValue = None
    expires_at: Moment


class MomentStanding(StrEnum):
    """What people made of a moment."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class DecisionMoment(Value):
    """A moment of a call at which something may have been decided: proposed, and a person says whether it was.

    `text` is what was heard, which nobody vouches for; `cue` is the words that sounded like a decision.
    """

    id: Identifier
    tenant: Identifier
    incident: Identifier
    at: Moment
    speaker: str = ""
    text: str = Field(max_length=4000)
    cue: str = ""
    standing: MomentStanding = MomentStanding.PROPOSED
    settled_by: Identifier | None = None
    settled_at: Moment | None = None
