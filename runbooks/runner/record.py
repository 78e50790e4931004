"""What the runner writes into the ledger: one function a fact, digests and ids only, never a person's words."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from memory.canonical import canonical, digest
from memory.ids import derived
from memory.model.approval import Approval, Grant, Review
from memory.model.bodies import (
    Acted,
    Approved,
    Body,
    BrokeGlass,
    Checked,
    Decided,
    Denied,
    Ended,
    Granted,
    Measured,
    Observed,
    Planned,
    StandingChanged,
    Steered,
    TakenBack,
)
from memory.model.decision import Allow, Decision, NeedsApproval
from memory.model.evidence import Evidence
from memory.model.plan import Call, Check, Plan
from memory.model.record import SYSTEM, Attachment, Record
from memory.model.run import Measurement, Outcome, Run, Wanted, Wish
from memory.model.standing import StandingApproval
from runbooks.proposal import Caller


def observed(caller: Caller, call: Call, decision: Allow, outcome: Outcome, at: datetime) -> Record:
    """Something was looked at."""
    body = Observed(
        message=caller.message,
        tool=call.tool,
        call_digest=digest(call),
        decision=decision.kind,
        policies=decision.basis.policies,
        policy_hash=decision.basis.policy_hash,
        ok=outcome.ok,
        code=outcome.error_code,
    )
    return _by(caller, body, at, _seen(outcome.evidence))


def denied(caller: Caller, subject: str, tool: str, decision: Decision, at: datetime) -> Record:
    """Policy said no to a call or a plan, given by its digest."""
    body = Denied(
        denial=derived("denial", caller.correlation, subject, at.isoformat()),
        code="policy.denied",
        tool=tool,
        subject_digest=subject,
        policies=decision.basis.policies,
        policy_hash=decision.basis.policy_hash,
        message=caller.message,
    )
    return _by(caller, body, at)


def held_back(caller: Caller, plan: Plan, code: str, at: datetime) -> Record:
    """A plan was not taken: actions are stopped, or a limit is reached."""
    subject = plan.digest()
    body = Denied(
        denial=derived("denial", caller.correlation, code, subject, at.isoformat()),
        code=code,
        subject_digest=subject,
        message=caller.message,
    )
    return _by(caller, body, at)


def interrupted(run: Run, call: Call, code: str, at: datetime) -> Record:
    """A step of a plan was not let through: actions are stopped, or a limit is reached."""
    subject = digest(call)
    body = Denied(
        denial=derived("denial", run.id, code, subject, at.isoformat()),
        code=code,
        tool=call.tool,
        subject_digest=subject,
        run=run.id,
    )
    return _of(run, body, at)


def proposed(caller: Caller, run: Run, at: datetime) -> Record:
    """A plan was submitted."""
    body = Planned(
        run=run.id,
        message=caller.message,
        plan_digest=run.plan_digest,
        tools=tuple(step.call.tool for step in run.plan.steps),
        expires_at=run.expires_at,
        evidence=run.evidence,
    )
    return _by(caller, body, at, (Attachment(field="content", kind="plan", content=canonical(run.plan)),))


def decided(run: Run, at: datetime) -> Record:
    """What policy says of a plan that was submitted."""
    decision = run.decision
    body = Decided(
        run=run.id,
        plan_digest=run.plan_digest,
        decision=decision.kind,
        policies=decision.basis.policies,
        policy_hash=decision.basis.policy_hash,
        approvals=decision.quorum() if isinstance(decision, NeedsApproval) else 0,
    )
    return _of(run, body, at)


def approved(run: Run, approval: Approval, statement: bytes, event: bytes = b"") -> Record:
    """A person said yes or no: the signed statement is kept, and what the platform saw where it attests that."""
    body = Approved(
        run=run.id,
        approval=approval.id,
        plan_digest=approval.plan_digest,
        verdict=approval.verdict,
        surface=approval.surface,
        assurance=approval.assurance,
        policy_hash=approval.policy_hash,
        credential=approval.credential,
    )
    kept = (
        Attachment(field="reason", kind="reason", content=approval.reason.encode()),
        Attachment(field="statement", kind="approval", content=statement),
        Attachment(field="event", kind="event", content=event),
    )
    told = tuple(each for each in kept if each.content)
    return _of(run, body, approval.decided_at, told, actor=approval.approver)


def broke_glass(run: Run, approval: Approval, review: Review) -> Record:
    """A person went ahead without those who are missing."""
    body = BrokeGlass(
        review=review.id,
        run=run.id,
        approval=approval.id,
        plan_digest=run.plan_digest,
        missing=review.missing,
        window_ends_at=review.window_ends_at,
        policy_hash=approval.policy_hash,
    )
    reason = (Attachment(field="reason", kind="reason", content=review.reason.encode()),)
    return _of(run, body, approval.decided_at, reason, actor=approval.approver)


def standing_given(run: Run, standing: StandingApproval) -> Record:
    """Somebody approved a plan, and the same for a while."""
    body = StandingChanged(
        standing=standing.id,
        change="given",
        approval=standing.approval,
        run=run.id,
        policy_hash=standing.policy_hash,
        expires_at=standing.expires_at,
        most_uses=standing.most_uses,
    )
    scope = (
        Attachment(
            field="scope",
            kind="plan",
            content=canonical([each.model_dump(mode="json") for each in standing.calls]),
        ),
    )
    return _of(run, body, standing.given_at, scope, actor=standing.approver)


def standing_used(run: Run, standing: StandingApproval, approval: Approval) -> Record:
    """A standing approval was counted as its approver's approval of a plan."""
    body = StandingChanged(
        standing=standing.id,
        change="used",
        approval=approval.id,
        run=run.id,
        policy_hash=standing.policy_hash,
        use=standing.uses,
    )
    return _of(run, body, approval.decided_at)


