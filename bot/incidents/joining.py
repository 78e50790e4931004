"""Incidents that were one, and one that was two: merged, split, and taken apart again.

What belonged to an incident before it became part of another one is remembered, so that it can come out again.
"""

from collections.abc import Callable

from bot.incidents import steps, telling
from bot.incidents.steps import Step
from bot.incidents.writing import Writing
from bot.surfaces.incidents import Act, Declaration
from memory.clock import Clock
from memory.ids import Ids, derived
from memory.model.incident import Incident, IncidentStatus
from memory.model.record import Event
from memory.store import Store, Unit
from memory.store.incidents import Tie


class Joining:
    """Merges, separates and splits."""

    def __init__(self, store: Store, publish: Callable[[Event], None], clock: Clock, ids: Ids) -> None:
        self._store = store
        self._publish = publish
        self._clock = clock
        self._ids = ids

    async def merge(self, act: Act, incident: str, into: str, reason: str) -> Incident:
        """Make one part of another, with its entries and all that belongs to it, and return that other one."""
        tenant = act.tenant
        async with self._store.transaction() as unit:
            await unit.incidents.alone(tenant)
            gone, kept = await unit.incidents.get(tenant, incident), await unit.incidents.get(tenant, into)
            changes = steps.merged(gone, kept, reason)
            if changes is None:
                return kept
            writing = Writing.begun(unit, act, self._clock, self._ids)
            away, here = changes
            await unit.timeline.merge(tenant, gone.id, kept.id, writing.now)
            await writing.write(gone, away, writing.entry_id("away"))
            after = await writing.write(kept, here, writing.entry_id("here"))
            for kind in Tie:
                theirs = await unit.incidents.tied(tenant, gone.id, kind)
                await unit.incidents.tie(tenant, kept.id, kind, theirs, writing.now)
        self._tell(writing)
        return after

    async def separate(self, act: Act, incident: str, reason: str) -> Incident:
        """Take an incident out of the one that it had become part of, and return it, open."""
        tenant = act.tenant
        async with self._store.transaction() as unit:
            await unit.incidents.alone(tenant)
            found = await unit.incidents.get(tenant, incident)
            if found.status is not IncidentStatus.MERGED or found.merged_into is None:
                return found
            whence = await _root(unit, tenant, found.merged_into)
            writing = Writing.begun(unit, act, self._clock, self._ids)
            alone, left = steps.separated(found, whence, reason)
            await unit.timeline.separate(tenant, whence.id, found.id, writing.now)
            after = await writing.write(found, alone, writing.entry_id("alone"))
            await writing.write(whence, left, writing.entry_id("left"))
            for kind in Tie:
                theirs = await unit.incidents.tied(tenant, found.id, kind)
                await unit.incidents.untie(tenant, whence.id, kind, theirs)
        self._tell(writing)
        return after

    async def split(self, act: Act, incident: str, wanted: Declaration, entries: tuple[str, ...]) -> Incident:
        """Make some of its alerts and entries an incident of its own, and return that."""
        tenant = act.tenant
        name = derived("inc", tenant, act.key) if act.key else self._ids.new("inc")
        async with self._store.transaction() as unit:
            await unit.incidents.alone(tenant)
            before = await unit.incidents.find(tenant, name)
            if before is not None:
                return before
            found = await unit.incidents.get(tenant, incident)
            writing = Writing.begun(unit, act, self._clock, self._ids)
            apart = _apart(found, name, await unit.incidents.next_number(tenant), wanted, writing)
            here, there = steps.split(found, apart)
            await unit.incidents.add(apart, writing.correlation)
            await unit.incidents.untie(tenant, found.id, Tie.ALERT, apart.alerts)
            await writing.write(found, here, writing.entry_id("here"))
            await self._begin(writing, apart, there)
            fired = await unit.timeline.about(tenant, found.id, [f"alert:{each}" for each in apart.alerts])
            await unit.timeline.split(tenant, found.id, apart.id, writing.now, [*entries, *fired])
        self._tell(writing)
        return apart

    async def _begin(self, writing: Writing, apart: Incident, step: Step) -> None:
        told = Step(
            step.change, step.kind, step.text, alerts=apart.alerts, threads=apart.threads, other=step.other
        )
        await writing.told(apart, told, writing.entry(apart, told, writing.entry_id("there")))

    def _tell(self, writing: Writing) -> None:
        for event in writing.events:
            self._publish(event)


async def _root(unit: Unit, tenant: str, incident: str) -> Incident:
    """Return the incident that one became part of, through others that became part of others."""
    found = await unit.incidents.get(tenant, incident)
    while found.merged_into is not None:
        found = await unit.incidents.get(tenant, found.merged_into)
    return found


def _apart(found: Incident, name: str, number: int, wanted: Declaration, writing: Writing) -> Incident:
    return Incident(
        id=name,
        tenant=found.tenant,
        number=number,
        title=telling.title(wanted.title),
        severity=wanted.severity,
        services=wanted.services,
        environment=wanted.environment or found.environment,
        declared_by=writing.act.by,
        started_at=wanted.started_at or found.started_at,
        detected_at=found.detected_at,
        acknowledged_at=found.acknowledged_at,
        alerts=wanted.alerts,
        threads=(wanted.thread,) if wanted.thread else (),
    )
