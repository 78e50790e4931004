"""The hands of an Alertmanager, and the alerts that other systems send it."""

import httpx

from memory.model.plan import Call
from tests.fakes.http import FaultyServer
from tests.servers import eventually
from tests.tools.connectors.conftest import LURE
from tools.connectors.alertmanager import Alertmanager, hands
from tools.connectors.alertmanager.answers import Matcher, Silence
from tools.contract import Actor, CallContext, Reader
from tools.http import Deadline, HttpClient
from tools.registry import Registry, validated


class Room:
    """The hands of one Alertmanager, and the alerts that other systems send it."""

    def __init__(self, alertmanager: Alertmanager, url: str) -> None:
        self.alertmanager = alertmanager
        self.registry = Registry(hands(alertmanager))
        self._url = url

    @property
    def create(self) -> Actor:
        return self.actor("silence.create")

    @property
    def expire(self) -> Actor:
        return self.actor("silence.expire")

    @property
    def listing(self) -> Reader:
        tool = self.registry.tool("silences.list")
        assert isinstance(tool, Reader)
        return tool

    def actor(self, name: str) -> Actor:
        tool = self.registry.tool(name)
        assert isinstance(tool, Actor)
        return tool

    async def fire(self, service: str, name: str = "Slow", severity: str = "critical") -> None:
        """Send an alert as Prometheus does, and wait until it is told."""
        labels = {"alertname": name, "service": service, "severity": severity}
        async with httpx.AsyncClient(base_url=self._url, trust_env=False) as http:
            sent = await http.post("/api/v2/alerts", json=[{"labels": labels, "annotations": {"note": LURE}}])
        sent.raise_for_status()
        await eventually(
            lambda: self.alertmanager.alerts((Matcher(name="service", value=service),), Deadline(5.0)),
            lambda told: any(each.labels["alertname"] == name for each in told),
            f"{name} of {service}",
        )

    async def of(self, service: str) -> list[Silence]:
        """Return the silences over a service."""
        every = await self.alertmanager.silences(Deadline(5.0))
        return [each for each in every if service in {matcher.value for matcher in each.matchers}]

    async def call(self, call: Call, when: CallContext) -> str:
        """Carry out a call as the gate does, arguments validated; the value is its summary."""
        actor = self.actor(call.tool)
        return (await actor.act(validated(actor.capability, dict(call.arguments)), when)).summary


def faulty(server: FaultyServer) -> Room:
    return Room(Alertmanager(HttpClient(server.url, source="alertmanager"), server.url), server.url)
