"""What is told of a plan that was submitted: the plan, the decision, each call, its effect and its checks."""

from typing import Literal

from memory.model.bodies.kinds import Body, EntryKind, Reference, Ruling, Sealed
from memory.model.dead_letter import ReplayFrom
from memory.model.run import RunStatus
from memory.model.value import Digest, Identifier, Moment


class Planned(Body):
    """A plan was submitted."""

    kind = EntryKind.PLAN
    run: Identifier
    message: Identifier
    plan_digest: Digest
    tools: tuple[Identifier, ...]
    expires_at: Moment
    evidence: tuple[Identifier, ...] = ()
    content: Digest | None = None

    def subject(self) -> Reference:
        """Return the run."""
        return f"run:{self.run}"

    def causes(self) -> tuple[Reference, ...]:
        """Return how the message that asked for it was understood."""
        return (f"interpretation:{self.message}",)


class Decided(Body):
    """What policy said of a plan. `approvals` is how many people have to agree."""

    kind = EntryKind.DECISION
    run: Identifier
    plan_digest: Digest
    decision: Ruling
    policies: tuple[str, ...]
    policy_hash: Digest
    approvals: int = 0

    def subject(self) -> Reference:
        """Return this decision."""
        return f"decision:{self.run}"

    def causes(self) -> tuple[Reference, ...]:
        """Return the run."""
        return (f"run:{self.run}",)


class Granted(Body):
    """A call was decided on and may now be made, once. What follows it without an outcome is unknown."""

    kind = EntryKind.DECIDED
    run: Identifier
    step: int
    undo: bool
    tool: Identifier
    call_digest: Digest
    grant: Identifier
    decision: Ruling
    policies: tuple[str, ...]
    policy_hash: Digest
    approvals: tuple[Identifier, ...] = ()

    def subject(self) -> Reference:
        """Return the grant."""
        return f"grant:{self.grant}"

    def causes(self) -> tuple[Reference, ...]:
        """Return the decision and the approvals it rests on."""
        return (f"decision:{self.run}", *(f"approval:{approval}" for approval in self.approvals))


class Acted(Body):
    """A call took effect, or failed to."""

    kind = EntryKind.OUTCOME
    run: Identifier
    step: int
    tool: Identifier
    call_digest: Digest
    grant: Identifier | None
    ok: bool
    code: str = ""
    evidence: tuple[Sealed, ...] = ()

    def subject(self) -> Reference:
        """Return this effect."""
        return f"effect:{self.run}/{self.step}"

    def causes(self) -> tuple[Reference, ...]:
        """Return the grant, or the run where the call failed before there was one."""
        return (f"grant:{self.grant}",) if self.grant else (f"run:{self.run}",)


class TakenBack(Acted):
    """A call that takes back an earlier one took effect, or failed to."""

    kind = EntryKind.UNDO

    def subject(self) -> Reference:
        """Return this effect."""
        return f"undo:{self.run}/{self.step}"

    def causes(self) -> tuple[Reference, ...]:
        """Return what it takes back, and the grant."""
        return (f"effect:{self.run}/{self.step}", *((f"grant:{self.grant}",) if self.grant else ()))


class Checked(Body):
    """A step's success was measured."""

    kind = EntryKind.CHECK
    run: Identifier
    step: int
    number: int  # of the step's checks, from 1; 0 is the one that says whether the step is done at all
    tool: Identifier
    check_digest: Digest
    ok: bool
    value: float | None = None
    code: str = ""
    evidence: tuple[Sealed, ...] = ()

    def subject(self) -> Reference:
        """Return this measurement."""
        return f"check:{self.run}/{self.step}/{self.number}"

    def causes(self) -> tuple[Reference, ...]:
        """Return the effect that was measured; before there is one, the decision it is part of."""
        return (f"effect:{self.run}/{self.step}" if self.number else f"decision:{self.run}",)


class Measured(Body):
    """A check's number before a run's first step or at its end, whether the check held by it."""

    kind = EntryKind.MEASUREMENT
    run: Identifier
    moment: Literal["before", "after"]
    step: int
    number: int  # of the step's checks, from 1
    tool: Identifier
    check_digest: Digest
    ok: bool
    value: float | None = None
    code: str = ""
    evidence: tuple[Sealed, ...] = ()

    def subject(self) -> Reference:
        """Return this measurement."""
        return f"measurement:{self.run}/{self.moment}/{self.step}/{self.number}"

    def causes(self) -> tuple[Reference, ...]:
        """Return the decision that the measurement is part of."""
        return (f"decision:{self.run}",)


class Ended(Body):
    """A run came to its end."""

    kind = EntryKind.END
    run: Identifier
    status: RunStatus
    steps: int = 0

    def subject(self) -> Reference:
        """Return the run's end."""
        return f"end:{self.run}"

    def causes(self) -> tuple[Reference, ...]:
        """Return the run."""
        return (f"run:{self.run}",)


class Steered(Body):
    """A person paused a run that was under way, let it go on, or cancelled it; granted at the next safe point."""

    kind = EntryKind.STEERING
    run: Identifier
    steering: Identifier
    change: Literal["paused", "resumed", "cancelled"]
    leave: bool = False  # what was done is not taken back
    reason: Digest | None = None

    def subject(self) -> Reference:
        """Return this intervention."""
        return f"steering:{self.steering}"

    def causes(self) -> tuple[Reference, ...]:
        """Return the run."""
        return (f"run:{self.run}",)


class DeadLettered(Body):
    """A run could not finish and is kept for people to look at."""

    kind = EntryKind.DEAD_LETTER
    letter: Identifier
    run: Identifier
    step: int | None
    code: str

    def subject(self) -> Reference:
        """Return the dead letter."""
        return f"dead_letter:{self.letter}"

    def causes(self) -> tuple[Reference, ...]:
        """Return the run."""
        return (f"run:{self.run}",)


class LetterSettled(Body):
    """A dead letter was replayed as a new run, or dropped. `reason` is the address of why."""

    kind = EntryKind.SETTLEMENT
    letter: Identifier
    change: Literal["replayed", "dropped"]
    begins: ReplayFrom | None = None
    run: Identifier | None = None  # what it was replayed as
    message: Identifier | None = None  # by which that was asked for
    reason: Digest | None = None

    def subject(self) -> Reference:
        """Return this settlement."""
        return f"dead_letter:{self.letter}/{self.change}" + (f"/{self.run}" if self.run else "")

    def causes(self) -> tuple[Reference, ...]:
        """Return the dead letter."""
        return (f"dead_letter:{self.letter}",)
