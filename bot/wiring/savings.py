"""Our own cost and the savings of the house, put together; the clients for savings are theirs alone."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from agents.ports import Observer, Proposer
from bot.conversation import FrontDesk
from bot.costs import Costs
from bot.savings.ports import Cluster, Measured
from bot.savings.proposing import SavingProposer
from bot.savings.room import SavingsRoom
from bot.savings.service import Savings
from bot.savings.workloads import Workloads
from bot.settings import Settings
from bot.telemetry import Metrics
from bot.usage.budget import Allowance
from bot.usage.following import RunsFollowed
from bot.usage.metering import UsageMeter
from bot.usage.observing import MeteredObserver
from bot.usage.returns import Assumed
from bot.usage.room import UsageRoom
from bot.usage.spool import Spool
from bot.wiring.systems.clusters import account, apis
from bot.wiring.tending import announcing
from memory.bus import Bus
from memory.clock import Clock
from memory.costs.mart import Mart
from memory.ids import Ids
from memory.model.catalogue import Catalogue
from memory.store import Store
from memory.tasks import stopped
from tools.connectors.kubernetes import Fleet
from tools.connectors.kubernetes.fleet import Cluster as OneCluster
from tools.connectors.kubernetes.sizes import Sizing
from tools.connectors.prometheus import Prometheus, SignalNames
from tools.connectors.prometheus.hourly import HourlyUsage
from tools.http import HttpClient


@dataclass(frozen=True)
class OwnCosts:
    """What meters, what bounds, what answers about usage and savings."""

    meter: UsageMeter
    allowance: Allowance | None
    savings: Savings
    usage_room: UsageRoom
    savings_room: SavingsRoom
    store: Store
    clock: Clock
    tenant: str

    def observing(self, onward: Observer) -> Observer:
        """Return what times each look."""
        return MeteredObserver(onward, self.meter, self.clock)

    def proposing(self, onward: Proposer) -> Proposer:
        """Return what makes savings the calls that save."""
        return SavingProposer(self.savings, onward)

    def counted(self, desk: FrontDesk) -> FrontDesk:
        """Have the desk's turns counted, and return it."""
        desk.count_with(self.meter)
        return desk

    def checked(self, further: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        """Return what lets a model be asked: where `further` does, and the month's budget is not spent."""
        allowance = self.allowance
        if allowance is None:
            return further

        async def check() -> None:
            await further()
            await allowance.check()

        return check

    async def keep(self, bus: Bus) -> None:
        """Store what is metered, and follow the runs that end, until this is cancelled."""
        following = asyncio.create_task(RunsFollowed(self.store, self.meter).keep(bus, self.tenant))
        try:
            await self.meter.recover()
            await self.meter.keep()
        finally:
            await stopped(following)


@asynccontextmanager
async def own_costs(
    settings: Settings,
    store: Store,
    catalogue: Catalogue,
    *,
    bus: Bus,
    metrics: Metrics,
    clock: Clock,
    ids: Ids,
) -> AsyncIterator[OwnCosts]:
    """Put it together; what is metered while nobody keeps it is stored at the end. Nothing is asked yet."""
    meter = UsageMeter(store, Spool(settings.home / "usage"), metrics)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(meter.close)
        savings = Savings(
            store,
            Workloads(
                catalogue,
                settings.savings_production,
                settings.savings_days,
                await _cluster(settings, catalogue, stack),
                _measured(settings, stack),
            ),
            Costs(Mart(settings.costs(), store.cost_files, clock), clock) if settings.cost_sources else None,
            settings.savings_prices,
            settings.savings_office,
            clock,
        )
        budget = settings.usage_budget
        allowance = None
        if budget is not None:
            publish = announcing(bus, metrics)
            allowance = Allowance(
                budget, store, settings.tenant, publish=publish, metrics=metrics, clock=clock, ids=ids
            )
        assumed = Assumed(
            fixed_monthly=settings.usage_fixed_monthly,
            minutes_per_run=settings.usage_minutes_per_run,
            minute_value=settings.usage_minute_value,
            currency=budget.currency if budget else settings.savings_prices.currency,
        )
        yield OwnCosts(
            meter=meter,
            allowance=allowance,
            savings=savings,
            usage_room=UsageRoom(store, clock, assumed, budget, savings, meter),
            savings_room=SavingsRoom(savings, clock),
            store=store,
            clock=clock,
            tenant=settings.tenant,
        )


async def _cluster(settings: Settings, catalogue: Catalogue, stack: AsyncExitStack) -> Cluster | None:
    if not settings.uses_kubernetes():
        return None
    found = await stack.enter_async_context(apis(settings))
    clusters = {name: OneCluster(name, api, account(settings, api)) for name, api in found.items()}
    return Sizing(Fleet(clusters, settings.kubernetes_places, catalogue))


def _measured(settings: Settings, stack: AsyncExitStack) -> Measured | None:
    if not settings.prometheus_url:
        return None
    secret = settings.prometheus_token.get_secret_value()
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    http = HttpClient(settings.prometheus_url, source="prometheus", headers=headers)
    stack.push_async_callback(http.close)
    return HourlyUsage(Prometheus(http, settings.prometheus_url), SignalNames())
