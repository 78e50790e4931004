"""Incidents, changed: each change is one transaction of the incident, a timeline entry and a ledger entry.

It asks nobody for leave: people come through `bot.incidents.room`, words through the gate. The same key changes
something once, and whoever changes the same incident at the same moment is neither lost nor undone.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.incidents import steps, telling
from bot.incidents.joining import Joining
from bot.incidents.reading import Reading
from bot.incidents.steps import Step
from bot.incidents.writing import Writing
from bot.surfaces.incidents import Act, Declaration
from memory.clock import Clock
from memory.errors import InvalidInput, NotFound
from memory.ids import Ids, derived
from memory.model.alert import Alert
from memory.model.incident import Duty, Happening, Incident, IncidentChange, IncidentStatus, TimelineEntry
from memory.model.record import SYSTEM, Event
from memory.model.value import Identifier
from memory.store import Store, Unit
from memory.store.incidents import Tie

Decide = Callable[[Incident, datetime], Step | None]
Known = Callable[[str, str], bool]
RECORDED = "recorded"


def anybody(tenant: str, person: str) -> bool:
    """Return that this person is known: for houses whose people nobody lists."""
    return bool(tenant and person)


class Incidents(Reading):
    """Every tenant's. `known` says whether there is a person, whom a duty is given to."""

    def __init__(
        self,
        store: Store,
        publish: Callable[[Event], None],
        clock: Clock,
        ids: Ids,
        known: Known = anybody,
    ) -> None:
        super().__init__(store)
        self._publish = publish
        self._clock = clock
        self._ids = ids
        self._known = known
        self._joining = Joining(store, publish, clock, ids)

    async def declare(self, act: Act, wanted: Declaration, alerts: Sequence[Alert] = ()) -> Incident:
        """Declare one. Under the same key, or where an alert belongs to one under way, return that one."""
        name = derived("inc", act.tenant, act.key) if act.key else self._ids.new("inc")
        async with self._store.transaction() as unit:
            await unit.incidents.alone(act.tenant)
            there = await unit.incidents.find(act.tenant, name) or await _of_alerts(
                unit, act.tenant, wanted, alerts
            )
            if there is not None:
                return there
            writing = Writing.begun(unit, act, self._clock, self._ids)
            number = await unit.incidents.next_number(act.tenant)
            incident = _declared(name, number, wanted, alerts, writing)
            await unit.incidents.add(incident, writing.correlation)
            causes = await self._fire(writing, incident, alerts)
            step = Step(
                IncidentChange.DECLARED,
                Happening.STATUS,
                telling.of_declaring(incident),
                alerts=incident.alerts,
                threads=incident.threads,
                services=incident.services,
                trusted=act.by != SYSTEM,
            )
            declared = writing.entry(incident, step, writing.entry_id(), causes[0] if causes else None)
            declared = declared.model_copy(update={"further_causes": tuple(causes[1:20])})
            await writing.told(incident, step, declared)
        self._tell(writing)
        return incident

    async def attach(self, act: Act, incident: str, *alerts: Alert) -> Incident:
        """Say that alerts belong to it, or what became of those that do: firing and being over are entries each.

        The same alert in the same state is told of once.
        """
        async with self._store.transaction() as unit:
            await unit.incidents.alone(act.tenant)
            found = await unit.incidents.get(act.tenant, incident)
            steps.require_alive(found)
            writing = Writing.begun(unit, act, self._clock, self._ids)
            names = {_alert_entry(incident, alert): alert for alert in alerts}
            told = await _told(unit, act.tenant, list(names))
            for name, alert in names.items():
                if name in told:
                    continue
                tied = await unit.incidents.tie(act.tenant, incident, Tie.ALERT, [alert.id], writing.now)
                found = await writing.write(found, steps.attached(found, alert, new=bool(tied)), name)
        self._tell(writing)
        return found

    async def acknowledge(self, act: Act, incident: str) -> Incident:
        """Say that somebody is on it; only the first time changes anything."""
        return await self._change(act, incident, steps.acknowledged)

    async def set_status(self, act: Act, incident: str, status: IncidentStatus, reason: str = "") -> Incident:
        """Take it one of the allowed steps; raises `Conflict` for another one."""
        if status is IncidentStatus.OPEN:
            return await self.reopen(act, incident, reason)
        return await self._change(act, incident, lambda found, at: steps.stepped(found, status, reason, at))

    async def set_severity(self, act: Act, incident: str, severity: int, reason: str = "") -> Incident:
        """Say how bad it is."""
        return await self._change(act, incident, lambda found, _: steps.graded(found, severity, reason))

    async def retitle(self, act: Act, incident: str, title: str) -> Incident:
        """Call it otherwise."""
        return await self._change(act, incident, lambda found, _: steps.retitled(found, title))

    async def assign(self, act: Act, incident: str, duty: Duty, person: str | None) -> Incident:
        """Give a duty to a principal, or (None) to nobody; raises `NotFound` for nobody that is known."""
        if person is not None and not self._known(act.tenant, person):
            raise NotFound(f"expected somebody who is known here, found {person[:60]!r}")
        return await self._change(act, incident, lambda found, at: steps.assigned(found, duty, person, at))

    async def join(self, act: Act, incident: str, thread: str) -> Incident:
        """Tie a conversation to it."""
        return await self._change(act, incident, lambda found, _: steps.joined(found, thread))

    async def withdraw(self, act: Act, incident: str) -> Incident:
        """Say that it was declared by mistake."""
        return await self._change(act, incident, steps.withdrawn)

    async def reopen(self, act: Act, incident: str, reason: str = "") -> Incident:
        """Say that it is not over. One that was merged into another becomes one of its own again."""
        if (await self.get(act.tenant, incident)).status is IncidentStatus.MERGED:
            return await self._joining.separate(act, incident, reason)
        return await self._change(
            act, incident, lambda found, at: steps.stepped(found, IncidentStatus.OPEN, reason, at)
        )

    async def merge(self, act: Act, incident: str, into: str, reason: str = "") -> Incident:
        """Make it part of another one, and return that."""
        return await self._joining.merge(act, incident, into, reason)

    async def split(
        self, act: Act, incident: str, wanted: Declaration, entries: tuple[Identifier, ...] = ()
    ) -> Incident:
        """Make a part of it an incident of its own, and return that."""
        return await self._joining.split(act, incident, wanted, entries)

    async def note(
        self,
        act: Act,
        incident: str,
        text: str,
        evidence: tuple[Identifier, ...] = (),
        *,
        trusted: bool = True,
    ) -> TimelineEntry:
        """Write a note at `act.at`. What is not `trusted` is somebody else's words, written down by a person."""
        said = telling.words(text)
        step = Step(IncidentChange.NOTED, Happening.NOTE, said, evidence=evidence, trusted=trusted)
        return await self._write(act, incident, step)

    async def correct(self, act: Act, incident: str, entry: str, text: str) -> TimelineEntry:
        """Correct an entry, at the moment it tells of; both are kept."""
        corrected = await self._entry_of(act.tenant, incident, entry)
        step = Step(
            IncidentChange.CORRECTED,
            Happening.CORRECTION,
            telling.words(text),
            corrects=corrected.corrects or corrected.id,
            at=act.at or corrected.at,
        )
        return await self._write(act, incident, step)

    async def pin(self, act: Act, incident: str, entry: str, *, pinned: bool = True) -> TimelineEntry:
        """Mark an entry, or take the mark away. It is an entry of the ledger and none of the timeline."""
        found = await self._entry_of(act.tenant, incident, entry)
        async with self._store.transaction() as unit:
            writing = Writing.begun(unit, act, self._clock, self._ids)
            if await unit.timeline.pin(act.tenant, entry, pinned=pinned, at=writing.now):
                change = IncidentChange.PINNED if pinned else IncidentChange.UNPINNED
                await writing.noted(await unit.incidents.get(act.tenant, incident), change, found)
        self._tell(writing)
        return found.model_copy(update={"pinned": pinned})

    async def record(
        self,
        act: Act,
        kind: Happening,
        text: str,
        *,
        incident: str | None = None,
        evidence: tuple[Identifier, ...] = (),
        services: tuple[Identifier, ...] = (),
        subject: str = "",
        trusted: bool = False,
    ) -> TimelineEntry:
        """Put something that happened elsewhere into the timeline, once by `act.key`, at `act.at`.

        For updates to people outside, hypotheses, metric turns. It is no change of the incident itself.
        """
        async with self._store.transaction() as unit:
            writing = Writing.begun(unit, act, self._clock, self._ids, elsewhere=True)
            entry = TimelineEntry(
                id=writing.entry_id(RECORDED),
                tenant=act.tenant,
                incident=incident,
                at=writing.at,
                recorded_at=writing.now,
                kind=kind,
                text=telling.cut(text.strip() or kind.value),
                author=act.by,
                source=act.source,
                subject=subject,
                cause=act.cause,
                correlation=writing.correlation,
                services=services,
                evidence=evidence,
                trusted=trusted,
            )
            if await unit.timeline.add([entry]):
                writing.grew(entry)
        self._tell(writing)
        return await self.entry(act.tenant, entry.id)

    async def unrecorded(self, tenant: str, keys: Sequence[str]) -> list[str]:
        """Return those of these keys under which nothing was recorded."""
        names = {derived("tl", tenant, key, RECORDED): key for key in keys}
        known = await self._store.timeline.known(tenant, list(names))
        return [key for name, key in names.items() if name not in known]

    async def record_change(
        self,
        act: Act,
        kind: Happening,
        text: str,
        *,
        service: str | None = None,
        environment: str | None = None,
        href: str = "",
    ) -> TimelineEntry:
        """Put a deploy or a flag change in that was told of from outside, once by key.

        It belongs to the incident of that service that is under way, else to none and is found by its time.
        """
        if kind not in {Happening.DEPLOY, Happening.FLAG}:
            raise InvalidInput(f"expected a deploy or a change of a flag, found {kind.value}")
        concerned = await self.concerned(act.tenant, [service] if service else [], act.at or self._clock.now())
        where = f" in {environment}" if environment else ""
        return await self.record(
            act,
            kind,
            f"{text.strip()}{where}" + (f" ({href})" if href else ""),
            incident=concerned.id if concerned else None,
            services=(service,) if service else (),
        )

    async def _change(self, act: Act, incident: str, decide: Decide) -> Incident:
        async with self._store.transaction() as unit:
            await unit.incidents.alone(act.tenant)
            found = await unit.incidents.get(act.tenant, incident)
            writing = Writing.begun(unit, act, self._clock, self._ids)
            name = writing.entry_id()
            if await _told(unit, act.tenant, [name]):
                return found
            step = decide(found, writing.at)
            if step is None:
                return found
            after = await writing.write(found, step, name)
        self._tell(writing)
        return after

    async def _write(self, act: Act, incident: str, step: Step) -> TimelineEntry:
        """Write what changes the timeline alone."""
        async with self._store.transaction() as unit:
            await unit.incidents.alone(act.tenant)
            found = await unit.incidents.get(act.tenant, incident)
            steps.require_alive(found)
            writing = Writing.begun(unit, act, self._clock, self._ids)
            name = writing.entry_id()
            if not await _told(unit, act.tenant, [name]):
                await writing.write(found, step, name)
        self._tell(writing)
        return await self.entry(act.tenant, name)

    async def _fire(self, writing: Writing, incident: Incident, alerts: Sequence[Alert]) -> list[str]:
        """Put the alerts that an incident is declared for into its timeline, and return the entries' ids."""
        fired = [
            writing.entry(incident, steps.attached(incident, alert, new=False), _alert_entry(incident.id, alert))
            for alert in alerts
        ]
        await writing.unit.timeline.add(fired)
        return [each.id for each in sorted(fired, key=lambda entry: (entry.at, entry.id))]

    def _tell(self, writing: Writing) -> None:
        for event in writing.events:
            self._publish(event)


