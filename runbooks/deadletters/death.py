"""Whether a run that ended leaves something that somebody has to look at, and why. Pure.

A no is an end like any other: of a run that was refused, or that failed and was taken back for a reason its target
gave, there is nothing left to do. What was lost on the way, or stands though it should not, is a dead letter.
"""

from memory.errors import (
    BudgetSpent,
    ConnectorBusy,
    ConnectorUnreachable,
    NotFound,
    OutcomeUnknown,
    UnknownService,
)
from memory.model.dead_letter import DeadReason
from memory.model.run import Run, RunStatus, StepRecord, StepStatus
from memory.model.value import Value

_BY_CODE = {
    ConnectorUnreachable.code: DeadReason.EXHAUSTED,
    ConnectorBusy.code: DeadReason.EXHAUSTED,
    OutcomeUnknown.code: DeadReason.UNKNOWN,
    NotFound.code: DeadReason.TARGET_GONE,
    UnknownService.code: DeadReason.TARGET_GONE,
    BudgetSpent.code: DeadReason.BUDGET,
}


class Death(Value):
    """Why a run could not be finished, at which step (None: before the first), and the code of the error."""

    reason: DeadReason
    step: int | None
    code: str
    says: str


def death(run: Run) -> Death | None:
    """Return why a run that ended is a dead letter, None where it is none."""
    if run.status not in {RunStatus.FAILED, RunStatus.UNDONE}:
        return None
    kept = next((step for step in run.steps if step.undo is not None and not step.undo.ok), None)
    if kept is not None and kept.undo is not None:
        return _at(kept, DeadReason.UNDO_FAILED, kept.undo.error_code or "undo.failed", kept.undo.summary)
    for step in run.steps:
        if step.status is StepStatus.UNKNOWN:
            return _at(step, DeadReason.UNKNOWN, OutcomeUnknown.code, run.summary)
        if step.outcome is not None and not step.outcome.ok and step.outcome.error_code in _BY_CODE:
            code = step.outcome.error_code
            return _at(step, _BY_CODE[code], code, step.outcome.summary)
    stands = [step for step in run.steps if standing(step)]
    if not stands:
        return None
    failed = next((step for step in run.steps if step.status is StepStatus.FAILED), stands[-1])
    results = [each for each in (failed.outcome, *failed.checks) if each is not None and not each.ok]
    code = next((each.error_code for each in results if each.error_code), "step.failed")
    return _at(failed, DeadReason.FAILED, code, " ".join(each.summary for each in results) or run.summary)


def standing(step: StepRecord) -> bool:
    """Return whether what a step did is still so, as far as its record tells."""
    return step.outcome is not None and step.outcome.ok and step.status is not StepStatus.UNDONE


def _at(step: StepRecord, reason: DeadReason, code: str, says: str) -> Death:
    return Death(reason=reason, step=step.index, code=code, says=says)
