"""What savings are found from. The parts of the connectors that serve these stand beside their tools."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from agents.savings.readings import Hours
from memory.costs.mart import Freshness
from memory.model.cost import CostLine, CostQuery, CostSeries
from tools.cluster.sizes import Sizes, StandingVolume

Pods = tuple[str, str]
"""The namespace and the Deployment that pods belong to."""


class Cluster(Protocol):
    """What runs, and what it requests. `tools.connectors.kubernetes.sizes.Sizing` is one."""

    async def sizes(self, service: str, environment: str) -> Sizes:
        """Return what a service requests; raises `UnknownService` or a `ConnectorError`."""

    async def volumes(self) -> Sequence[StandingVolume]:
        """Return the persistent volumes; raises a `ConnectorError`."""


class Measured(Protocol):
    """What was used, as `tools.connectors.prometheus.hourly.HourlyUsage` tells; it raises a `ConnectorError`."""

    async def cpu(self, service: str, environment: str, pods: Pods | None, first: datetime, hours: int) -> Hours:
        """Return the highest cores of any replica in each hour."""

    async def memory(
        self, service: str, environment: str, pods: Pods | None, first: datetime, hours: int
    ) -> Hours:
        """Return the highest bytes of any replica in each hour."""

    async def load(self, service: str, environment: str, first: datetime, hours: int) -> Hours:
        """Return the most requests a second in each hour."""

    async def killed(self, pods: Pods, now: datetime) -> int:
        """Return how many containers were ended for want of memory."""

    async def requested(self, resource: str, pods: Pods, first: datetime, days: int) -> Hours:
        """Return what all replicas requested on the average of each day."""


class Bills(Protocol):
    """What was billed. `bot.costs.Costs` is one; every call raises `DependencyMissing` without DuckDB."""

    async def ask(self, tenant: str, query: CostQuery) -> Sequence[CostLine]:
        """Answer a question."""

    async def daily(self, tenant: str, query: CostQuery) -> Sequence[CostSeries]:
        """Return the days of each group of a question."""

    async def freshness(self, tenant: str) -> Freshness:
        """Return until when charges are known."""
