"""A run as a card: what people need to decide, and only the buttons this person may still press. Pure."""

from collections.abc import Callable
from datetime import datetime

from memory.model.approval import Approval, Verdict
from memory.model.decision import NeedsApproval
from memory.model.intent import Provenance
from memory.model.people import Principal
from memory.model.plan import Call, Step
from memory.model.run import Preview, Run, RunStatus, StepRecord
from memory.model.talk import Button, ButtonAction, Card, CardStep, Fact

Name = Callable[[str], str]


def card(run: Run, viewer: Principal | None, now: datetime, *, may_approve: bool, name: Name = str) -> Card:
    """Return the run as `viewer` sees it; `name` gives a person's name for their id."""
    return Card(
        run=run.id,
        title=run.plan.goal,
        status=run.status.value,
        plan_digest=run.plan_digest,
        requester=name(run.plan.requester),
        steps=tuple(
            _step(step, preview, record)
            for step, preview, record in zip(run.plan.steps, run.previews, run.steps, strict=True)
        ),
        blast_radius=_distinct(run, lambda preview: preview.blast_radius),
        warnings=_distinct(run, lambda preview: preview.warnings),
        untrusted=tuple(sorted({each for step in run.plan.steps for each in step.call.untrusted()})),
        policy=", ".join(run.decision.basis.policies),
        policy_hash=run.decision.basis.policy_hash,
        quorum=run.decision.quorum() if isinstance(run.decision, NeedsApproval) else 0,
        decided=tuple(_decided(approval, name) for approval in run.approvals),
        expires_at=run.expires_at if run.status is RunStatus.WAITING else None,
        buttons=_buttons(run, viewer, now, may_approve=may_approve),
        summary=run.summary,
        correlation=run.correlation,
    )


def _step(step: Step, preview: Preview, record: StepRecord) -> CardStep:
    return CardStep(
        says=step.says,
        tool=step.call.tool,
        arguments=_facts(step.call),
        changes=preview.changes,
        undo=_undo(step),
        checks=tuple(check.says for check in step.checks),
        status=record.status.value,
        result=" ".join(
            each.summary for each in (record.outcome, *record.checks, record.undo) if each is not None
        ),
    )


def _facts(call: Call) -> tuple[Fact, ...]:
    return tuple(
        Fact(name=name, value=str(value), provenance=call.provenance.get(name, Provenance.DEFAULT))
        for name, value in call.arguments.items()
        if value is not None
    )


def _undo(step: Step) -> str:
    if step.undo is None:
        return "cannot be taken back"
    arguments = ", ".join(f"{name}={value}" for name, value in step.undo.arguments.items() if value is not None)
    return f"{step.undo.tool} {arguments}"


def _distinct(run: Run, lines: Callable[[Preview], tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line for preview in run.previews for line in lines(preview)))


def _decided(approval: Approval, name: Name) -> str:
    verb = "Approved" if approval.verdict is Verdict.APPROVE else "Denied"
    reason = f": {approval.reason}" if approval.reason else ""
    return f"{verb} by {name(approval.approver)} at {approval.decided_at:%H:%M} UTC{reason}"


def _buttons(run: Run, viewer: Principal | None, now: datetime, *, may_approve: bool) -> tuple[Button, ...]:
    why = Button(label="Why?", action=ButtonAction.WHY, value=run.id)
    if run.status is not RunStatus.WAITING or now >= run.expires_at or viewer is None:
        return (why,)
    if viewer.id == run.plan.requester:
        return (_button(run, "Withdraw", ButtonAction.WITHDRAW), why)
    if not may_approve or any(approval.approver == viewer.id for approval in run.approvals):
        return (why,)
    return (
        _button(run, "Approve", ButtonAction.APPROVE, primary=True),
        _button(run, "Deny", ButtonAction.DENY, danger=True),
        why,
    )


def _button(run: Run, label: str, action: ButtonAction, *, primary: bool = False, danger: bool = False) -> Button:
    return Button(
        label=label, action=action, value=run.id, plan_digest=run.plan_digest, primary=primary, danger=danger
    )
