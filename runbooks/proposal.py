"""What a person wants done, before it is a plan: a goal and the calls that would reach it."""

from typing import Self

from pydantic import model_validator

from memory.model.people import Principal
from memory.model.plan import Budget, Call, Check
from memory.model.value import Digest, Identifier, Value


class Caller(Value):
    """On whose behalf, and in which turn, something is looked at or asked for.

    With `plan_digest`, only that plan is submitted: it is the one the person agreed to.
    """

    principal: Principal
    thread: Identifier
    message: Identifier
    correlation: Identifier
    plan_digest: Digest | None = None


class Terms(Value):
    """How one call is to be made, where a runbook says it; what is None is as the tool has it."""

    when: Check | None = None
    checks: tuple[Check, ...] | None = None
    undo: Call | None = None
    timeout_s: float | None = None
    attempts: int | None = None


class Proposal(Value):
    """A goal in words, the calls that reach it in order, and the ids of the evidence that speaks for it.

    `terms` are one for each call, or none at all; `runbook` is the "id@version" it was compiled from.
    """

    goal: str
    calls: tuple[Call, ...]
    evidence: tuple[Identifier, ...] = ()
    terms: tuple[Terms, ...] = ()
    runbook: Identifier | None = None
    budget: Budget | None = None

    @model_validator(mode="after")
    def _one_each(self) -> Self:
        if self.terms and len(self.terms) != len(self.calls):
            raise ValueError(f"terms for each of {len(self.calls)} calls, not {len(self.terms)}")
        return self

    def each(self) -> tuple[tuple[Call, Terms], ...]:
        """Return every call with its terms."""
        return tuple(zip(self.calls, self.terms or (Terms(),) * len(self.calls), strict=True))
