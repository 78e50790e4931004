"""What is spent, as people are shown it: each limit, whose it is, how much is used, and when some is free."""

from collections.abc import Collection

from bot.audit.access import audits, reader
from bot.surfaces.controls import LimitUse
from memory.clock import Clock
from memory.model.limits import Limit, LimitScope, Resource
from memory.model.people import Principal
from memory.store import Store
from runbooks.spending import lasted, tallied
from tools.limits import WINDOWS, Claim, runbook_of


class QuotaBook:
    """Serves `bot.surfaces.controls.Quotas`. It counts anew each time, from what the store keeps."""

    def __init__(self, store: Store, limits: Collection[Limit], clock: Clock) -> None:
        self._store = store
        self._limits = tuple(limits)
        self._clock = clock

    async def usage(self, principal: Principal) -> tuple[LimitUse, ...]:
        """Return the limits this person may see, the fullest first."""
        found = [
            await self._use(reader(principal), limit, whose)
            for limit in self._limits
            for whose in await self._whose(principal, limit)
        ]
        return tuple(sorted(found, key=lambda use: (-use.share(), use.resource, use.whose)))

    async def _whose(self, principal: Principal, limit: Limit) -> tuple[str, ...]:
        """Return whose spending to show: of the tenant, or of those who spent; of others only to who audits."""
        if limit.scope is LimitScope.TENANT:
            return ("",)
        named = await self._spenders(principal.tenant, limit) if limit.name is None else (limit.name,)
        if limit.scope is not LimitScope.PERSON or audits(principal):
            return named
        return (principal.id,) if limit.name in {None, principal.id} else ()

    async def _spenders(self, tenant: str, limit: Limit) -> tuple[str, ...]:
        if limit.resource in WINDOWS:
            after = self._clock.now() - WINDOWS[limit.resource]
            uses = await self._store.uses.since(tenant, limit.resource, after)
            found = {limit.scope.spender(use.person, use.tool, use.runbook) for use in uses}
        else:
            found = set()
            for run in await self._store.uses.under_way(tenant):
                who, runbook = run.plan.requester, runbook_of(run.plan)
                found |= {limit.scope.spender(who, step.call.tool, runbook) for step in run.plan.steps}
        return tuple(sorted(found - {""}))

    async def _use(self, tenant: str, limit: Limit, whose: str) -> LimitUse:
        claim = Claim(limit=limit, whose=whose, wanted=0)
        now = self._clock.now()
        told = {"resource": limit.resource, "scope": limit.scope, "whose": whose, "most": limit.most}
        if limit.resource is Resource.SECONDS:  # of the run that lasts longest now
            running = await self._store.uses.under_way(tenant)
            return LimitUse(**told, found=max((lasted(run, now) for run in running), default=0))
        tally = await tallied(self._store, tenant, claim, None, now)
        frees_at = tally.freed[0][0] if tally.freed else None
        return LimitUse(**told, found=tally.found, frees_at=frees_at)
