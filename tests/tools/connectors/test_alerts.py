"""`alerts.list` over a real Prometheus and a real Alertmanager at once."""

from collections.abc import AsyncIterator

import pytest

from memory.errors import ConnectorError, ConnectorUnreachable
from memory.model.run import Outcome
from tests.servers import eventually, free_port
from tests.tools.connectors.calls import context
from tests.tools.connectors.conftest import LURE
from tools.alerts import AlertLabels, AlertsList
from tools.capabilities.alerts import AlertFilter
from tools.connectors.alertmanager import Alertmanager, AlertmanagerAlerts
from tools.connectors.prometheus import Prometheus, PrometheusAlerts
from tools.contract import Severity
from tools.http import HttpClient
from tools.readings import AlertReading, unpacked

LABELS = AlertLabels()


@pytest.fixture
async def nowhere() -> AsyncIterator[HttpClient]:
    http = HttpClient(f"http://127.0.0.1:{free_port()}", source="alertmanager", attempts=1)
    yield http
    await http.close()


async def known(hand: AlertsList, wanted: AlertFilter, count: int) -> Outcome:
    return await eventually(
        lambda: hand.read(wanted, context()), lambda seen: seen.value == count, f"{count} alerts for {wanted}"
    )


async def test_an_alert_fires_through_to_alertmanager_and_is_told_once(alerts: AlertsList) -> None:
    seen = await eventually(
        lambda: alerts.read(AlertFilter(service="checkout"), context()),
        lambda seen: bool(seen.evidence) and seen.evidence[0].source == "alertmanager" and seen.value == 1,
        "the alert in Alertmanager",
    )
    assert seen.summary == "1 alert fires for checkout: HighErrorRate."
    (reading,) = unpacked(seen, "alerts", AlertReading)
    assert (reading.name, reading.service, reading.severity) == ("HighErrorRate", "checkout", "critical")
    (evidence,) = seen.evidence
    assert evidence.summary.startswith("HighErrorRate fires for checkout since ")
    assert evidence.summary.endswith(" UTC, critical.")
    assert evidence.query == '/api/v2/alerts?filter=service="checkout"'


async def test_text_from_outside_is_in_the_text_and_in_no_summary(alerts: AlertsList) -> None:
    seen = await known(alerts, AlertFilter(), 2)
    assert [LURE in evidence.text for evidence in seen.evidence] == [True, True]
    assert LURE not in seen.summary
    assert not [evidence for evidence in seen.evidence if LURE in f"{evidence.summary}{evidence.link}"]
    assert "one without a plain name" in seen.summary


async def test_an_alert_that_waits_is_known_from_prometheus(alerts: AlertsList) -> None:
    seen = await known(alerts, AlertFilter(state="pending"), 1)
    assert seen.evidence[0].summary.startswith("PaymentsDown is pending for payments since ")
    assert seen.evidence[0].source == "prometheus"


async def test_all_alerts_are_listed_worst_first(alerts: AlertsList) -> None:
    seen = await known(alerts, AlertFilter(state="all"), 3)
    readings = unpacked(seen, "alerts", AlertReading)
    assert [reading.name for reading in readings] == ["HighErrorRate", "", "PaymentsDown"]


async def test_alerts_of_another_severity_are_left_out(alerts: AlertsList) -> None:
    await known(alerts, AlertFilter(), 2)
    seen = await alerts.read(AlertFilter(severity=Severity.INFO), context())
    assert (seen.value, seen.summary) == (0, "No info alerts fire.")


async def test_that_nothing_fires_is_evidence_from_each_source(alerts: AlertsList) -> None:
    seen = await alerts.read(AlertFilter(service="storefront"), context())
    assert seen.summary == "No alerts fire for storefront."
    assert [evidence.source for evidence in seen.evidence] == ["alertmanager", "prometheus"]
    assert [evidence.value for evidence in seen.evidence] == [0, 0]


async def test_without_alertmanager_prometheus_still_tells_what_fires(
    prometheus: Prometheus, nowhere: HttpClient
) -> None:
    lost = AlertmanagerAlerts(Alertmanager(nowhere, ""), LABELS)
    seen = await known(AlertsList([lost, PrometheusAlerts(prometheus, LABELS)]), AlertFilter(), 2)
    assert seen.missing == ("alertmanager could not be reached: it does not accept connections",)


async def test_what_no_system_that_answered_knows_is_not_claimed_to_be_nothing(
    prometheus: Prometheus, alertmanager: Alertmanager, nowhere: HttpClient
) -> None:
    lost = AlertmanagerAlerts(Alertmanager(nowhere, ""), LABELS)
    waits, fires = PrometheusAlerts(prometheus, LABELS), AlertmanagerAlerts(alertmanager, LABELS)
    with pytest.raises(ConnectorUnreachable):
        await AlertsList([lost, waits]).read(AlertFilter(state="silenced"), context())
    with pytest.raises(ConnectorError, match="expected a system that knows which alerts are pending, found none"):
        await AlertsList([fires]).read(AlertFilter(state="pending"), context())
    seen = await AlertsList([waits]).read(AlertFilter(state="all"), context())
    assert seen.missing == (
        "which alerts are inhibited is not known",
        "which alerts are silenced is not known",
    )


async def test_that_nothing_is_silenced_is_evidence_from_the_one_that_knows(alerts: AlertsList) -> None:
    seen = await alerts.read(AlertFilter(state="silenced"), context())
    assert seen.summary == "No alerts are silenced."
    assert [evidence.source for evidence in seen.evidence] == ["alertmanager"]


async def test_without_any_source_nothing_is_claimed(nowhere: HttpClient) -> None:
    lost = AlertmanagerAlerts(Alertmanager(nowhere, ""), LABELS)
    with pytest.raises(ConnectorUnreachable):
        await AlertsList([lost]).read(AlertFilter(), context())
