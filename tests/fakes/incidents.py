"""Incidents in memory, with their timelines: what rooms ask of them, and no more."""

from datetime import datetime

from bot.surfaces.incidents import Act
from memory.errors import NotFound
from memory.model.alert import Alert
from memory.model.evidence import Evidence
from memory.model.incident import Duty, Happening, Incident, IncidentStatus, TimelineEntry
from memory.page import Page
from tests.fakes.time import FakeClock


class FakeIncidents:
    """Knows incidents, hands out duties and has what happened; `alerts` and `evidence` are facts by id."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.known: dict[str, Incident] = {}
        self.timelines: dict[str, list[TimelineEntry]] = {}
        self.facts: dict[str, Alert | Evidence] = {}
        self.acts: set[str] = set()

    def declare(self, incident: Incident) -> Incident:
        """Add one, as declared now."""
        self.known[incident.id] = incident
        self.timelines[incident.id] = []
        self.tell(incident.id, Happening.STATUS, f"SEV{incident.severity} declared: {incident.title}")
        return incident

    def change(self, incident: str, **changes: object) -> Incident:
        """Change one."""
        before = self.known[incident]
        self.known[incident] = before.model_copy(update={"version": before.version + 1, **changes})
        return self.known[incident]

    def tell(self, incident: str, kind: Happening, text: str, author: str = "alice") -> TimelineEntry:
        """Add something that happens now."""
        entry = TimelineEntry(
            id=f"{incident}-{len(self.timelines[incident]) + 1}",
            tenant="acme",
            incident=incident,
            at=self._clock.now(),
            recorded_at=self._clock.now(),
            kind=kind,
            text=text,
            author=author,
            source="person",
        )
        self.timelines[incident].append(entry)
        return entry

    async def get(self, tenant: str, incident: str) -> Incident:
        found = self.known.get(incident)
        if found is None or found.tenant != tenant:
            raise NotFound(f"expected an incident, found none called {incident}")
        return found

    async def page(
        self,
        tenant: str,
        statuses: tuple[IncidentStatus, ...] = (),
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[Incident]:
        found = [each for each in self.known.values() if each.tenant == tenant]
        return Page(items=tuple(each for each in found if not statuses or each.status in statuses))

    async def assign(self, act: Act, incident: str, duty: Duty, person: str | None) -> Incident:
        assert act.key is not None
        if act.key not in self.acts and person is not None:
            self.acts.add(act.key)
            self.change(incident, duties={**self.known[incident].duties, duty: person})
            self.tell(incident, Happening.DUTY, f"{person} is {duty.value}", act.by)
        return self.known[incident]

    async def join(self, act: Act, incident: str, thread: str) -> Incident:
        found = self.known[incident]
        if act.key is not None and thread not in found.threads:
            self.acts.add(act.key)
            self.known[incident] = found.model_copy(update={"threads": (*found.threads, thread)})
        return self.known[incident]

    async def entries(
        self, tenant: str, incident: str, since: datetime | None = None
    ) -> tuple[TimelineEntry, ...]:
        assert tenant == self.known[incident].tenant
        return tuple(each for each in self.timelines[incident] if since is None or each.at >= since)

    async def alerts(self, tenant: str, ids: tuple[str, ...]) -> tuple[Alert, ...]:
        return tuple(
            each for name in ids if isinstance(each := self.facts.get(name), Alert) and each.tenant == tenant
        )

    async def evidence(self, tenant: str, ids: tuple[str, ...]) -> tuple[Evidence, ...]:
        return tuple(each for name in ids if isinstance(each := self.facts.get(name), Evidence))
