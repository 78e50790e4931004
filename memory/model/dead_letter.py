"""What could not be finished, kept with where it came from: for a person to look at, to replay, or to drop."""

from enum import StrEnum

from pydantic import Field

from memory.model.value import Digest, Identifier, Index, Moment, Value


class DeadReason(StrEnum):
    """Why something could not be finished."""

    EXHAUSTED = "attempts_exhausted"
    UNDO_FAILED = "undo_failed"  # what was done stands, though it should not
    UNKNOWN = "outcome_unknown"  # for too long
    TARGET_GONE = "target_gone"
    BUDGET = "budget_spent"
    LATE = "too_late"  # its turn did not come before its deadline
    POISONED = "poisoned"  # whoever takes it up fails for no reason of its own
    FAILED = "failed"  # a step failed, and what was done before it stands


class LetterStatus(StrEnum):
    """Whether anybody still has to look at it."""

    OPEN = "open"
    REPLAYED = "replayed"
    DROPPED = "dropped"


class ReplayFrom(StrEnum):
    """Where a replay begins."""

    FAILED = "failed"  # with the first step whose effect does not stand
    START = "start"


class Origin(Value):
    """Where a run came from: each id leads into the log. `correlation` is the turn, `entries` are indices."""

    message: Identifier
    thread: Identifier
    correlation: Identifier
    requester: Identifier
    plan_digest: Digest
    run: Identifier
    step: int | None = None
    tool: str = ""
    runbook: str = ""
    approvals: tuple[Identifier, ...] = ()
    grants: tuple[Identifier, ...] = ()
    entries: tuple[Index, ...] = ()


class Replay(Value):
    """One replay: the run it became, which the gate assessed anew, or the code of why it was `refused`."""

    run: Identifier | None = None
    refused: str = ""
    message: Identifier
    begins: ReplayFrom
    by: Identifier
    reason: str
    at: Moment


class DeadLetter(Value):
    """Something that could not be finished. It is kept until `keep_until`, and longer while nobody settled it."""

    id: Identifier
    tenant: Identifier
    died_of: DeadReason
    code: str  # of the error that ended it
    says: str
    origin: Origin
    at: Moment
    keep_until: Moment
    status: LetterStatus = LetterStatus.OPEN
    replays: tuple[Replay, ...] = ()
    replay_of: Identifier | None = None  # the letter whose replay this was
    settled_by: Identifier | None = None
    settled_at: Moment | None = None
    remark: str = Field(default="", max_length=1000)
    version: int = 0

    def replayed_as(self) -> str | None:
        """Return the newest run that it was replayed as, None where there is none."""
        return next((replay.run for replay in reversed(self.replays) if replay.run is not None), None)