def standing_ended(standing: StandingApproval, at: datetime, by: str) -> Record:
    """A standing approval counts no more."""
    told = {
        "standing": standing.id,
        "change": standing.ended,
        "approval": standing.approval,
        "run": standing.run,
        "policy_hash": standing.policy_hash,
        "use": standing.uses,
    }
    body = StandingChanged.model_validate(told)
    return Record(tenant=standing.tenant, at=at, actor=by, correlation=standing.id, body=body)


def refused(run: Run, person: str, code: str, at: datetime) -> Record:
    """What a person decided about a plan, or their taking it back, was not accepted, and why."""
    body = Denied(
        denial=derived("denial", run.id, person, at.isoformat()),
        code=code,
        subject_digest=run.plan_digest,
        run=run.id,
    )
    return _of(run, body, at, actor=person)


def astray(tenant: str, person: str, code: str, at: datetime, correlation: str) -> Record:
    """Somebody decided on a plan that their tenant does not have."""
    body = Denied(denial=derived("denial", correlation, person), code=code)
    return Record(tenant=tenant, at=at, actor=person, correlation=correlation, body=body)


def ended(run: Run, at: datetime, actor: str = SYSTEM) -> Record:
    """A run came to its end."""
    return _of(run, Ended(run=run.id, status=run.status, steps=len(run.steps)), at, actor=actor)


def granted(run: Run, step: int, call: Call, grant: Grant, *, undo: bool) -> Record:
    """A call was decided on and may now be made, once. What follows it without an outcome is unknown."""
    body = Granted(
        run=run.id,
        step=step,
        undo=undo,
        tool=call.tool,
        call_digest=grant.call_digest,
        grant=grant.id,
        decision="allow",
        policies=grant.policies,
        policy_hash=grant.policy_hash,
        approvals=tuple(approval.id for approval in run.approvals),
    )
    return _of(run, body, grant.minted_at)


def acted(run: Run, step: int, call: Call, outcome: Outcome, at: datetime) -> Record:
    """A call took effect, or failed to."""
    return _came_of(Acted, run, step, call, outcome, at)


def taken_back(run: Run, step: int, call: Call, outcome: Outcome, at: datetime) -> Record:
    """A call that takes an earlier one back took effect, or failed to."""
    return _came_of(TakenBack, run, step, call, outcome, at)


def checked(run: Run, step: int, number: int, check: Check, outcome: Outcome, at: datetime) -> Record:
    """A step's success was measured; `number` counts the step's checks from 1."""
    body = Checked(
        run=run.id,
        step=step,
        number=number,
        tool=check.call.tool,
        check_digest=digest(check),
        ok=outcome.ok,
        value=outcome.value,
        code=outcome.error_code,
    )
    return _of(run, body, at, _seen(outcome.evidence))


def measured(
    run: Run, moment: Literal["before", "after"], found: Measurement, check: Check, evidence: Iterable[Evidence]
) -> Record:
    """A check was measured before the first step, or at the end."""
    body = Measured(
        run=run.id,
        moment=moment,
        step=found.step,
        number=found.number,
        tool=check.call.tool,
        check_digest=digest(check),
        ok=found.ok,
        value=found.value,
        code=found.code,
    )
    return _of(run, body, found.at, _seen(evidence))


def steered(run: Run, wish: Wish | None, steering: str, person: str, reason: str, at: datetime) -> Record:
    """A person paused a run, let it go on (no wish), or cancelled it."""
    change = "resumed" if wish is None else _STEERED[wish.wanted]
    told = {"run": run.id, "steering": steering, "change": change, "leave": wish is not None and wish.leave}
    why = (Attachment(field="reason", kind="reason", content=reason.encode()),) if reason else ()
    return _of(run, Steered.model_validate(told), at, why, actor=person)


_STEERED = {Wanted.PAUSE: "paused", Wanted.CANCEL: "cancelled"}


def _came_of(kind: type[Acted], run: Run, step: int, call: Call, outcome: Outcome, at: datetime) -> Record:
    body = kind(
        run=run.id,
        step=step,
        tool=call.tool,
        call_digest=digest(call),
        grant=run.steps[step].grant,
        ok=outcome.ok,
        code=outcome.error_code,
    )
    return _of(run, body, at, _seen(outcome.evidence))


def _seen(evidence: Iterable[Evidence]) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(field="evidence", kind="evidence", id=each.id, content=canonical(each)) for each in evidence
    )


def _by(caller: Caller, body: Body, at: datetime, attachments: tuple[Attachment, ...] = ()) -> Record:
    return Record(
        tenant=caller.principal.tenant,
        at=at,
        actor=caller.principal.id,
        correlation=caller.correlation,
        body=body,
        attachments=attachments,
    )


def _of(
    run: Run, body: Body, at: datetime, attachments: tuple[Attachment, ...] = (), *, actor: str = SYSTEM
) -> Record:
    return Record(
        tenant=run.tenant, at=at, actor=actor, correlation=run.correlation, body=body, attachments=attachments
    )
