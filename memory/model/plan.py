"""What is proposed: an ordered list of tool calls as data. A plan's digest is what people approve."""

from enum import StrEnum

from pydantic import Field

from memory.canonical import digest
from memory.model.intent import Provenance
from memory.model.value import Identifier, JsonValue, Value


class Effect(StrEnum):
    """What a call does to the world."""

    READ = "read"
    WRITE = "write"  # can be undone
    DESTRUCTIVE = "destructive"  # cannot
    EGRESS = "egress"  # sends data out


class Tier(StrEnum):
    """How far up the ladder a tool stands. Below them all: forbidden, which is having no tier."""

    OBSERVE = "observe"
    SUGGEST = "suggest"
    EXECUTE = "execute"
    AUTONOMOUS = "autonomous"


class Call(Value):
    """One tool call: the tool's name, its arguments, and where each came from."""

    tool: Identifier
    arguments: dict[str, JsonValue] = Field(default_factory=dict)
    provenance: dict[str, Provenance] = Field(default_factory=dict)

    def untrusted(self) -> tuple[str, ...]:
        """Return the names of the arguments that came from untrusted text, sorted."""
        return tuple(sorted(name for name, origin in self.provenance.items() if origin is Provenance.UNTRUSTED))


class Comparison(StrEnum):
    """How a check's measured value must stand to its bound."""

    BELOW = "below"
    ABOVE = "above"


class Check(Value):
    """A measurement after a step that says whether it worked.

    `call` is a read whose outcome carries a number in `value`; it is repeated until it holds or `within_s` ends.
    For the first `settle_s` nothing is measured: a rate looks back, and would tell of the time before the step.
    """

    call: Call
    comparison: Comparison
    bound: float
    within_s: float
    settle_s: float = 0.0
    says: str  # "checkout's error rate is below 2 %"


class Budget(Value):
    """The most that one run may use; None leaves that one open. Whoever runs the plan stops it there."""

    seconds: float | None = Field(default=None, gt=0, allow_inf_nan=False)  # from its start to its end
    calls: int | None = Field(default=None, ge=1)  # of tools, attempts and checks included
    cents: int | None = Field(default=None, ge=0)


class Step(Value):
    """One effect of a plan, with its undo and its checks.

    `when` is measured once before the step, and the step is skipped where it does not hold. `timeout_s` is for
    one attempt; `attempts` counts the first.
    """

    call: Call
    effect: Effect
    says: str  # "Roll back checkout in production from 1.4.2 to 1.4.1"
    undo: Call | None = None
    checks: tuple[Check, ...] = ()
    when: Check | None = None
    timeout_s: float = Field(default=10.0, gt=0, allow_inf_nan=False)
    attempts: int = Field(default=3, ge=1)


class Plan(Value):
    """An ordered list of steps that a person asked for. What is approved is its digest, and nothing else.

    `runbook` is the "id@version" of the runbook it was compiled from, None where a person's words were enough.
    """

    tenant: Identifier
    thread: Identifier
    message: Identifier
    requester: Identifier
    goal: str
    steps: tuple[Step, ...]
    runbook: Identifier | None = None
    budget: Budget | None = None

    def digest(self) -> str:
        """Return the SHA-256 of the plan's canonical form, in hexadecimal."""
        return digest(self)
