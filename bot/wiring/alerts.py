"""Alerts of the house: where they come in, who sorts them, whom they call, and what people speak to about them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass

import structlog
from fastapi import APIRouter

from bot.alerts.calling import Calling
from bot.alerts.declaring import Declaring
from bot.alerts.desk import AlertRoom
from bot.alerts.inbox import Inbox
from bot.alerts.oncall import DutyLoad, OnCallRoom
from bot.alerts.receiving import Hooks
from bot.alerts.sns import Sns, fetched
from bot.alerts.sorting import Sorting
from bot.alerts.teaching import Teaching
from bot.conversation import Probe
from bot.incidents import Incidents
from bot.settings import Settings
from bot.surfaces.desk import Doorkeeper
from bot.wiring.systems.oncall import book
from memory.clock import Clock
from memory.errors import QuarterdeckError
from memory.ids import Ids
from memory.model.catalogue import Catalogue
from memory.store import Store
from tools.in_force import PolicyInForce

OFFICE = "alerts"
LASTS_S = 6.0
LOOK_EVERY_S = 1.0
GATHER_S = 0.1  # while much comes, it is sorted together

Leads = Callable[[str, float], Awaitable[bool]]

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Alerting:
    """What was built."""

    desk: AlertRoom
    oncall: OnCallRoom
    hooks: APIRouter
    inbox: Inbox
    sorting: Sorting
    calling: Calling
    teaching: Teaching

    async def keep(self, leads: Leads) -> None:
        """Sort what comes, and call whom it is time to call, as long as this node is the one that does."""
        ours_until, busy = 0.0, False
        loop = asyncio.get_running_loop()
        while True:
            taken = 0
            try:
                if loop.time() >= ours_until:
                    ours_until = loop.time() + LASTS_S / 3 if await leads(OFFICE, LASTS_S) else 0.0
                if ours_until:
                    await asyncio.sleep(GATHER_S if busy else 0)
                    self.inbox.woken.clear()
                    await self.teaching.catch_up()
                    taken = await self.sorting.sort()
                    await self.calling.tend()
            except QuarterdeckError as error:
                _log.warning("alerts.not_sorted", code=error.code, why=error.message)
            busy = bool(taken)
            if not taken:
                await self._rest(ours=bool(ours_until))

    async def _rest(self, *, ours: bool) -> None:
        """Wait for news, or a second; who does not sort only looks whether it is theirs by now."""
        if not ours:
            await asyncio.sleep(LOOK_EVERY_S)
            return
        try:
            async with asyncio.timeout(LOOK_EVERY_S):
                await self.inbox.woken.wait()
        except TimeoutError:
            return

    def probes(self, settings: Settings, store: Store) -> Mapping[str, Probe]:
        """Return what the doctor asks of each source, and of what waits."""
        found = {
            f"alerts {each.name}": Probe(self._heard(each.name), vital=False) for each in settings.alert_sources
        }
        if settings.alert_sources:
            found["alerts"] = Probe(self._waiting(settings.tenant, store), vital=False)
        return found

    def _heard(self, name: str) -> Callable[[], Awaitable[str]]:
        async def heard() -> str:
            known = self.inbox.heard(name)
            refused = f"; refused {known.refused}, last: {known.last_refusal}" if known.refused else ""
            if known.last_at is None:
                return f"nothing heard since this process began{refused}"
            return f"{known.deliveries} deliveries, the last at {known.last_at:%Y-%m-%d %H:%M} UTC{refused}"

        return heard

    def _waiting(self, tenant: str, store: Store) -> Callable[[], Awaitable[str]]:
        async def waiting() -> str:
            return f"{await store.alerts.backlog(tenant)} pieces of news wait to be sorted"

        return waiting


def _people(settings: Settings, policy: PolicyInForce) -> Callable[[str], str | None]:
    """Return what says who somebody in a schedule is here: by the settings, else by an id that is somebody's."""

    def person(name: str) -> str | None:
        known = settings.oncall_people.get(name, name)
        return known if any(known == each.id for each in policy.now().facts.people) else None

    return person


def alerting(  # noqa: PLR0917 -- the house, part by part
    settings: Settings,
    store: Store,
    catalogue: Catalogue,
    incidents: Incidents,
    policy: PolicyInForce,
    doorkeeper: Doorkeeper,
    stack: AsyncExitStack,
    *,
    clock: Clock,
    ids: Ids,
) -> Alerting:
    """Build what cares for alerts; raises `InvalidSettings` for schedules that cannot be read."""
    tenant = settings.tenant
    windows = tuple(each.quiet(tenant) for each in settings.maintenance)
    schedules = book(settings, catalogue, stack)
    load = DutyLoad(incidents)
    calling = Calling(
        store,
        tenant,
        incidents,
        schedules,
        steps=settings.escalation,
        severity=settings.escalation_severity,
        people=settings.oncall_people,
        load=load,
        messengers=(),
        clock=clock,
    )
    declaring = Declaring(store, tenant, incidents, settings.triage, clock, calling)
    sorting = Sorting(store, tenant, catalogue, settings.triage, windows, declaring, clock, ids)
    inbox = Inbox(store, tenant, catalogue, clock)
    hooks = Hooks(settings.alert_sources, inbox, Sns(fetched), doorkeeper, clock)
    return Alerting(
        desk=AlertRoom(store, policy, inbox, sorting, windows, clock=clock, ids=ids),
        oncall=OnCallRoom(store, schedules, load, _people(settings, policy), clock),
        hooks=hooks.router(),
        inbox=inbox,
        sorting=sorting,
        calling=calling,
        teaching=Teaching(store, tenant, clock),
    )
