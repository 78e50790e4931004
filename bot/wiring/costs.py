"""The costs of a house, put together: the mart, its sources, who keeps them up to date. Nothing is opened here."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

import structlog

from bot.cost_settings import CostSource
from bot.costs.answering import CostDesk
from bot.costs.book import Bills
from bot.costs.folder import Folder
from bot.costs.refreshing import Refreshing
from bot.costs.room import CostRoom
from bot.costs.service import Costs
from bot.costs.unit_costs import Requests
from bot.settings import Settings
from memory.clock import Clock
from memory.costs.delivery import Place
from memory.costs.mart import Mart
from memory.errors import QuarterdeckError
from memory.model.catalogue import Catalogue
from memory.store import Store
from tools.connectors.costs import Bucket, OpenCost
from tools.connectors.prometheus import Prometheus, PrometheusRequests
from tools.http import HttpClient

OFFICE = "costs"
_SETTLED_S = 2.0  # what was started a moment ago has better things to do first
_LONGEST_ANSWER = 64_000_000  # bytes of a day of OpenCost
_PATIENCE_S = 60.0

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Costing:
    """The costs of a house. `room` is None where no bills come from anywhere, so that nothing is offered."""

    costs: Costs
    desk: CostDesk
    book: Bills
    refreshing: Refreshing
    room: CostRoom | None
    every_s: float

    async def keep(self, tenant: str, leads: Callable[[str, float], Awaitable[bool]]) -> None:
        """Bring in what is new, again and again; one node does it for all."""
        if self.room is None:
            return
        await asyncio.sleep(_SETTLED_S)
        while True:
            try:
                if await leads(OFFICE, self.every_s + _PATIENCE_S):
                    await self.refreshing.refresh(tenant)
                await self.desk.known(tenant)  # so that nobody's question waits for it
            except QuarterdeckError as error:
                _log.warning("costs.not_refreshed", code=error.code, why=error.message)
            await asyncio.sleep(self.every_s)


def costing(
    settings: Settings, store: Store, catalogue: Catalogue, clock: Clock, stack: AsyncExitStack
) -> Costing:
    """Return the costs of a house; clients are closed with the stack."""
    folder = settings.costs()
    mart = Mart(folder, store.cost_files, clock)
    costs = Costs(mart, clock)
    desk = CostDesk(costs, catalogue, clock, _requests(settings, stack) if settings.cost_sources else None)
    places = {each.name: (each, _place(each, clock, stack)) for each in settings.cost_sources}
    refreshing = Refreshing(mart, places, folder, clock)
    room = CostRoom(desk, costs, mart, refreshing) if settings.cost_sources else None
    return Costing(
        costs, desk, Bills(desk, settings.url()), refreshing, room, every_s=settings.cost_refresh_minutes * 60
    )


def _place(source: CostSource, clock: Clock, stack: AsyncExitStack) -> Place:
    if source.url:
        keys = (source.access_key, source.secret_key, source.session_token)
        secrets = tuple(each.get_secret_value() for each in keys)
        return Bucket(
            source.url, endpoint=source.endpoint, region=source.region, keys=(secrets[0], secrets[1], secrets[2])
        )
    if source.opencost:
        http = HttpClient(source.opencost, source="OpenCost", timeout_s=_PATIENCE_S, max_bytes=_LONGEST_ANSWER)
        stack.push_async_callback(http.close)
        return OpenCost(http, clock, currency=source.currency, cluster=source.cluster, days=source.days)
    return Folder(source.folder())


def _requests(settings: Settings, stack: AsyncExitStack) -> Requests | None:
    """Return who counts requests, where there is a Prometheus."""
    if not settings.prometheus_url:
        return None
    secret = settings.prometheus_token.get_secret_value()
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    http = HttpClient(settings.prometheus_url, source="prometheus", headers=headers)
    stack.push_async_callback(http.close)
    return PrometheusRequests(Prometheus(http, settings.prometheus_url))
