"""How one change of an incident is written: document, timeline entry and ledger entry, in one transaction."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.incidents import telling
from bot.incidents.events import changed, grew
from bot.incidents.steps import Step
from bot.surfaces.incidents import Act
from memory.clock import Clock
from memory.errors import InvalidInput
from memory.ids import Ids, derived
from memory.model.bodies import IncidentChanged
from memory.model.incident import Incident, IncidentChange, TimelineEntry
from memory.model.record import SYSTEM, Attachment, Event, Record
from memory.store import Unit
from memory.store.incidents import Tie

AHEAD = timedelta(minutes=5)  # how far a clock may be ahead of ours


@dataclass
class Writing:
    """One act while it is written. `events` are told once it is committed."""

    unit: Unit
    act: Act
    correlation: str
    now: datetime
    ids: Ids
    events: list[Event] = field(default_factory=list)

    @classmethod
    def begun(cls, unit: Unit, act: Act, clock: Clock, ids: Ids, *, elsewhere: bool = False) -> "Writing":
        """Return the writing of an act; raises `InvalidInput` for one that says it happens in the future.

        What happened `elsewhere` is told by another clock, which may be ahead.
        """
        now = clock.now()
        if act.at is not None and act.at > now + AHEAD and not elsewhere:
            raise InvalidInput(f"expected a moment that has been, found {act.at:%Y-%m-%d %H:%M:%S} UTC")
        return cls(unit, act, act.correlation or ids.new("cor"), now, ids)

    @property
    def at(self) -> datetime:
        """When it happened."""
        return self.act.at or self.now

    def entry_id(self, of: str = "") -> str:
        """Return the id of the entry that this act makes, the same for the same key."""
        key = self.act.key
        return derived("tl", self.act.tenant, key, of) if key else self.ids.new("tl")

    def entry(self, incident: Incident, step: Step, name: str, cause: str | None = None) -> TimelineEntry:
        """Return what the timeline tells of a step."""
        return TimelineEntry(
            id=name,
            tenant=incident.tenant,
            incident=incident.id,
            at=step.at or self.at,
            recorded_at=self.now,
            kind=step.kind,
            text=telling.cut(step.text),
            author=step.source or self.act.by,
            source=step.source or self.act.source,
            subject=_subject(incident, step, name),
            cause=cause or self.act.cause,
            corrects=step.corrects,
            correlation=self.correlation,
            person=step.person,
            services=step.services,
            evidence=step.evidence,
            trusted=step.trusted,
        )

    async def write(self, before: Incident, step: Step, name: str, cause: str | None = None) -> Incident:
        """Write a step of an incident, and return the incident as it is now."""
        after = before
        if step.after is not None:
            after = await self.unit.incidents.replace(step.after, expected_version=before.version)
        await self.told(after, step, self.entry(after, step, name, cause))
        return after

    async def told(self, incident: Incident, step: Step, entry: TimelineEntry) -> None:
        """Put a step into the timeline and the ledger, and tie what it brings."""
        tenant = incident.tenant
        await self.unit.timeline.add([entry])
        await self.unit.incidents.tie(tenant, incident.id, Tie.ALERT, step.alerts, self.now)
        await self.unit.incidents.tie(tenant, incident.id, Tie.THREAD, step.threads, self.now)
        if self.act.correlation is not None:
            await self.unit.incidents.tie(tenant, incident.id, Tie.CORRELATION, [self.correlation], self.now)
            await self.unit.timeline.adopt(tenant, self.correlation, incident.id, self.now)
        await self.unit.ledger.append(await self._record(incident, step, entry))
        self.events.append(changed(incident, step.change, entry, self.correlation, self.now, step.other))

    async def noted(self, incident: Incident, change: IncidentChange, entry: TimelineEntry) -> None:
        """Put into the ledger alone that an entry was marked, or is no more."""
        step = Step(change, entry.kind, entry.text)
        await self.unit.ledger.append(await self._record(incident, step, entry, at=self.now))
        self.events.append(changed(incident, change, entry, self.correlation, self.now))

    def grew(self, entry: TimelineEntry) -> None:
        """Tell that something that happened elsewhere came into the timeline of an incident."""
        if entry.incident is not None:
            self.events.append(grew(entry.tenant, entry.incident, entry, 1, self.now))

    async def _record(
        self, incident: Incident, step: Step, entry: TimelineEntry, at: datetime | None = None
    ) -> Record:
        named = step.person is not None and step.person != SYSTEM
        body = IncidentChanged(
            incident=incident.id,
            number=incident.number,
            change=step.change,
            entry=entry.id,
            status=incident.status,
            severity=incident.severity,
            duty=step.duty,
            holder=await self.unit.pseudonyms.of(incident.tenant, str(step.person)) if named else None,
            other=step.other,
            corrects=step.corrects,
            alerts=step.alerts[:100],
        )
        return Record(
            tenant=incident.tenant,
            at=at or entry.at,
            actor=self.act.by,
            correlation=self.correlation,
            body=body,
            attachments=() if at else (Attachment(field="text", kind="message", content=entry.text.encode()),),
        )


def _subject(incident: Incident, step: Step, name: str) -> str:
    if step.subject:
        return step.subject
    if step.change is IncidentChange.DECLARED:
        return f"incident:{incident.id}"
    return f"incident:{incident.id}/{name}"
