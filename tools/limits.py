"""Whether something may still be spent: what was spent and the limits are given, the answer is a value. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from memory.model.limits import Limit, LimitScope, Resource, Use
from memory.model.plan import Plan
from memory.model.value import Moment, Value

WINDOWS: Mapping[Resource, timedelta] = MappingProxyType(
    {Resource.ACTIONS: timedelta(hours=1), Resource.TOKENS: timedelta(days=1), Resource.CENTS: timedelta(days=30)}
)
"""How long a use counts. What is not here is not used up: it is free again when a run ends."""

_UNITS = {
    Resource.ACTIONS: "actions an hour",
    Resource.RUNS: "runs at once",
    Resource.SECONDS: "s of one run",
    Resource.TOKENS: "tokens a day",
    Resource.CENTS: "cents in 30 days",
}


class Demand(Value):
    """What somebody is about to spend; an empty tool or runbook stands for none."""

    resource: Resource
    person: str
    tool: str = ""
    runbook: str = ""
    amount: int


class Claim(Value):
    """What is asked of one limit: whose spending counts (empty: the whole tenant's), and how much is wanted."""

    limit: Limit
    whose: str
    wanted: int


class Tally(Value):
    """A claim, and what was found to be spent already: `freed` is when how much of it counts no more."""

    claim: Claim
    found: int
    freed: tuple[tuple[Moment, int], ...] = ()


class Allowed(Value):
    """No limit is reached."""


class Exceeded(Value):
    """A limit is reached. `frees_at` is when there is room; None: when a run ends, or never."""

    limit: Limit
    whose: str
    found: int
    wanted: int
    frees_at: Moment | None = None

    def says(self) -> str:
        """Return what the limit is and what was found, as a sentence without a full stop."""
        spent = f"{self.found} and {self.wanted} more" if self.wanted else str(self.found)
        return f"expected at most {self.limit.most} {_UNITS[self.limit.resource]} {self._for()}, found {spent}"

    def remedy(self) -> str:
        """Return what would change the answer."""
        if self.frees_at is not None:
            return f"There is room again at {self.frees_at:%Y-%m-%d %H:%M:%S} UTC."
        if self.limit.resource is Resource.RUNS and self.wanted <= self.limit.most:
            return "Wait for a run to end."
        return "Ask for less, or have an administrator raise the limit."

    def _for(self) -> str:
        return "of the tenant" if self.limit.scope is LimitScope.TENANT else f"of {self.whose}"


def runbook_of(plan: Plan) -> str:
    """Return the runbook whose limits a plan spends, without its version: a new one has no new budget."""
    return (plan.runbook or "").partition("@")[0]


def claims(limits: Iterable[Limit], demands: Sequence[Demand]) -> tuple[Claim, ...]:
    """Return what these demands ask of each limit, added up where several ask the same of one."""
    found: dict[tuple[int, str], Claim] = {}
    for place, limit in enumerate(limits):
        for demand in demands:
            if demand.resource is limit.resource and limit.holds(demand.person, demand.tool, demand.runbook):
                whose = limit.scope.spender(demand.person, demand.tool, demand.runbook)
                before = found.get((place, whose))
                wanted = demand.amount if before is None else _together(limit.resource, before, demand)
                found[place, whose] = Claim(limit=limit, whose=whose, wanted=wanted)
    return tuple(found.values())


def tally(claim: Claim, uses: Iterable[Use], now: datetime) -> Tally:
    """Count the uses of one resource that still count at `now` against a claim."""
    lasts = WINDOWS[claim.limit.resource]
    counted = sorted((use.at + lasts, use.amount) for use in uses if now < use.at + lasts)
    return Tally(claim=claim, found=sum(amount for _, amount in counted), freed=tuple(counted))


def judge(tallies: Iterable[Tally]) -> Allowed | Exceeded:
    """Say whether every claim fits its limit, else which is the first that does not, and when it will."""
    for each in tallies:
        claim = each.claim
        if each.found + claim.wanted > claim.limit.most:
            return Exceeded(
                limit=claim.limit,
                whose=claim.whose,
                found=each.found,
                wanted=claim.wanted,
                frees_at=_frees_at(each),
            )
    return Allowed()


def _together(resource: Resource, before: Claim, demand: Demand) -> int:
    """Return what two demands want of one limit; several tools of one run are still one run."""
    return before.wanted if resource in {Resource.RUNS, Resource.SECONDS} else before.wanted + demand.amount


def _frees_at(found: Tally) -> datetime | None:
    left = found.found + found.claim.wanted - found.claim.limit.most
    for at, amount in found.freed:
        left -= amount
        if left <= 0:
            return at
    return None
