"""Which ended runs are evidence that their procedure works, or that it does not. The others say nothing. Pure."""

from memory.model.outcome_record import OutcomeRecord
from memory.model.plan import Plan
from memory.model.run import Run, RunStatus, StepRecord, StepStatus, Wanted

CHECK_FAILED = "check.failed"  # what was to come of it did not
MOST_SERVICES = 20
LONGEST = 300

_NOT_TRIED = (
    "policy.",
    "limit.",
    "budget.",
    "grant.",
    "approval.",
    "actions.",
    "queue.",
    "input.",
    "outcome.",
    "node.",
    "store.",
    "connector.permission_missing",
    "connector.busy",
)
"""Codes of a no that was ours, or of not knowing: the procedure itself was not put to the test."""


def procedure(plan: Plan) -> str:
    """Return what a plan is counted under: its runbook in any version, else its tools in order."""
    if plan.runbook is not None:
        return plan.runbook.partition("@")[0]
    return " + ".join(dict.fromkeys(step.call.tool for step in plan.steps))[:LONGEST]


def services(plan: Plan) -> tuple[str, ...]:
    """Return the services its steps are about, an empty name where they name none."""
    named = [step.call.arguments.get("service") for step in plan.steps]
    found = tuple(dict.fromkeys(name for name in named if isinstance(name, str) and name))
    return found[:MOST_SERVICES] or ("",)


def outcome_records(run: Run) -> tuple[OutcomeRecord, ...]:
    """Return what an ended run says of its procedure, once for each service; nothing where nobody can tell.

    It worked where it succeeded and did something. It did not where a step was tried and failed, or did not help.
    A run that people ended, that policy or a budget stopped, or whose checks could not be measured, says nothing.
    """
    if run.ended_at is None or (run.wish is not None and run.wish.wanted is Wanted.CANCEL):
        return ()
    failed = _failure(run)
    if run.status is RunStatus.SUCCEEDED and any(
        step.outcome is not None and step.outcome.ok for step in run.steps
    ):
        tool = why = ""
    elif run.status in {RunStatus.FAILED, RunStatus.UNDONE} and failed is not None:
        tool, why = failed
    else:
        return ()
    return tuple(
        OutcomeRecord(
            tenant=run.tenant,
            run=run.id,
            procedure=procedure(run.plan),
            service=service,
            worked=not why,
            status=run.status,
            at=run.ended_at,
            tool=tool,
            why=why,
        )
        for service in services(run.plan)
    )


def _failure(run: Run) -> tuple[str, str] | None:
    """Return the tool of the first step that failed and the code of how, None where that is no evidence."""
    for planned, step in zip(run.plan.steps, run.steps, strict=True):
        why = _why(step)
        if why is not None:
            return (planned.call.tool, why) if why else None
    return None


def _why(step: StepRecord) -> str | None:
    """Return the code of how a step failed, empty where that is no evidence; None where it did not fail."""
    if step.status is StepStatus.SKIPPED:
        return None
    if step.outcome is None:
        return "" if step.status is StepStatus.FAILED else None
    if not step.outcome.ok:
        code = step.outcome.error_code or "failed"
        return "" if code.startswith(_NOT_TRIED) else code
    missed = [check for check in step.checks if not check.ok]
    if not missed:
        return None
    return CHECK_FAILED if any(check.value is not None and not check.error_code for check in missed) else ""
