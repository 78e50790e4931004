"""What holds actions back whatever policy says: the switch and the limits, read where a right to act is recorded.

Both are asked inside the transaction that mints a grant, behind the lock of the ledger. So no grant stands in the
log after a stop, and two that race for the last use of a limit do not both get it.
"""

from collections.abc import Callable, Collection, Mapping

import structlog

from memory.clock import Clock
from memory.errors import ActionsStopped, LimitExceeded, PolicyDenied
from memory.ids import derived
from memory.model.approval import Grant
from memory.model.limits import Limit, Resource, Stop, Use
from memory.model.plan import Call, Plan
from memory.model.record import Event, Topic
from memory.model.run import Run
from memory.store import Store, Unit
from runbooks.proposal import Caller
from runbooks.runner import record
from runbooks.spending import left, tallied
from tools.contract import Capability
from tools.limits import WINDOWS, Demand, Exceeded, claims, judge, runbook_of
from tools.policy import Budget

_log = structlog.get_logger(__name__)


class Braking:
    """Lets nothing through that is stopped or over a limit. Taking back is stopped, never limited."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        capabilities: Mapping[str, Capability],
        limits: Collection[Limit],
        publish: Callable[[Event], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._capabilities = capabilities
        self._limits = tuple(limits)
        self._publish = publish

    async def require_running(self, tenant: str) -> None:
        """Raise `ActionsStopped` while a stop stands."""
        _let_through(await self._store.switches.stopped(tenant))

    async def holds(self, run: Run) -> bool:
        """Return whether the stop that paused this run still stands."""
        if run.paused is None:
            return False
        stop = await self._store.switches.stopped(run.tenant)
        return stop is not None and stop.id == run.paused

    async def admit(self, plan: Plan) -> None:
        """Raise `ActionsStopped` or `LimitExceeded` where a plan could not be carried out now."""
        await self.require_running(plan.tenant)
        runbook = runbook_of(plan)
        demands = [Demand(resource=Resource.RUNS, person=plan.requester, runbook=runbook, amount=1)]
        for step in plan.steps:
            demands += [each for each in self._demands(plan, step.call) if each not in demands[:1]]
        await self._within(self._store, plan.tenant, demands)

    async def budget(self, plan: Plan) -> Budget | None:
        """Return what is left to spend for a plan, as policy is told of it; None where nothing is limited."""
        return await left(self._store, plan, self._limits, self._clock.now())

    async def left(self, run: Run, call: Call) -> Budget | None:
        """Return what is left before a call; raises `LimitExceeded`, told everywhere, where it does not fit.

        `mint` asks again behind the lock: this one is for policy, and only ever says no too early.
        """
        try:
            await self._within(self._store, run.tenant, self._lasting(run, call), run)
        except LimitExceeded as refusal:
            await self.interrupted(run, call, refusal)
            raise
        return await self.budget(run.plan)

    async def mint(self, unit: Unit, run: Run, call: Call, grant: Grant, *, undo: bool) -> None:
        """Record a grant with what it spends, in a transaction; raises `ActionsStopped` or `LimitExceeded`."""
        await unit.switches.alone(run.tenant)
        _let_through(await unit.switches.stopped(run.tenant))
        if not undo:
            await self._within(unit, run.tenant, self._lasting(run, call), run)
        await unit.grants.mint(grant)
        await unit.uses.add(run.tenant, self._uses(run, grant, self._demands(run.plan, call)))

    async def denied(self, caller: Caller, plan: Plan, refusal: PolicyDenied) -> None:
        """Tell the log, listeners and operators of a plan that was refused."""
        entry = record.held_back(caller, plan, refusal.code, self._clock.now())
        await self._store.ledger.append(entry)
        self._announce(plan, caller.correlation, refusal)

    async def interrupted(self, run: Run, call: Call, refusal: PolicyDenied) -> None:
        """Tell the log, listeners and operators of a step that was not let through."""
        await self._store.ledger.append(record.interrupted(run, call, refusal.code, self._clock.now()))
        self._announce(run.plan, run.correlation, refusal)

    def _announce(self, plan: Plan, correlation: str, refusal: PolicyDenied) -> None:
        _log.warning(refusal.code, why=refusal.message, requester=plan.requester, correlation=correlation)
        if isinstance(refusal, LimitExceeded):
            self._publish(
                Event(
                    topic=Topic.LIMIT,
                    tenant=plan.tenant,
                    thread=plan.thread,
                    correlation=correlation,
                    at=self._clock.now(),
                    body={"limit": refusal.limit, "says": refusal.message},
                )
            )

    def _lasting(self, run: Run, call: Call) -> list[Demand]:
        """Return what a call spends, and that its run lasts."""
        lasts = Demand(
            resource=Resource.SECONDS,
            person=run.plan.requester,
            tool=call.tool,
            runbook=runbook_of(run.plan),
            amount=0,
        )
        return [*self._demands(run.plan, call), lasts]

    def _demands(self, plan: Plan, call: Call) -> list[Demand]:
        """Return what a call spends: one action, its run's place among those under way, and its price."""
        spent = {Resource.ACTIONS: 1, Resource.RUNS: 1}
        capability = self._capabilities.get(call.tool)
        if capability is not None and capability.cents:
            spent[Resource.CENTS] = capability.cents
        return [
            Demand(
                resource=resource,
                person=plan.requester,
                tool=call.tool,
                runbook=runbook_of(plan),
                amount=amount,
            )
            for resource, amount in spent.items()
        ]

    async def _within(self, unit: Unit, tenant: str, demands: list[Demand], run: Run | None = None) -> None:
        now = self._clock.now()
        tallies = [await tallied(unit, tenant, claim, run, now) for claim in claims(self._limits, demands)]
        verdict = judge(tallies)
        if isinstance(verdict, Exceeded):
            error = LimitExceeded(verdict.says(), hint=verdict.remedy())
            error.limit = f"{verdict.limit.resource.value}/{verdict.limit.scope.value}"
            raise error

    def _uses(self, run: Run, grant: Grant, demands: list[Demand]) -> list[Use]:
        return [
            Use(
                id=derived("use", grant.id, demand.resource.value),
                tenant=run.tenant,
                resource=demand.resource,
                person=demand.person,
                tool=demand.tool,
                runbook=demand.runbook,
                amount=demand.amount,
                at=grant.minted_at,
            )
            for demand in demands
            if demand.resource in WINDOWS
        ]


def _let_through(stop: Stop | None) -> None:
    if stop is not None:
        error = ActionsStopped(
            f"expected actions to be let through, found them {stop.says()}",
            hint="Looking still works. An administrator lets actions go on: quarterdeck resume",
        )
        error.stop = stop.id
        raise error
