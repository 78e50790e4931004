"""What a person wants done, before it is a plan: a goal and the calls that would reach it."""

from memory.model.people import Principal
from memory.model.plan import Call
from memory.model.value import Identifier, Value


class Caller(Value):
    """On whose behalf, and in which turn, something is looked at or asked for."""

    principal: Principal
    thread: Identifier
    message: Identifier
    correlation: Identifier


class Proposal(Value):
    """A goal in words, the calls that reach it in order, and the ids of the evidence that speaks for it."""

    goal: str
    calls: tuple[Call, ...]
    evidence: tuple[Identifier, ...] = ()
