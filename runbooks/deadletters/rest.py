"""What is left to do of a run that could not be finished, as a proposal. Pure; the gate says anew whether it may.

Every call of a proposal is rehearsed again, so what turns out to be done already is not done twice.
"""

from memory.errors import InvalidInput
from memory.model.dead_letter import DeadLetter, ReplayFrom
from memory.model.plan import Step
from memory.model.run import Preview, Run, StepRecord, StepStatus
from runbooks.deadletters.death import standing
from runbooks.proposal import Proposal, Terms


def proposal(letter: DeadLetter, run: Run, begins: ReplayFrom) -> Proposal:
    """Return what a replay asks for: every step, or those whose effect does not stand; raises `InvalidInput`.

    What was taken back is asked for again. A step that failed in its checks, and whose effect stands, is not.
    How a call is taken back is found out anew where its tool says it, for the world has moved on.
    """
    steps = list(zip(run.plan.steps, run.steps, run.previews, strict=True))
    if begins is ReplayFrom.FAILED:
        steps = [each for each in steps if _left(each[1])]
    if not steps:
        raise InvalidInput(
            f"expected a step of {run.id} that is not done, found none: all that it did stands",
            hint="Replay it from the start, or drop it.",
        )
    return Proposal(
        goal=f"{run.plan.goal} (replay of {letter.id})",
        calls=tuple(step.call for step, _, _ in steps),
        terms=tuple(_terms(step, preview) for step, _, preview in steps),
        evidence=run.evidence,
        runbook=run.plan.runbook,
        budget=run.plan.budget,
    )


def _left(step: StepRecord) -> bool:
    return not standing(step) and step.status is not StepStatus.SKIPPED


def _terms(step: Step, preview: Preview) -> Terms:
    return Terms(
        when=step.when,
        checks=step.checks,
        undo=None if step.undo == preview.undo else step.undo,
        timeout_s=step.timeout_s,
        attempts=step.attempts,
    )