def _declared(name: str, number: int, wanted: Declaration, alerts: Sequence[Alert], writing: Writing) -> Incident:
    told = [alert.service for alert in alerts if alert.service]
    began = [alert.started_at for alert in alerts]
    return Incident(
        id=name,
        tenant=writing.act.tenant,
        number=number,
        title=telling.title(wanted.title),
        severity=wanted.severity,
        services=tuple(dict.fromkeys((*wanted.services, *told))),
        environment=wanted.environment,
        declared_by=writing.act.by,
        started_at=wanted.started_at or min([*began, writing.at]),
        detected_at=writing.at,
        alerts=tuple(dict.fromkeys((*wanted.alerts, *(alert.id for alert in alerts))))[: steps.KEPT_ALERTS],
        threads=(wanted.thread,) if wanted.thread else (),
    )


async def _of_alerts(unit: Unit, tenant: str, wanted: Declaration, alerts: Sequence[Alert]) -> Incident | None:
    """Return the incident under way that one of the alerts belongs to."""
    names = [*wanted.alerts, *(alert.id for alert in alerts)]
    owners = sorted(set((await unit.incidents.of(tenant, Tie.ALERT, names)).values())) if names else []
    found = [await unit.incidents.get(tenant, owner) for owner in owners]
    alive = [each for each in found if each.status in {IncidentStatus.OPEN, IncidentStatus.MITIGATED}]
    return alive[0] if alive else None


async def _told(unit: Unit, tenant: str, names: Sequence[str]) -> frozenset[str]:
    return await unit.timeline.known(tenant, names)


def _alert_entry(incident: str, alert: Alert) -> str:
    """Return the id of the entry that tells that an alert fires, or is over: the same for the same episode."""
    return derived("tl", alert.tenant, incident, alert.id, alert.status.value, alert.started_at.isoformat())
