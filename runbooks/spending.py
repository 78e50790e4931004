"""What was spent, looked up in the store: for those who hold back, and for people to see. It never writes."""

from datetime import datetime

from memory.model.limits import LimitScope, Resource
from memory.model.run import Run
from memory.store import Unit
from tools.limits import WINDOWS, Claim, Tally, tally


async def tallied(unit: Unit, tenant: str, claim: Claim, run: Run | None, now: datetime) -> Tally:
    """Count what is spent against a claim; `run` is the one that asks, which does not count itself."""
    limit, whose = claim.limit, claim.whose
    if limit.resource is Resource.SECONDS:
        return Tally(claim=claim, found=lasted(run, now))
    if limit.resource is Resource.RUNS:
        others = [other for other in await unit.uses.under_way(tenant) if run is None or other.id != run.id]
        return Tally(claim=claim, found=sum(_counts(other, limit.scope, whose, run) for other in others))
    person = whose if limit.scope is LimitScope.PERSON else None
    tool = whose if limit.scope is LimitScope.TOOL else None
    after = now - WINDOWS[limit.resource]
    return tally(claim, await unit.uses.since(tenant, limit.resource, after, person=person, tool=tool), now)


def lasted(run: Run | None, now: datetime) -> int:
    """Return for how many whole seconds a run has been carried out."""
    began = [step.started_at for step in run.steps if step.started_at is not None] if run else []
    return int((now - min(began)).total_seconds()) if began else 0


def _counts(other: Run, scope: LimitScope, whose: str, run: Run | None) -> bool:
    """Return whether another run takes a place; of those that wait to begin, one that begins first takes it."""
    if run is not None and not any(step.grant for step in other.steps):
        return False
    if scope is LimitScope.PERSON:
        return other.plan.requester == whose
    return scope is LimitScope.TENANT or any(step.call.tool == whose for step in other.plan.steps)
