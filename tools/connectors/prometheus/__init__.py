"""Prometheus: numbers over time, what is scraped, the rules, and the alerts that wait or fire."""

from tools.alerts import AlertLabels
from tools.connectors.prometheus.alerts import PrometheusAlerts
from tools.connectors.prometheus.api import Prometheus
from tools.connectors.prometheus.names import MetricsNames
from tools.connectors.prometheus.promql import Resolution
from tools.connectors.prometheus.query import MetricsQuery
from tools.connectors.prometheus.requests import PrometheusRequests
from tools.connectors.prometheus.rules import AlertsRules
from tools.connectors.prometheus.signal import MetricsSignal
from tools.connectors.prometheus.signals import SignalNames
from tools.connectors.prometheus.targets import TargetsList
from tools.contract import Reader

__all__ = ["Prometheus", "PrometheusAlerts", "PrometheusRequests", "Resolution", "SignalNames", "hands"]

_NAMES, _LABELS, _RESOLUTION = SignalNames(), AlertLabels(), Resolution()


def hands(
    prometheus: Prometheus,
    *,
    names: SignalNames = _NAMES,
    labels: AlertLabels = _LABELS,
    resolution: Resolution = _RESOLUTION,
) -> tuple[Reader, ...]:
    """Return the hands Prometheus has by itself. `PrometheusAlerts` is its part of `alerts.list`."""
    return (
        MetricsSignal(prometheus, names, resolution),
        MetricsQuery(prometheus),
        MetricsNames(prometheus),
        TargetsList(prometheus),
        AlertsRules(prometheus, labels.service),
    )
