"""Approval of a plan and of the same again, for a while: bound to what, to whose yes, and to one policy."""

from datetime import timedelta
from enum import StrEnum

from pydantic import Field

from memory.model.people import Surface
from memory.model.value import Digest, Identifier, JsonValue, Moment, Value


class CallPattern(Value):
    """Which calls are the same as one that was approved: its tool, its arguments, and numbers within bounds.

    An argument that neither part names must not be there. The service and the environment are arguments. `between`
    gives the least and the most, both allowed.
    """

    tool: Identifier
    arguments: dict[str, JsonValue] = Field(default_factory=dict)
    between: dict[str, tuple[float, float]] = Field(default_factory=dict)


class StandingEnd(StrEnum):
    """Why a standing approval counts no more."""

    REVOKED = "revoked"
    EXPIRED = "expired"
    SPENT = "spent"
    POLICY = "policy_changed"


class StandingApproval(Value):
    """One person's yes to plans whose every step is of these calls, up to so many times, until a moment.

    It counts as that person's one approval, under the policy it was given under and no other, and never as a surer
    one than a click: what a person signs is one plan.
    """

    id: Identifier
    tenant: Identifier
    approver: Identifier
    calls: tuple[CallPattern, ...] = Field(min_length=1)
    run: Identifier  # the plan it was first given to
    approval: Identifier  # of that plan
    surface: Surface
    policy_hash: Digest
    given_at: Moment
    expires_at: Moment
    most_uses: int = Field(ge=1)
    uses: int = Field(default=0, ge=0)
    ended: StandingEnd | None = None
    ended_at: Moment | None = None
    ended_by: Identifier | None = None


class StandingWish(Value):
    """What somebody would approve for a while: the same as the plan of a run, so often, up to these bounds."""

    run: Identifier
    approver: Identifier
    plan_digest: str
    lasts: timedelta
    uses: int
    at_most: dict[str, float] = Field(default_factory=dict)
    surface: Surface


class Suggestion(Value):
    """What one person has approved again and again, and could approve as a standing approval instead."""

    approver: Identifier
    calls: tuple[CallPattern, ...]
    times: int
    run: Identifier  # the newest of them
