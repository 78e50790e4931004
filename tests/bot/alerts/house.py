"""A house that takes alerts, served over real HTTP; and payloads as monitoring systems send them."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from bot.identity import Directory, Door
from bot.incidents import Incidents
from bot.policies import facts, library
from bot.refusals import Refusals
from bot.serving import listener, serving
from bot.settings import Settings, parsed
from bot.surfaces.rest import problems
from bot.wiring.alerts import Alerting, alerting
from memory.bus import LocalBus
from memory.clock import Clock, SystemClock
from memory.ids import RandomIds
from memory.store import Store
from tests.memory.opening import opened
from tools.in_force import PolicyInForce
from tools.policy import Policy

SECRET = "a-secret-of-the-tests"
BEARER = {"Authorization": f"Bearer {SECRET}"}
SERVICES = [
    {"name": "checkout", "owner": "shop", "criticality": 1, "depends_on": ["payments"], "users": 1000},
    {"name": "payments", "owner": "payments", "criticality": 2},
    {"name": "search", "owner": "find", "criticality": 4},
]


def settings_of(home: Path, **further: Any) -> Settings:
    """Return the settings of a house that takes alerts of Alertmanager."""
    source = {"name": "am", "kind": "alertmanager", "secret": SECRET}
    given: dict[str, Any] = {
        "profile": "development",
        "home": home,
        "engine": "inside",
        "principal": "alice",
        "people": [{"id": "alice", "roles": ["admin", "operator"]}],
        "services": SERVICES,
        "alert_sources": [source],
    }
    return parsed({**given, **further})


@dataclass(frozen=True)
class AlertHouse:
    """The part of a house that alerts go through, with a store and incidents of its own."""

    settings: Settings
    store: Store
    incidents: Incidents
    alerts: Alerting
    bus: LocalBus
    clock: Clock


@asynccontextmanager
async def standing_house(settings: Settings, clock: Clock | None = None) -> AsyncIterator[AlertHouse]:
    """Build it, with nobody sorting."""
    clock, ids, bus = clock or SystemClock(), RandomIds(), LocalBus()
    directory = Directory(settings.principals())
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(opened(settings.database(), clock))
        incidents = Incidents(store, bus.publish, clock, ids)
        refusals = Refusals(store, settings.tenant, clock, ids)
        stack.push_async_callback(refusals.settle, ending=True)
        door = Door(store, directory, refusals, clock, ids)
        known = facts(settings).model_copy(update={"people": directory.people()})
        rules = PolicyInForce(Policy(library(settings).text(), known))
        alerts = alerting(
            settings, store, settings.catalogue(), incidents, rules, door, stack, clock=clock, ids=ids
        )
        yield AlertHouse(settings, store, incidents, alerts, bus, clock)


@asynccontextmanager
async def served(settings: Settings) -> AsyncIterator[tuple[AlertHouse, httpx.AsyncClient]]:
    """Serve it on a free port while it sorts; yield it with a client that knows its address and no secret."""
    async with standing_house(settings) as house:
        app = FastAPI()
        problems.install(app)
        app.include_router(house.alerts.hooks)
        bound = listener("127.0.0.1", 0)
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        sorting = asyncio.create_task(house.alerts.keep(_leads))
        async with serving(app, bound, asyncio.Event()):
            limits = httpx.Limits(max_connections=50)
            async with httpx.AsyncClient(base_url=url, timeout=60, limits=limits, trust_env=False) as http:
                yield house, http
        sorting.cancel()
        await asyncio.gather(sorting, return_exceptions=True)


async def _leads(_office: str, _lasts_s: float) -> bool:
    return True


def fired(name: str, service: str = "checkout", status: str = "firing", **labels: str) -> dict[str, Any]:
    """Return one alert as Alertmanager tells of it."""
    begun = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
    over = begun + timedelta(minutes=5)
    return {
        "status": status,
        "labels": {"alertname": name, "service": service, "severity": "critical", **labels},
        "annotations": {"summary": f"{name} at {service}"},
        "startsAt": begun.isoformat(),
        "endsAt": over.isoformat() if status == "resolved" else "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus/graph",
    }


def webhook(*alerts: dict[str, Any]) -> dict[str, Any]:
    """Return a delivery of Alertmanager."""
    return {
        "version": "4",
        "groupKey": "{}",
        "status": "firing",
        "receiver": "quarterdeck",
        "groupLabels": {},
        "commonLabels": {},
        "commonAnnotations": {},
        "externalURL": "http://alertmanager",
        "alerts": list(alerts),
    }


async def sorted_out(house: AlertHouse, bound_s: float = 150.0) -> None:
    """Wait until nothing waits to be sorted, and no incident is behind."""
    alerts, groups, tenant = house.store.alerts, house.store.alert_groups, house.settings.tenant
    async with asyncio.timeout(bound_s):
        while await alerts.backlog(tenant) or await groups.behind(tenant):  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.02)


def written(payload: object) -> bytes:
    """Return a payload as bytes."""
    return json.dumps(payload).encode()
