"""Alertmanager: the alerts that fire, the silences over them, and making and ending silences."""

from tools.alerts import AlertLabels
from tools.connectors.alertmanager.alerts import AlertmanagerAlerts
from tools.connectors.alertmanager.api import Alertmanager
from tools.connectors.alertmanager.ending import SilenceExpire
from tools.connectors.alertmanager.silences import SilencesList
from tools.connectors.alertmanager.silencing import SilenceCreate
from tools.contract import Tool

__all__ = ["Alertmanager", "AlertmanagerAlerts", "hands"]

_LABELS = AlertLabels()


def hands(alertmanager: Alertmanager, *, labels: AlertLabels = _LABELS) -> tuple[Tool, ...]:
    """Return the hands Alertmanager has by itself. `AlertmanagerAlerts` is its part of `alerts.list`."""
    source = AlertmanagerAlerts(alertmanager, labels)
    return (
        SilencesList(alertmanager, labels),
        SilenceCreate(alertmanager, source, labels),
        SilenceExpire(alertmanager, source, labels),
    )
