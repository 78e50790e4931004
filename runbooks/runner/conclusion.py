"""How a run that was walked to its end stands, and a sentence that says so. Pure."""

from collections.abc import Iterator

from memory.model.run import Run, RunStatus, StepStatus
from runbooks.runner.legs import cancelled, took_effect

_FINE = {StepStatus.VERIFIED, StepStatus.SKIPPED}


def conclusion(run: Run) -> tuple[RunStatus, str]:
    """Return the status a run ends with, and what came of it in words."""
    if cancelled(run):
        return _cancelled(run)
    if all(step.status in _FINE for step in run.steps):
        return RunStatus.SUCCEEDED, _successes(run)
    why = _failures(run)
    effective = [step for step in run.steps if took_effect(step)]
    if effective and all(step.status is StepStatus.UNDONE for step in effective):
        return RunStatus.UNDONE, f"{why} Taken back: {_undone(run)}"
    if not effective:
        return RunStatus.FAILED, f"{why} Nothing was changed."
    return RunStatus.FAILED, " ".join([why, *_partly(run)])


def _cancelled(run: Run) -> tuple[RunStatus, str]:
    by = run.wish.by if run.wish is not None else ""
    left = [step for step in run.steps if took_effect(step) and step.status is not StepStatus.UNDONE]
    done = " ".join(step.outcome.summary for step in left if step.outcome is not None)
    if left and run.wish is not None and run.wish.leave:
        return RunStatus.CANCELLED, f"Cancelled by {by}. Done and left as it is: {done}"
    if left:
        return (
            RunStatus.FAILED,
            " ".join([f"Cancelled by {by}, and not all could be taken back.", *_partly(run)]),
        )
    undone = _undone(run)
    return RunStatus.CANCELLED, f"Cancelled by {by}. " + (
        f"Taken back: {undone}" if undone else "Nothing was changed."
    )


def _partly(run: Run) -> Iterator[str]:
    """Yield what was taken back, and what was not with the reason: it is still as the run left it."""
    if undone := _undone(run):
        yield f"Taken back: {undone}"
    for planned, step in zip(run.plan.steps, run.steps, strict=True):
        if step.outcome is not None and took_effect(step) and step.status is not StepStatus.UNDONE:
            why = "it cannot be" if planned.undo is None or step.undo is None else step.undo.summary
            yield f"Not taken back: {step.outcome.summary} ({why.rstrip('.')})."


def _successes(run: Run) -> str:
    skipped = [
        f"Skipped: {planned.says}."
        for planned, step in zip(run.plan.steps, run.steps, strict=True)
        if step.status is StepStatus.SKIPPED
    ]
    done = [step.outcome.summary for step in run.steps if step.outcome]
    checks = [check.summary for step in run.steps if step.status is StepStatus.VERIFIED for check in step.checks]
    return " ".join([*done, *skipped, *checks])


def _failures(run: Run) -> str:
    results = [
        result
        for step in run.steps
        if step.status is not StepStatus.SKIPPED
        for result in (step.outcome, *step.checks)
        if result is not None
    ]
    return " ".join(result.summary for result in results if not result.ok)


def _undone(run: Run) -> str:
    return " ".join(step.undo.summary for step in run.steps if step.undo is not None and step.undo.ok)
