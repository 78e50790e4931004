"""What was spent, looked up in the store: for those who hold back, and for people to see. It never writes."""

from collections.abc import Iterable
from datetime import datetime

from memory.model.limits import Limit, LimitScope, Resource
from memory.model.plan import Plan
from memory.model.run import Run
from memory.store import Unit
from tools.limits import WINDOWS, Claim, Demand, Tally, claims, runbook_of, tally
from tools.policy import Budget


async def tallied(unit: Unit, tenant: str, claim: Claim, run: Run | None, now: datetime) -> Tally:
    """Count what is spent against a claim; `run` is the one that asks, which does not count itself."""
    limit, whose = claim.limit, claim.whose
    if limit.resource is Resource.SECONDS:
        return Tally(claim=claim, found=lasted(run, now))
    if limit.resource is Resource.RUNS:
        others = [other for other in await unit.uses.under_way(tenant) if run is None or other.id != run.id]
        return Tally(claim=claim, found=sum(_counts(other, limit.scope, whose, run) for other in others))
    after = now - WINDOWS[limit.resource]
    spenders = {
        name: whose if limit.scope is scope else None
        for name, scope in (
            ("person", LimitScope.PERSON),
            ("tool", LimitScope.TOOL),
            ("runbook", LimitScope.RUNBOOK),
        )
    }
    return tally(claim, await unit.uses.since(tenant, limit.resource, after, **spenders), now)


async def left(unit: Unit, plan: Plan, limits: Iterable[Limit], now: datetime) -> Budget | None:
    """Return what is left for the tenant, the person and the runbook of a plan; None where nothing is limited."""
    spent = [
        Demand(resource=resource, person=plan.requester, runbook=runbook_of(plan), amount=0)
        for resource in (Resource.ACTIONS, Resource.CENTS, Resource.TOKENS)
    ]
    found = [await tallied(unit, plan.tenant, claim, None, now) for claim in claims(limits, spent)]
    least: dict[str, int] = {}
    for each in found:
        name = each.claim.limit.resource.value
        over = each.claim.limit.most - each.found
        least[name] = min(over, least.get(name, over))
    return Budget(**least) if least else None


def lasted(run: Run | None, now: datetime) -> int:
    """Return for how many whole seconds a run has been carried out."""
    began = [step.started_at for step in run.steps if step.started_at is not None] if run else []
    return int((now - min(began)).total_seconds()) if began else 0


def _counts(other: Run, scope: LimitScope, whose: str, run: Run | None) -> bool:
    """Return whether another run takes a place; of those that wait to begin, one that begins first takes it."""
    if run is not None and not any(step.grant for step in other.steps):
        return False
    tools = {step.call.tool for step in other.plan.steps}
    spenders = {
        LimitScope.TENANT: {whose},
        LimitScope.PERSON: {other.plan.requester},
        LimitScope.TOOL: tools,
        LimitScope.RUNBOOK: {runbook_of(other.plan)},
    }
    return whose in spenders[scope]
