"""Which approvals count: yes, to exactly this plan, in time, by different people who are not its requester. Pure.

Anything else (another digest, an expired yes, a second yes of the same person, a yes of somebody who may no
longer approve) counts nothing.
"""

from collections.abc import Callable
from datetime import datetime

from memory.errors import (
    AlreadyDecided,
    ApprovalExpired,
    ApprovalRefused,
    DigestMismatch,
    PolicyDenied,
    SelfApproval,
)
from memory.model.approval import Approval, Ballot, Verdict
from memory.model.decision import Decision, Deny
from memory.model.run import Run, RunStatus


def counted(run: Run, now: datetime, may_approve: Callable[[str], bool]) -> tuple[Approval, ...]:
    """Return the approvals that count at `now`, one a person, in the order they were given."""
    people: dict[str, Approval] = {}
    for approval in run.approvals:
        if _holds(approval, run, now) and may_approve(approval.approver):
            people.setdefault(approval.approver, approval)
    return tuple(people.values())


def _holds(approval: Approval, run: Run, now: datetime) -> bool:
    return (
        approval.verdict is Verdict.APPROVE
        and approval.tenant == run.tenant
        and approval.run == run.id
        and approval.plan_digest == run.plan_digest
        and approval.approver != run.plan.requester
        and now < approval.expires_at
    )


def admit(run: Run, ballot: Ballot, now: datetime, permission: Decision) -> None:
    """Check, in order, that this person may now say yes or no to this plan; raises the first refusal.

    (1) the digest is the plan's; (2) the plan still waits; (3) in time; (4) the requester does not approve;
    (5) policy lets this person decide; (6) they have not decided yet.
    """
    if ballot.plan_digest != run.plan_digest:
        raise DigestMismatch(
            f"expected the waiting plan's digest {run.plan_digest[:12]}…, found {ballot.plan_digest[:12]}…",
            hint="The plan was changed or belongs to another run. Look at the card again.",
        )
    if run.status is not RunStatus.WAITING:
        raise AlreadyDecided(f"expected a plan that waits for approval, found one that is {run.status.value}")
    if now >= run.expires_at:
        raise ApprovalExpired(
            f"expected a decision before {run.expires_at:%H:%M:%S UTC}, found {now:%H:%M:%S UTC}",
            hint="Ask for the plan again: the world may have changed since.",
        )
    if ballot.verdict is Verdict.APPROVE and ballot.approver == run.plan.requester:
        raise SelfApproval(
            f"expected somebody other than {ballot.approver}, who asked for this plan",
            hint="Another person who may approve has to look at it.",
        )
    if isinstance(permission, Deny) and ballot.approver != run.plan.requester:
        raise PolicyDenied(permission.reason, hint=permission.needed)
    if any(approval.approver == ballot.approver for approval in run.approvals):
        raise AlreadyDecided(f"expected one decision by {ballot.approver}, who has already decided on this plan")


def require_open(run: Run) -> None:
    """Check that a plan can still be withdrawn; raises `ApprovalRefused`."""
    if run.status is not RunStatus.WAITING:
        raise ApprovalRefused(f"expected a plan that waits, found one that is {run.status.value}")
