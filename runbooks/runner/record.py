"""What the runner writes into the ledger: one function a fact, digests and ids only, never a person's words."""

from datetime import datetime

from memory.canonical import digest
from memory.model.approval import Approval, Ballot, Grant
from memory.model.decision import Decision
from memory.model.plan import Call, Check
from memory.model.record import Entry, EntryKind
from memory.model.run import Outcome, Run
from memory.model.value import JsonValue
from runbooks.proposal import Caller

RUNNER = "quarterdeck"  # the actor of what no person did


def observed(caller: Caller, call: Call, outcome: Outcome, at: datetime) -> Entry:
    """Something was looked at."""
    body = {"tool": call.tool, "call_digest": digest(call), **_result(outcome)}
    return _by(caller, EntryKind.EVIDENCE, at, body)


def denied(caller: Caller, call_or_plan: str, decision: Decision, at: datetime) -> Entry:
    """Policy said no to a call or a plan, given by its digest."""
    return _by(caller, EntryKind.DENIAL, at, {"subject_digest": call_or_plan, **_decision(decision)})


def proposed(caller: Caller, run: Run, at: datetime) -> Entry:
    """A plan was submitted, and this is what policy says of it."""
    body: dict[str, JsonValue] = {
        "run": run.id,
        "plan_digest": run.plan_digest,
        "tools": [step.call.tool for step in run.plan.steps],
        "evidence": list(run.evidence),
        "expires_at": run.expires_at.isoformat(),
        **_decision(run.decision),
    }
    return _by(caller, EntryKind.PLAN, at, body)


def approved(run: Run, approval: Approval) -> Entry:
    """A person said yes or no."""
    body: dict[str, JsonValue] = {
        "run": run.id,
        "approval": approval.id,
        "plan_digest": approval.plan_digest,
        "verdict": approval.verdict.value,
        "surface": approval.surface.value,
        "assurance": approval.assurance.value,
        "policy_hash": approval.policy_hash,
    }
    return _of(run, EntryKind.APPROVAL, approval.decided_at, body, actor=approval.approver)


def refused(run: Run, ballot: Ballot, code: str, at: datetime) -> Entry:
    """A person's yes or no was not accepted, and why."""
    body: dict[str, JsonValue] = {"run": run.id, "verdict": ballot.verdict.value, "code": code}
    return _of(run, EntryKind.DENIAL, at, body, actor=ballot.approver)


def ended(run: Run, at: datetime, actor: str = RUNNER) -> Entry:
    """A run came to its end."""
    return _of(run, EntryKind.OUTCOME, at, {"run": run.id, "status": run.status.value}, actor=actor)


def granted(run: Run, step: int, call: Call, grant: Grant) -> Entry:
    """A call was decided on and may now be made, once. What follows it without an outcome is unknown."""
    body: dict[str, JsonValue] = {
        "run": run.id,
        "step": step,
        "tool": call.tool,
        "call_digest": grant.call_digest,
        "grant": grant.id,
        "policy_hash": grant.policy_hash,
        "approvals": [approval.id for approval in run.approvals],
    }
    return _of(run, EntryKind.DECIDED, grant.minted_at, body)


def acted(run: Run, step: int, call: Call, outcome: Outcome, at: datetime, *, undo: bool = False) -> Entry:
    """A call took effect, or failed to."""
    kind = EntryKind.UNDO if undo else EntryKind.OUTCOME
    body: dict[str, JsonValue] = {"run": run.id, "step": step, "tool": call.tool, "call_digest": digest(call)}
    return _of(run, kind, at, body | _result(outcome))


def checked(run: Run, step: int, check: Check, outcome: Outcome, at: datetime) -> Entry:
    """A step's success was measured."""
    body: dict[str, JsonValue] = {"run": run.id, "step": step, "check_digest": digest(check)}
    return _of(run, EntryKind.CHECK, at, body | _result(outcome))


def _result(outcome: Outcome) -> dict[str, JsonValue]:
    return {
        "ok": outcome.ok,
        "code": outcome.error_code,
        "value": outcome.value,
        "evidence": [evidence.id for evidence in outcome.evidence],
        "evidence_digests": [digest(evidence) for evidence in outcome.evidence],
    }


def _decision(decision: Decision) -> dict[str, JsonValue]:
    return {
        "decision": decision.kind,
        "policies": list(decision.basis.policies),
        "policy_hash": decision.basis.policy_hash,
    }


def _by(caller: Caller, kind: EntryKind, at: datetime, body: dict[str, JsonValue]) -> Entry:
    return Entry(
        kind=kind,
        tenant=caller.principal.tenant,
        at=at,
        actor=caller.principal.id,
        correlation=caller.correlation,
        body=body,
    )


def _of(run: Run, kind: EntryKind, at: datetime, body: dict[str, JsonValue], *, actor: str = RUNNER) -> Entry:
    return Entry(kind=kind, tenant=run.tenant, at=at, actor=actor, correlation=run.correlation, body=body)
