"""The systems outside: one client each, the hands they give, and how to find out whether they answer.

A system that is not configured still has its hands: they say which setting is missing.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from pydantic import SecretStr

from bot.offered import offered
from bot.settings import Settings
from bot.wiring.systems import OPENERS, Check, Opened, Surroundings
from memory.errors import ConnectorUnreachable, InvalidSettings
from memory.model.catalogue import Catalogue
from memory.model.value import JsonValue
from tools.alerts import AlertLabels, AlertsList, AlertSource
from tools.capabilities.alerts import EVERY as OF_ALERTS
from tools.connectors import alertmanager, estate, prometheus
from tools.connectors.estate.control import Control
from tools.contract import Capability, Tool
from tools.http import HttpClient
from tools.unconnected import missing

# Asked of the desk and the talk itself: no system outside serves them.
COMPOSED = frozenset({"service.health", "status.digest", "runs.list", "savings.take"})
_LABELS = AlertLabels()


@dataclass(frozen=True)
class Connections:
    """Every hand, and a check for each system that is configured."""

    hands: tuple[Tool, ...]
    checks: dict[str, Check]


@asynccontextmanager
async def connected(around: Surroundings) -> AsyncIterator[Connections]:
    """Open a client for each system that is configured and close them at the end. Nothing is asked yet.

    Raises `InvalidSettings` where two systems would serve one capability.
    """
    clients: list[HttpClient] = []

    def client(url: str, source: str, token: SecretStr) -> HttpClient:
        secret = token.get_secret_value()
        made = HttpClient(url, source=source, headers={"Authorization": f"Bearer {secret}"} if secret else {})
        clients.append(made)
        return made

    try:
        async with AsyncExitStack() as stack:
            further = [await stack.enter_async_context(opener(around)) for opener in OPENERS]
            yield _connections(around.settings, around.catalogue, client, further)
    finally:
        for each in clients:
            await each.close()


def _connections(
    settings: Settings,
    catalogue: Catalogue,
    client: Callable[[str, str, SecretStr], HttpClient],
    further: list[Opened],
) -> Connections:
    hands: list[Tool] = []
    sources: list[AlertSource] = []
    checks: dict[str, Check] = {}
    if settings.alertmanager_url:
        http = client(settings.alertmanager_url, "alertmanager", settings.alertmanager_token)
        asked = alertmanager.Alertmanager(http, settings.alertmanager_url)
        hands += alertmanager.hands(asked, labels=_LABELS)
        sources.append(alertmanager.AlertmanagerAlerts(asked, _LABELS))
        checks["alertmanager"] = _answers(http, "/api/v2/status", ("versionInfo", "version"))
    if settings.prometheus_url:
        http = client(settings.prometheus_url, "prometheus", settings.prometheus_token)
        told = prometheus.Prometheus(http, settings.prometheus_url)
        hands += prometheus.hands(told, labels=_LABELS, resolution=_resolution(settings.prometheus_scrape_s))
        sources.append(prometheus.PrometheusAlerts(told, _LABELS))
        checks["prometheus"] = _answers(http, "/api/v1/status/buildinfo", ("data", "version"))
    if settings.estate_url:
        http = client(settings.estate_url, "estate", settings.estate_token)
        hands += estate.hands(Control(http, settings.estate_url), catalogue)
        checks["estate"] = _answers(http, "/v1/services", ())
    if sources:
        hands.append(AlertsList(sources))
    for opened in further:
        hands += opened.hands
        checks |= opened.checks
    served = _served(hands)
    hands += [missing(each, _setting(each)) for each in _served_outside(settings) if each.name not in served]
    return Connections(hands=tuple(hands), checks=checks)


def _resolution(scrape_s: float) -> prometheus.Resolution:
    """Return rates over ten to sixty scrapes: an estate scraped every second shows what happened just now."""
    return prometheus.Resolution(
        scrape_interval_s=scrape_s, shortest_s=min(15.0, 10 * scrape_s), longest_s=min(300.0, 60 * scrape_s)
    )


def _served(hands: list[Tool]) -> set[str]:
    served: set[str] = set()
    for hand in hands:
        name = hand.capability.name
        if name in served:
            raise InvalidSettings(f"expected one system that serves {name}, found two configured")
        served.add(name)
    return served


def _served_outside(settings: Settings) -> list[Capability]:
    known = offered(settings)
    return [each for each in known if each.name not in COMPOSED and not each.name.startswith("turn.")]


def _setting(capability: Capability) -> str:
    """Return the setting that would bring a capability to life."""
    if capability in OF_ALERTS and capability.name != "alerts.rules":
        return "alertmanager_url"
    area = capability.name.partition(".")[0]
    return "prometheus_url" if area in {"metrics", "targets", "alerts"} else "estate_url"


def _answers(http: HttpClient, path: str, version: tuple[str, ...]) -> Check:
    async def check() -> str:
        said: JsonValue = await http.get(path)
        for name in version:
            if not isinstance(said, dict):
                raise ConnectorUnreachable(f"expected {path} to tell its {version[-1]}, found something else")
            said = said.get(name)
        return f"version {said}" if version else "answers"

    return check
