"""A plan on its way: a durable record that waits for people, runs once, and tells how far it came."""

from enum import StrEnum

from pydantic import Field

from memory.model.approval import Approval
from memory.model.decision import Decision
from memory.model.evidence import Evidence
from memory.model.plan import Call, Comparison, Plan
from memory.model.track import TrackRecord
from memory.model.value import Digest, Identifier, JsonValue, Moment, Value


class RunStatus(StrEnum):
    """Where a run stands. The last six are final."""

    WAITING = "waiting"  # for approvals
    RUNNING = "running"
    UNDOING = "undoing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"  # a step failed and nothing could be, or needed to be, undone
    UNDONE = "undone"  # a step failed and what was done is undone
    DENIED = "denied"
    EXPIRED = "expired"
    CANCELLED = "cancelled"

    def final(self) -> bool:
        """Return whether the run can still change."""
        return self not in {RunStatus.WAITING, RunStatus.RUNNING, RunStatus.UNDOING}


class StepStatus(StrEnum):
    """Where one step stands. `unknown`: it was decided, and whether it took effect is not known yet.

    `skipped`: what the step waits for in its `when` did not hold, so nothing was done.
    """

    PENDING = "pending"
    DECIDED = "decided"
    UNKNOWN = "unknown"
    DONE = "done"
    VERIFIED = "verified"
    FAILED = "failed"
    UNDONE = "undone"
    SKIPPED = "skipped"


class Outcome(Value):
    """What a call brought: whether it worked, in a sentence, the evidence, and how to take it back.

    `value` is the number a check measures; `missing` names what could not be reached.
    """

    ok: bool
    summary: str
    evidence: tuple[Evidence, ...] = ()
    value: float | None = None
    missing: tuple[str, ...] = ()
    undo: Call | None = None
    error_code: str = ""
    data: dict[str, JsonValue] = Field(default_factory=dict)


class Measurement(Value):
    """A check's number at a moment, before a run or after it. Without a `value`, `code` says what was in the way.

    `number` counts the step's checks from 1, `points` are how it went until then: (unix seconds, value) pairs.
    """

    step: int
    number: int
    at: Moment
    ok: bool
    value: float | None = None
    unit: str = ""
    code: str = ""
    points: tuple[tuple[float, float], ...] = ()


class Waiting(Value):
    """What a step that is done waits for: a check that does not hold yet, and what was measured last.

    `value` is None before anything was, which is not before `measures_at`.
    """

    number: int
    says: str
    comparison: Comparison
    bound: float
    since: Moment
    until: Moment
    measures_at: Moment | None = None
    value: float | None = None
    unit: str = ""


class StepRecord(Value):
    """One step of a run as it happened."""

    index: int
    status: StepStatus = StepStatus.PENDING
    grant: Identifier | None = None  # the newest
    started_at: Moment | None = None
    ended_at: Moment | None = None
    outcome: Outcome | None = None
    checks: tuple[Outcome, ...] = ()
    undo: Outcome | None = None
    calls: int = 0  # of tools: attempts, looks and measurements
    cents: int = 0  # what they cost
    waiting: Waiting | None = None
    verified_at: Moment | None = None  # when its checks were decided
    undone_at: Moment | None = None


class Change(Value):
    """One field that a step would change."""

    field: str
    before: str
    after: str


class Preview(Value):
    """What a step would do, found out without doing it. `call` is the exact call, every argument settled."""

    call: Call
    summary: str
    changes: tuple[Change, ...] = ()
    blast_radius: tuple[str, ...] = ()
    undo: Call | None = None
    evidence: tuple[Evidence, ...] = ()
    warnings: tuple[str, ...] = ()


class Lease(Value):
    """Who carries a run out, and until when nobody else may. Renewed while the work goes on."""

    holder: Identifier
    until: Moment


class Wanted(StrEnum):
    """What a person may want of a run that is under way."""

    PAUSE = "pause"
    CANCEL = "cancel"


class Wish(Value):
    """What a person wants of a run that is under way. It is granted at the next safe point: between two calls.

    A cancelled run takes back what it did, in reverse, unless it is to `leave` that.
    """

    wanted: Wanted
    by: Identifier
    at: Moment
    leave: bool = False
    reason: str = ""


class Run(Value):
    """A submitted plan and everything that happened to it. `version` grows with every write."""

    id: Identifier
    tenant: Identifier
    plan: Plan
    plan_digest: Digest
    correlation: Identifier
    status: RunStatus
    decision: Decision
    previews: tuple[Preview, ...] = ()
    evidence: tuple[Identifier, ...] = ()
    steps: tuple[StepRecord, ...] = ()
    approvals: tuple[Approval, ...] = ()
    created_at: Moment
    expires_at: Moment
    ended_at: Moment | None = None
    lease: Lease | None = None
    summary: str = ""
    version: int = 0
    paused: Identifier | None = None  # the stop that holds it back, until that is lifted
    wish: Wish | None = None
    attempt: int = 0  # counts how often it was handed back: each time is another work for the engine
    again_at: Moment | None = None  # before it is not taken up again
    before: tuple[Measurement, ...] | None = None  # what its checks measured before the first step
    after: tuple[Measurement, ...] | None = None  # and at the end, where anything was done
    track: tuple[TrackRecord, ...] = ()  # how it went before, as it was when this was proposed
