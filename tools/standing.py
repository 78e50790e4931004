"""Approval of the same again: what may be approved so, which plans it covers, and when to suggest it. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from memory.canonical import canonical
from memory.errors import ApprovalRefused, InvalidInput
from memory.model.approval import Verdict
from memory.model.plan import Call, Effect, Plan
from memory.model.run import Run, RunStatus
from memory.model.standing import CallPattern, StandingApproval, Suggestion
from memory.model.value import JsonValue

LEAST_TIMES = 3  # identical approvals by one person before it is suggested
RECENTLY = timedelta(days=7)


def patterns(plan: Plan, at_most: Mapping[str, float]) -> tuple[CallPattern, ...]:
    """Return the calls that are the same as this plan's, with some numbers up to a bound.

    Raises `ApprovalRefused` for a plan that nobody may approve for the future, `InvalidInput` for a bound that is
    none: of no number of the plan, or below it.
    """
    for step in plan.steps:
        if step.effect is not Effect.WRITE or step.undo is None:
            raise ApprovalRefused(
                f"expected steps that can be taken back, found {step.call.tool}, which is {step.effect.value}",
                hint="What cannot be taken back is looked at each time.",
            )
        if step.call.untrusted():
            raise ApprovalRefused(
                f"expected arguments somebody chose, found {', '.join(step.call.untrusted())} from untrusted text",
                hint="Approve such a plan each time, after a look at it.",
            )
    unbounded = set(at_most) - {name for step in plan.steps for name in _numbers(step.call.arguments)}
    if unbounded:
        raise InvalidInput(f"expected bounds of the plan's numbers, found one of {', '.join(sorted(unbounded))}")
    return tuple(_pattern(step.call, at_most) for step in plan.steps)


def covers(calls: Iterable[CallPattern], plan: Plan) -> bool:
    """Return whether every step of a plan is one of these calls, can be taken back, and trusts nobody's text."""
    known = tuple(calls)
    return bool(plan.steps) and all(
        step.effect is Effect.WRITE
        and step.undo is not None
        and not step.call.untrusted()
        and any(_same(pattern, step.call) for pattern in known)
        for step in plan.steps
    )


def applicable(
    given: Iterable[StandingApproval], plan: Plan, now: datetime, policy_hash: str
) -> tuple[StandingApproval, ...]:
    """Return those that cover a plan at this moment under this policy: one a person, never the requester's own."""
    people: dict[str, StandingApproval] = {}
    for each in given:
        if (
            each.tenant == plan.tenant
            and each.approver != plan.requester
            and in_force(each, now, policy_hash)
            and covers(each.calls, plan)
        ):
            people.setdefault(each.approver, each)
    return tuple(people.values())


def in_force(standing: StandingApproval, now: datetime, policy_hash: str) -> bool:
    """Return whether it still counts: neither ended, nor expired, nor used up, nor given under another policy."""
    return (
        standing.ended is None
        and now < standing.expires_at
        and standing.uses < standing.most_uses
        and standing.policy_hash == policy_hash
    )


def suggestion(history: Iterable[Run], approver: str, run: Run, now: datetime) -> Suggestion | None:
    """Return the standing approval worth suggesting to somebody who approved the same as `run` often of late.

    Only what went well counts, and only what could be approved so at all.
    """
    try:
        wanted = patterns(run.plan, {})
    except ApprovalRefused:
        return None
    alike = sorted(
        (
            each
            for each in history
            if each.status is RunStatus.SUCCEEDED
            and now - each.created_at <= RECENTLY
            and _identical(each.plan, run.plan)
            and any(_yes(each, approver))
        ),
        key=lambda each: each.created_at,
    )
    if len(alike) < LEAST_TIMES:
        return None
    return Suggestion(approver=approver, calls=wanted, times=len(alike), run=alike[-1].id)


def _yes(run: Run, approver: str) -> Iterable[bool]:
    return (
        approval.approver == approver and approval.verdict is Verdict.APPROVE and not approval.break_glass
        for approval in run.approvals
    )


def _identical(one: Plan, other: Plan) -> bool:
    return _calls(one) == _calls(other)


def _calls(plan: Plan) -> list[tuple[str, bytes]]:
    return [(step.call.tool, canonical(step.call.arguments)) for step in plan.steps]


def _pattern(call: Call, at_most: Mapping[str, float]) -> CallPattern:
    between: dict[str, tuple[float, float]] = {}
    for name, value in _numbers(call.arguments).items():
        if name not in at_most:
            continue
        if at_most[name] < value:
            raise InvalidInput(f"expected a bound of {value:g} or more for {name}, found {at_most[name]:g}")
        between[name] = (value, at_most[name])
    fixed = {name: value for name, value in call.arguments.items() if name not in between}
    return CallPattern(tool=call.tool, arguments=fixed, between=between)


def _same(pattern: CallPattern, call: Call) -> bool:
    if call.tool != pattern.tool or set(call.arguments) != set(pattern.arguments) | set(pattern.between):
        return False
    numbers = _numbers(call.arguments)
    within = all(
        name in numbers and least <= numbers[name] <= most for name, (least, most) in pattern.between.items()
    )
    fixed = {name: call.arguments[name] for name in pattern.arguments}
    return within and canonical(fixed) == canonical(pattern.arguments)  # which tells True from 1


def _numbers(arguments: Mapping[str, JsonValue]) -> dict[str, float]:
    return {
        name: value
        for name, value in arguments.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }
