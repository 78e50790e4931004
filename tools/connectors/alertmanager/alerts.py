"""Alerts as Alertmanager sees them: those that fire, and what keeps them from being told."""

from tools.alerts import Alert, AlertLabels, AlertState, Seen
from tools.capabilities.alerts import AlertFilter
from tools.connectors.alertmanager.answers import Matcher, Status, Told
from tools.connectors.alertmanager.api import SOURCE, Alertmanager
from tools.http import Deadline

_KNOWN = frozenset({AlertState.FIRING, AlertState.SILENCED, AlertState.INHIBITED})


class AlertmanagerAlerts:
    """A source for `alerts.list`."""

    name = SOURCE

    def __init__(self, alertmanager: Alertmanager, labels: AlertLabels) -> None:
        self._alertmanager = alertmanager
        self._labels = labels

    async def seen(self, wanted: AlertFilter, deadline: Deadline) -> Seen:
        """Return the alerts that fire, of one service where one is asked for."""
        matchers = (Matcher(name=self._labels.service, value=wanted.service),) if wanted.service else ()
        told = await self._alertmanager.alerts(matchers, deadline)
        return Seen(
            source=SOURCE,
            knows=_KNOWN,
            query=query(matchers),
            link=self._alertmanager.alerts_page(matchers),
            alerts=tuple(self.alert(each) for each in told),
        )

    def alert(self, told: Told) -> Alert:
        """Return what Alertmanager told as an alert."""
        name = Matcher(name="alertname", value=told.labels.get("alertname", ""))
        link = self._alertmanager.alerts_page((name,))
        return self._labels.alert(SOURCE, _state(told.status), told.labels, told.annotations, told.since, link)


def query(matchers: tuple[Matcher, ...]) -> str:
    """Return what is asked, as evidence names it."""
    return "&".join(["/api/v2/alerts", *(f"filter={matcher.text()}" for matcher in matchers)]).replace("&", "?", 1)


def _state(status: Status) -> AlertState:
    if status.silenced_by:
        return AlertState.SILENCED
    if status.inhibited_by:
        return AlertState.INHIBITED
    return AlertState.FIRING
