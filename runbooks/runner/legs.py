"""Which leg is next for a run as it stands: pure, and read off the document alone, whoever worked on it before.

act:0  verify:0  act:1  verify:1  …  end         forward
turn   undo:1    undo:0            end           after a step failed
look:1 turn      undo:0            end           after a person cancelled
"""

from typing import NamedTuple

from memory.model.plan import Step
from memory.model.run import Run, RunStatus, StepRecord, StepStatus, Wanted

ACT, VERIFY, LOOK, UNDO, TURN, END = "act", "verify", "look", "undo", "turn", "end"

UNDECIDED = frozenset({StepStatus.PENDING, StepStatus.DECIDED, StepStatus.UNKNOWN})
OPEN = frozenset({StepStatus.DECIDED, StepStatus.UNKNOWN})
"""Decided, and what came of it is not known."""


LONGEST_S = 60.0  # between two attempts


class Leg(NamedTuple):
    """A part of a run's way that ends at a safe point, and the step it is about."""

    kind: str
    step: int = 0

    def __str__(self) -> str:
        """Return its name."""
        return self.kind if self.kind in {TURN, END} else f"{self.kind}:{self.step}"


def following(run: Run) -> Leg | None:
    """Return the leg that is next; None where nothing more can be done with the run as it stands."""
    if run.status is RunStatus.RUNNING:
        return _cancelling(run) if cancelled(run) else _forward(run)
    return _backward(run) if run.status is RunStatus.UNDOING else None


def cancelled(run: Run) -> bool:
    """Return whether a person wants the run to end."""
    return run.wish is not None and run.wish.wanted is Wanted.CANCEL


def paused(run: Run) -> bool:
    """Return whether a person wants the run to stand still."""
    return run.wish is not None and run.wish.wanted is Wanted.PAUSE


def patience(attempt: int) -> float:
    """Return for how many seconds a run is left alone after so many attempts: not at first, then ever longer."""
    return min(LONGEST_S, 2.0**attempt - 1)


def took_effect(step: StepRecord) -> bool:
    """Return whether a step is known to have taken effect."""
    return step.outcome is not None and step.outcome.ok


def _forward(run: Run) -> Leg:
    for index, step in enumerate(run.steps):
        if step.status in UNDECIDED:
            return Leg(ACT, index)
        if step.status is StepStatus.DONE:
            return Leg(VERIFY, index)
        if step.status not in {StepStatus.VERIFIED, StepStatus.SKIPPED}:
            return Leg(TURN)
    return Leg(END)


def _cancelling(run: Run) -> Leg:
    """Find out first what is not known; then turn."""
    unknown = next((index for index, step in enumerate(run.steps) if step.status in OPEN), None)
    if unknown is not None:
        return Leg(LOOK, unknown)
    return Leg(END) if run.wish is not None and run.wish.leave else Leg(TURN)


def _backward(run: Run) -> Leg:
    steps = list(enumerate(zip(run.plan.steps, run.steps, strict=True)))
    for index, (planned, step) in reversed(steps):
        if _can_be_taken_back(planned, step):
            return Leg(UNDO, index)
    return Leg(END)


def _can_be_taken_back(planned: Step, step: StepRecord) -> bool:
    return planned.undo is not None and took_effect(step) and step.undo is None
