"""A run as a card: what people need to decide, and only the buttons this person may still press. Pure."""

from collections.abc import Callable
from datetime import datetime

from bot import progress
from bot.outcome_charts import outcome_charts
from memory.model.approval import Approval, Assurance, Verdict
from memory.model.decision import NeedsApproval
from memory.model.intent import Provenance
from memory.model.people import Principal
from memory.model.plan import Call, Step
from memory.model.run import Preview, Run, RunStatus, StepRecord
from memory.model.talk import Button, ButtonAction, Card, CardStep, Fact
from runbooks.outcomes.comparing import compared
from runbooks.outcomes.wording import says

Name = Callable[[str], str]


def card(
    run: Run,
    viewer: Principal | None,
    now: datetime,
    *,
    may_approve: bool,
    may_go_alone: bool = False,
    assurance: Assurance = Assurance.CHAT,
    policy_hash: str = "",
    name: Name = str,
) -> Card:
    """Return the run as `viewer` sees it; `name` gives a person's name for their id.

    Approvals under another policy than that of `policy_hash`, where it is given, are shown to count no more.
    """
    before = policy_hash if run.status is RunStatus.WAITING else ""
    may = _may(viewer, run, policy_hash, approve=may_approve, alone=may_go_alone)
    return Card(
        run=run.id,
        title=run.plan.goal,
        status=progress.status(run),
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
        decided=tuple(_decided(approval, name, before) for approval in run.approvals),
        expires_at=run.expires_at if run.status is RunStatus.WAITING else None,
        buttons=(
            *progress.steering(run, viewer, may_approve=may_approve),
            *_buttons(run, viewer, now, may, assurance),
        ),
        assurance=assurance,
        break_glass=_broken(run, name),
        summary=run.summary,
        correlation=run.correlation,
        state=progress.state(run, name),
        history=tuple(map(says, run.track)),
        measured=compared(run),
        charts=outcome_charts(run),
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
        started_at=record.started_at,
        took_s=progress.took_s(record),
        waiting=progress.waiting(record),
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


def _decided(approval: Approval, name: Name, policy_hash: str) -> str:
    verb = "Approved" if approval.verdict is Verdict.APPROVE else "Denied"
    if approval.break_glass:
        verb = "Break-glass"
    how = "" if approval.assurance.attested else f", with a {approval.assurance.value}"
    how = ", spoken" if approval.assurance is Assurance.SPOKEN else how
    reason = f": {approval.reason}" if approval.reason else ""
    stale = "" if policy_hash in {"", approval.policy_hash} else " (the policy was changed: it counts no more)"
    return f"{verb} by {name(approval.approver)} at {approval.decided_at:%H:%M} UTC{how}{reason}{stale}"


def _broken(run: Run, name: Name) -> str:
    """Return what everybody is to see where somebody went ahead alone."""
    used = next((each for each in run.approvals if each.break_glass), None)
    if used is None:
        return ""
    who = f"BREAK-GLASS by {name(used.approver)} until {used.expires_at:%H:%M} UTC"
    return f"{who}: {used.reason} Somebody else has to review it."


def _may(viewer: Principal | None, run: Run, policy_hash: str, *, approve: bool, alone: bool) -> frozenset[str]:
    """Return what a person may still do about a plan that waits: to decide, to go ahead alone."""
    if viewer is None:
        return frozenset()
    mine = [each for each in run.approvals if each.approver == viewer.id]
    decided = any(policy_hash in {"", each.policy_hash} for each in mine)
    decides = approve and not decided and viewer.id != run.plan.requester
    return frozenset({*(["decide"] if decides else []), *(["alone"] if alone else [])})


def _buttons(
    run: Run, viewer: Principal | None, now: datetime, may: frozenset[str], assurance: Assurance
) -> tuple[Button, ...]:
    why = Button(label="Why?", action=ButtonAction.WHY, value=run.id)
    if run.status.final():
        return (why, Button(label="Receipts", action=ButtonAction.RECEIPTS, value=run.id))
    if run.status is not RunStatus.WAITING or now >= run.expires_at or viewer is None:
        return (why,)
    buttons: list[Button] = []
    if viewer.id == run.plan.requester:
        buttons.append(_button(run, "Withdraw", ButtonAction.WITHDRAW))
    if "decide" in may:
        sign = _button(run, f"Approve with a {assurance.value}", ButtonAction.SIGN, primary=True)
        click = _button(run, "Approve", ButtonAction.APPROVE, primary=True)
        buttons += [click if assurance is Assurance.CHAT else sign]
        buttons += [_button(run, "Deny", ButtonAction.DENY, danger=True)]
    if "alone" in may:
        buttons.append(_button(run, "Break glass", ButtonAction.BREAK_GLASS, danger=True))
    return (*buttons, why)


def _button(run: Run, label: str, action: ButtonAction, *, primary: bool = False, danger: bool = False) -> Button:
    return Button(
        label=label, action=action, value=run.id, plan_digest=run.plan_digest, primary=primary, danger=danger
    )
