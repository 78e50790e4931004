"""The incidents of a house over a real store, with a clock that stands, and what the bus was told."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.incidents import Incidents
from bot.surfaces.incidents import Act, Declaration
from memory.ids import RandomIds
from memory.model.alert import Alert, AlertStatus
from memory.model.incident import TimelineEntry, TimelineWindow
from memory.model.record import Event
from memory.store import Store
from tests.fakes.time import MIDNIGHT, FakeClock
from tests.memory.opening import opened

CHECKOUT = Declaration(title="checkout is failing", severity=2, services=("checkout",), thread="thr_1")


@dataclass
class CareHouse:
    """A store and the incidents in it."""

    store: Store
    clock: FakeClock
    incidents: Incidents
    told: list[Event] = field(default_factory=list)

    async def texts(self, incident: str | None = None) -> list[str]:
        """Return what the timeline says, in order."""
        page = await self.incidents.timeline("acme", incident, TimelineWindow(), limit=1000)
        return [entry.text for entry in page.items]

    async def entries(self, incident: str | None = None) -> tuple[TimelineEntry, ...]:
        """Return the timeline."""
        return (await self.incidents.timeline("acme", incident, TimelineWindow(), limit=1000)).items


@asynccontextmanager
async def care_house(address: str, clock: FakeClock | None = None) -> AsyncIterator[CareHouse]:
    """Open a store with nothing in it but what others put there."""
    clock = clock or FakeClock()
    async with opened(address, clock) as store:
        told: list[Event] = []
        yield CareHouse(store, clock, Incidents(store, told.append, clock, RandomIds()), told)


def by(person: str = "alice", **more: object) -> Act:
    """Return an act of somebody at acme."""
    return Act.model_validate({"tenant": "acme", "by": person, "source": "cli", **more})


def alert(name: str = "HighErrorRate", minutes: float = 0, **more: object) -> Alert:
    """Return an alert that began so many minutes after midnight."""
    at = MIDNIGHT + timedelta(minutes=minutes)
    return Alert.model_validate(
        {
            "id": f"alert_{name}",
            "tenant": "acme",
            "source": "alertmanager",
            "fingerprint": "a" * 64,
            "name": name,
            "status": AlertStatus.FIRING,
            "severity": 2,
            "service": "checkout",
            "started_at": at,
            "received_at": at,
            **more,
        }
    )


def moment(minutes: float) -> datetime:
    """Return the moment so many minutes after midnight."""
    return MIDNIGHT + timedelta(minutes=minutes)
