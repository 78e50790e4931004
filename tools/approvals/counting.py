"""Which approvals count: yes, to exactly this plan, in time, sure enough, by different people, none its requester.

Anything else (another digest, another policy than the one in force, an expired yes, a second yes of the same
person, a yes of somebody who may no longer approve) counts nothing. Pure.
"""

from collections.abc import Callable
from datetime import datetime

from memory.errors import (
    AlreadyDecided,
    ApprovalExpired,
    ApprovalRefused,
    AssuranceTooLow,
    BreakGlassRefused,
    DigestMismatch,
    PolicyDenied,
    SelfApproval,
)
from memory.model.approval import Approval, Assurance, Ballot, Verdict
from memory.model.decision import Decision, Deny
from memory.model.run import Run, RunStatus

Counts = Callable[[Approval, tuple[Approval, ...]], bool]
"""Whether policy takes a yes for one, after those that were counted before it."""

LEAST_REASON = 10  # characters of why somebody goes ahead alone


def counted(
    run: Run,
    now: datetime,
    counts: Counts,
    *,
    assurance: Assurance = Assurance.CHAT,
    policy_hash: str | None = None,
) -> tuple[Approval, ...]:
    """Return the approvals that count at `now`, one a person, in the order they were given.

    `counts` is asked of each, with those that were counted before it, as it was when it was given.
    Those given under another policy than that of `policy_hash` do not; None asks under which they were given.
    """
    people: dict[str, Approval] = {}
    for approval in run.approvals:
        if (
            not approval.break_glass
            and approval.approver != run.plan.requester
            and _holds(approval, run, now, policy_hash)
            and approval.assurance.meets(assurance)
            and approval.approver not in people
            and counts(approval, tuple(people.values()))
        ):
            people[approval.approver] = approval
    return tuple(people.values())


def broken_glass(
    run: Run,
    now: datetime,
    counts: Counts,
    *,
    assurance: Assurance = Assurance.CHAT,
    policy_hash: str | None = None,
) -> Approval | None:
    """Return the newest approval that stands for all who are missing, as long as its window is open."""
    for approval in reversed(run.approvals):
        if (
            approval.break_glass
            and _holds(approval, run, now, policy_hash)
            and approval.assurance.meets(assurance)
            and counts(approval, ())
        ):
            return approval
    return None


def stale(run: Run, policy_hash: str) -> tuple[Approval, ...]:
    """Return the yeses that were given under another policy than this one, and so have to be given again."""
    return tuple(
        each for each in run.approvals if each.verdict is Verdict.APPROVE and each.policy_hash != policy_hash
    )


def _holds(approval: Approval, run: Run, now: datetime, policy_hash: str | None) -> bool:
    return (
        approval.verdict is Verdict.APPROVE
        and approval.tenant == run.tenant
        and approval.run == run.id
        and approval.plan_digest == run.plan_digest
        and policy_hash in {None, approval.policy_hash}
        and now < approval.expires_at
    )


def admit(
    run: Run,
    ballot: Ballot,
    now: datetime,
    permission: Decision,
    *,
    assurance: Assurance = Assurance.CHAT,
    policy_hash: str | None = None,
    link: str = "",
) -> None:
    """Check, in order, that this person may now say yes or no to this plan; raises the first refusal.

    (1) the digest is the plan's; (2) the plan still waits; (3) in time; (4) the requester does not approve;
    (5) policy lets this person decide; (6) they have not decided yet under this policy; (7) a yes is sure enough.
    """
    _timely(run, ballot, now)
    if ballot.verdict is Verdict.APPROVE and ballot.approver == run.plan.requester:
        raise SelfApproval(
            f"expected somebody other than {ballot.approver}, who asked for this plan",
            hint="Another person who may approve has to look at it.",
        )
    if isinstance(permission, Deny) and ballot.approver != run.plan.requester:
        raise PolicyDenied(permission.reason, hint=permission.needed)
    if any(_decides(approval, ballot.approver, policy_hash) for approval in run.approvals):
        raise AlreadyDecided(f"expected one decision by {ballot.approver}, who has already decided on this plan")
    if ballot.verdict is Verdict.APPROVE:
        _sure(run, ballot, assurance, link)


def admit_alone(
    run: Run, ballot: Ballot, now: datetime, permission: Decision, *, assurance: Assurance, link: str = ""
) -> None:
    """Check, in order, that this person may now go ahead without those who are missing; raises the first refusal.

    (1) to (3) as for every approval; (4) policy lets this person; (5) they say why; (6) they are sure enough.
    """
    _timely(run, ballot, now)
    if isinstance(permission, Deny):
        raise BreakGlassRefused(permission.reason, hint=permission.needed)
    if ballot.verdict is not Verdict.APPROVE or len(ballot.reason.strip()) < LEAST_REASON:
        raise BreakGlassRefused(
            f"expected a reason of {LEAST_REASON} characters or more for going ahead alone, "
            f"found {len(ballot.reason.strip())}",
            hint="Say what is happening and why nobody else can be asked. Somebody will review it.",
        )
    _sure(run, ballot, assurance, link)


def _timely(run: Run, ballot: Ballot, now: datetime) -> None:
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


def _sure(run: Run, ballot: Ballot, assurance: Assurance, link: str) -> None:
    if ballot.assurance.meets(assurance):
        return
    with_key = f"quarterdeck approve {run.id} --key FILE"
    passkey = f"Open {link} and use your passkey, or: {with_key}"
    raise AssuranceTooLow(
        f"expected an approval at the level {assurance.value} here, found one at {ballot.assurance.value}",
        hint=passkey if Assurance.PASSKEY.meets(assurance) else f"Sign it with your own key: {with_key}",
    )


def _decides(approval: Approval, person: str, policy_hash: str | None) -> bool:
    """Return whether it is this person's say, and has not become worthless with a change of policy."""
    return approval.approver == person and policy_hash in {None, approval.policy_hash}


def require_open(run: Run) -> None:
    """Check that a plan can still be withdrawn; raises `ApprovalRefused`."""
    if run.status is not RunStatus.WAITING:
        raise ApprovalRefused(f"expected a plan that waits, found one that is {run.status.value}")
