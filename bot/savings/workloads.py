"""What each workload requests and used, put together from the cluster and from Prometheus."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final

from agents.savings.prices import GIB, Prices, exact
from agents.savings.readings import Volume, Workload
from bot.savings.ports import Cluster, Measured
from memory.errors import ConnectorError, InvalidInput, UnknownService
from memory.model.catalogue import Catalogue

AT_ONCE: Final = 4  # workloads: each asks a few weeks of Prometheus
_HOURS_A_DAY: Final = 24


@dataclass(frozen=True)
class Seen:
    """What could be looked at, and what not, each in a sentence."""

    workloads: tuple[Workload, ...] = ()
    volumes: tuple[Volume, ...] = ()
    missing: tuple[str, ...] = ()


class Workloads:
    """Looks at every workload of the catalogue."""

    def __init__(
        self,
        catalogue: Catalogue,
        production: tuple[str, ...],
        days: int,
        cluster: Cluster | None,
        measured: Measured | None,
    ) -> None:
        self._catalogue = catalogue
        self._production = frozenset(each.casefold() for each in production)
        self._days = days
        self._cluster = cluster
        self._measured = measured

    async def look(self, now: datetime) -> Seen:
        """Return what is known now; what could not be reached is said, and is no saving."""
        if self._cluster is None or self._measured is None:
            lacking = "a cluster" if self._cluster is None else "prometheus_url"
            return Seen(missing=(f"Workloads are not looked at without {lacking}",))
        places = asyncio.Semaphore(AT_ONCE)

        async def one(service: str, environment: str) -> Workload | str:
            async with places:
                try:
                    return await self._one(service, environment, now)
                except (ConnectorError, UnknownService, InvalidInput) as error:
                    return f"{service} in {environment}: {error.message}"

        found = await asyncio.gather(*(one(*each) for each in self._each()))
        volumes, trouble = await self._volumes()
        return Seen(
            workloads=tuple(each for each in found if isinstance(each, Workload)),
            volumes=volumes,
            missing=(*(each for each in found if isinstance(each, str)), *trouble),
        )

    async def paid(
        self, service: str, environment: str, prices: Prices, first: date, days: int
    ) -> list[tuple[date, Decimal]]:
        """Return what a workload's requests cost on each day that is known; raises a `ConnectorError`."""
        if self._cluster is None or self._measured is None:
            return []
        sizes = await self._cluster.sizes(service, environment)
        begins = datetime(first.year, first.month, first.day, tzinfo=UTC)
        pods = (sizes.namespace, sizes.deployment)
        cpu, memory = [
            await self._measured.requested(resource, pods, begins, days) for resource in ("cpu", "memory")
        ]
        return [
            (first + timedelta(number), _a_day(cores, held, prices))
            for number, (cores, held) in enumerate(zip(cpu, memory, strict=True))
            if cores is not None and held is not None
        ]

    def _each(self) -> Iterator[tuple[str, str]]:
        for service in self._catalogue.services:
            for environment in service.environments:
                yield service.name, environment

    async def _one(self, service: str, environment: str, now: datetime) -> Workload:
        cluster, measured = self._cluster, self._measured
        if cluster is None or measured is None:
            raise InvalidInput("expected a cluster and Prometheus, found neither")
        sizes = await cluster.sizes(service, environment)
        pods = (sizes.namespace, sizes.deployment)
        hours = self._days * _HOURS_A_DAY
        first = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=hours)
        cpu, memory, load, killed = await asyncio.gather(
            measured.cpu(service, environment, pods, first, hours),
            measured.memory(service, environment, pods, first, hours),
            measured.load(service, environment, first, hours),
            measured.killed(pods, now),
        )
        return Workload(
            service=service,
            environment=environment,
            production=environment.casefold() in self._production,
            replicas=sizes.replicas,
            first=first,
            cpu_request=sizes.cpu_request,
            memory_request=sizes.memory_request,
            cpu_limit=sizes.cpu_limit,
            memory_limit=sizes.memory_limit,
            cpu=cpu,
            memory=memory,
            load=load,
            killed=killed,
        )

    async def _volumes(self) -> tuple[tuple[Volume, ...], tuple[str, ...]]:
        if self._cluster is None:
            return (), ()
        try:
            found = await self._cluster.volumes()
        except ConnectorError as error:
            return (), (f"volumes: {error.message}",)
        return tuple(
            Volume(
                name=each.name,
                cluster=each.cluster,
                gib=each.gib,
                phase=each.phase,
                claim=each.claim,
                used_by=None if each.mounted is None else int(each.mounted),
                since=each.since,
            )
            for each in found
        ), ()


def _a_day(cores: float, held: float, prices: Prices) -> Decimal:
    hourly = exact(cores) * prices.cpu_hour + exact(held) / GIB * prices.gib_hour
    return hourly * _HOURS_A_DAY
