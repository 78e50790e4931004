"""Alerts as Prometheus sees them: those that wait are known here alone, those that fire also elsewhere."""

from tools.alerts import AlertLabels, AlertState, Seen
from tools.capabilities.alerts import AlertFilter
from tools.connectors.prometheus.api import SOURCE, Prometheus
from tools.http import Deadline

_STATES = {"firing": AlertState.FIRING, "pending": AlertState.PENDING}


class PrometheusAlerts:
    """A source for `alerts.list`."""

    name = SOURCE

    def __init__(self, prometheus: Prometheus, labels: AlertLabels) -> None:
        self._prometheus = prometheus
        self._labels = labels

    async def seen(self, wanted: AlertFilter, deadline: Deadline) -> Seen:
        """Return the alerts that wait or fire; Prometheus does not filter, so neither does this."""
        del wanted
        link = self._prometheus.page("/alerts")
        return Seen(
            source=SOURCE,
            knows=frozenset(_STATES.values()),
            query="/api/v1/alerts",
            link=link,
            alerts=tuple(
                self._labels.alert(
                    SOURCE, _STATES[alert.state], alert.labels, alert.annotations, alert.since, link
                )
                for alert in await self._prometheus.alerts(deadline)
                if alert.state in _STATES
            ),
        )
