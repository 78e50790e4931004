"""Usage hour by hour over weeks: what finders of savings go by. An hour without a number is None, never zero."""

import math
from datetime import datetime, timedelta
from typing import Final

from memory.model.evidence import TimeRange
from tools.connectors.prometheus.answers import Lines, Scalar
from tools.connectors.prometheus.api import Prometheus
from tools.connectors.prometheus.promql import Grid, quoted, selector
from tools.connectors.prometheus.signals import SignalNames
from tools.http import Deadline

HOUR_S: Final = 3600
DAY_S: Final = 86_400
Values = tuple[float | None, ...]


class HourlyUsage:
    """Asks one Prometheus: cAdvisor's containers, or without them what processes say of themselves."""

    def __init__(self, prometheus: Prometheus, names: SignalNames, deadline_s: float = 20.0) -> None:
        self._prometheus = prometheus
        self._names = names
        self._deadline_s = deadline_s

    async def cpu(
        self, service: str, environment: str, pods: tuple[str, str] | None, first: datetime, hours: int
    ) -> Values:
        """Return the highest cores of any replica in each hour. `pods`: (namespace, Deployment), where known."""
        own = f"max(rate({self._names.cpu}{self._which(service, environment)}[5m]))"
        held = _containers("rate(container_cpu_usage_seconds_total{which}[5m])", pods)
        return await self._hourly(_either(held, own), first, hours)

    async def memory(
        self, service: str, environment: str, pods: tuple[str, str] | None, first: datetime, hours: int
    ) -> Values:
        """Return the highest of any replica's bytes in each hour."""
        own = f"max({self._names.memory}{self._which(service, environment)})"
        held = _containers("container_memory_working_set_bytes{which}", pods)
        return await self._hourly(_either(held, own), first, hours)

    async def load(self, service: str, environment: str, first: datetime, hours: int) -> Values:
        """Return the most requests a second of all replicas in each hour."""
        asked = f"sum(rate({self._names.requests}{self._which(service, environment)}[5m]))"
        return await self._hourly(asked, first, hours)

    async def killed(self, pods: tuple[str, str], now: datetime) -> int:
        """Return how many containers were ended last for want of memory, 0: none, or untold."""
        which = f'{_pods(pods)[:-1]},reason="OOMKilled"}}'
        query = f"sum(kube_pod_container_status_last_terminated_reason{which})"
        answer = await self._prometheus.instant(query, now, Deadline(self._deadline_s))
        return int(sum(value for _, value in _points(answer.data)))

    async def requested(self, resource: str, pods: tuple[str, str], first: datetime, days: int) -> Values:
        """Return what all replicas together requested on the average of each day, by kube-state-metrics."""
        which = f"{_pods(pods)[:-1]},resource={quoted(resource)}}}"
        asked = f"avg_over_time(sum(kube_pod_container_resource_requests{which})[1d:1h])"
        return await self._range(asked, first + timedelta(days=1), days, DAY_S)

    def _which(self, service: str, environment: str) -> str:
        return selector(**{self._names.service: service, self._names.environment: environment})

    async def _hourly(self, asked: str, first: datetime, hours: int) -> Values:
        """Evaluate at the end of each hour, over that hour."""
        return await self._range(f"max_over_time(({asked})[1h:5m])", first + timedelta(hours=1), hours, HOUR_S)

    async def _range(self, query: str, first: datetime, count: int, step_s: int) -> Values:
        span = TimeRange(start=first, end=first + timedelta(seconds=step_s * (count - 1)))
        answer = await self._prometheus.over(query, Grid(span, step_s), Deadline(self._deadline_s))
        found = {round((at - first.timestamp()) / step_s): value for at, value in _points(answer.data)}
        return tuple(found.get(number) for number in range(count))


def _points(data: object) -> list[tuple[float, float]]:
    match data:
        case Lines(result=lines) if lines:
            points = lines[0].points()
        case Scalar(result=point):
            points = (point,)
        case _:
            points = ()
    return [point for point in points if math.isfinite(point[1])]


def _pods(pods: tuple[str, str]) -> str:
    namespace, deployment = pods
    pattern = quoted(f"{deployment}-[a-z0-9]+-[a-z0-9]+")
    return f"{{namespace={quoted(namespace)},pod=~{pattern}}}"


def _containers(recipe: str, pods: tuple[str, str] | None) -> str:
    """Return the highest pod, its containers added up; empty where nobody knows which pods."""
    if pods is None:
        return ""
    which = f'{_pods(pods)[:-1]},container!="",container!="POD"}}'
    return f"max(sum by (pod) ({recipe.replace('{which}', which)}))"


def _either(first: str, second: str) -> str:
    return f"{first} or {second}" if first else second
