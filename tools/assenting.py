"""Who may say yes to a plan, or go ahead with it alone: policy is asked once for each call of it that acts. Pure.

Programs may not, whatever policy says; and a yes to a plan is a yes to everything it would do.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta

from memory.canonical import digest
from memory.model.approval import Approval, Assurance
from memory.model.decision import Allow, Basis, Deny
from memory.model.people import PrincipalKind
from memory.model.plan import Call, Effect, Plan
from memory.model.run import Run
from memory.model.value import Value
from tools.policy import Assent, Policy, Ruling, Say


class Permission(Value):
    """What policy says to one person's yes: how sure it has to be, and for how long one may go ahead alone."""

    decision: Allow | Deny
    assurance: Assurance = Assurance.CHAT
    window: timedelta = timedelta(0)


def permission(
    policy: Policy, run: Run, person: str, say: Say, *, before: Iterable[Approval] = (), at: datetime
) -> Permission:
    """Return what policy says at the lowest level at which it is a yes; a no is that to the surest.

    `before` are the approvals that were counted already.
    """
    counted = tuple(before)
    *lower, surest = policy.levels(say)
    for level in lower:
        found = permission_at(policy, run, person, say, level, before=counted, at=at)
        if isinstance(found.decision, Allow):
            return found
    return permission_at(policy, run, person, say, surest, before=counted, at=at)


def permission_at(
    policy: Policy,
    run: Run,
    person: str,
    say: Say,
    assurance: Assurance,
    *,
    before: Iterable[Approval] = (),
    at: datetime,
) -> Permission:
    """Return what policy says to this person's yes at one level: the first no to any call, else yes."""
    if not _is_person(policy, person):
        said = f"{person} is nobody who approves: only people are"
        return Permission(decision=_no(policy, "programs-do-not-approve", said), assurance=assurance)
    others = {each.approver for each in before} - {person}
    assent = Assent(
        principal=person,
        requester=run.plan.requester,
        at=at,
        run=run.id,
        say=say,
        assurance=assurance,
        approvals=len(others),
        teams=_teams(policy, others),
    )
    windows: list[timedelta] = []
    decision: Allow | Deny = _no(policy, "empty-plan", "a plan that does nothing needs nobody")
    for call in _acting(policy, run.plan):
        ruling = policy.rule_assent(assent.model_copy(update={"call": call}))
        decision = _decision(policy, ruling)
        if isinstance(decision, Deny):
            break
        windows.append(policy.window(ruling))
    return Permission(decision=decision, assurance=assurance, window=min(windows, default=timedelta(0)))


def _is_person(policy: Policy, name: str) -> bool:
    return any(each.id == name and each.kind is PrincipalKind.PERSON for each in policy.facts.people)


def _teams(policy: Policy, people: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted({team for each in policy.facts.people if each.id in people for team in each.teams}))


def _acting(policy: Policy, plan: Plan) -> Iterator[Call]:
    """Yield the calls of a plan that do more than look, each once; taking back is a part of a step."""
    looks = {each.name for each in policy.facts.capabilities if each.effect is Effect.READ}
    seen: set[str] = set()
    for step in plan.steps:
        name = digest(step.call)
        if name not in seen and (step.call.tool not in looks or step.effect is not Effect.READ):
            seen.add(name)
            yield step.call


def _no(policy: Policy, name: str, reason: str) -> Deny:
    return Deny(basis=Basis(policies=(name,), policy_hash=policy.hash), reason=reason)


def _decision(policy: Policy, ruling: Ruling) -> Allow | Deny:
    basis = Basis(policies=ruling.policies, policy_hash=policy.hash)
    if ruling.allowed:
        return Allow(basis=basis)
    return Deny(basis=basis, reason=ruling.reason, needed=ruling.needed)
