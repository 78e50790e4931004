"""The nodes that serve a tenant, for people to see and for operators to measure."""

import asyncio

import structlog

from bot.audit.access import reader
from bot.surfaces.nodes import NodesView
from bot.telemetry import Metrics
from memory.errors import QuarterdeckError
from memory.model.people import Principal
from memory.store import Store

COUNT_EVERY_S = 5.0

_log = structlog.get_logger(__name__)


class NodeBook:
    """Serves `bot.surfaces.nodes.NodeDesk`."""

    def __init__(self, store: Store, tenant: str, metrics: Metrics) -> None:
        self._store = store
        self._tenant = tenant
        self._metrics = metrics

    async def nodes(self, principal: Principal) -> NodesView:
        """Return the nodes of the tenant, and who leads."""
        tenant = reader(principal)
        return NodesView(
            items=await self._store.cluster.present(tenant), leaders=await self._store.leaders.present(tenant)
        )

    async def keep(self) -> None:
        """Count the nodes again and again, until cancelled."""
        while True:
            try:
                self._metrics.nodes(await self._store.cluster.present(self._tenant))
            except QuarterdeckError as error:
                _log.warning("nodes.not_counted", code=error.code, why=error.message)
            await asyncio.sleep(COUNT_EVERY_S)
