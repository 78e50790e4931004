"""How many requests a service answered over a time, for what one of them costs."""

from datetime import datetime
from typing import Final

from tools.connectors.prometheus.answers import Lines
from tools.connectors.prometheus.api import Prometheus
from tools.connectors.prometheus.promql import selector
from tools.connectors.prometheus.signals import SignalNames
from tools.http import Deadline

_NAMES: Final = SignalNames()
PATIENCE_S: Final = 10.0


class PrometheusRequests:
    """Counts requests."""

    def __init__(self, prometheus: Prometheus, names: SignalNames = _NAMES) -> None:
        self._prometheus = prometheus
        self._names = names

    async def counted(self, service: str, since: datetime, until: datetime) -> float | None:
        """Return how many requests were counted, None where nothing counted any; raises `ConnectorError`."""
        seconds = max(1, round((until - since).total_seconds()))
        which = selector(**{self._names.service: service})
        query = f"sum(increase({self._names.requests}{which}[{seconds}s]))"
        answer = await self._prometheus.instant(query, until, Deadline(PATIENCE_S))
        lines = answer.data.result if isinstance(answer.data, Lines) else ()
        found = [value for line in lines for _, value in line.points() if value > 0]
        return sum(found) if found else None
