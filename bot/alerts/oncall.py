"""Who is on call, for people: schedules' names become principals, with what each of them has to do already.

It serves `bot.surfaces.alerts.OnCallDesk`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from bot.audit.access import reader
from bot.surfaces.alerts import OnCallPerson, OnCallView
from memory.clock import Clock
from memory.errors import UnknownService
from memory.model.incident import Incident, IncidentStatus
from memory.model.people import Principal
from memory.model.triage import Escalation
from memory.page import Page
from memory.store import Store
from tools.oncall.book import OnCall, OnCallBook


class OpenIncidents(Protocol):
    """What is under way."""

    async def page(
        self, tenant: str, statuses: tuple[IncidentStatus, ...] = (), cursor: str | None = None, limit: int = 50
    ) -> Page[Incident]:
        """Return those that stand so, the newest first."""


class DutyLoad:
    """How many incidents under way each person has a duty in."""

    def __init__(self, incidents: OpenIncidents) -> None:
        self._incidents = incidents

    async def of(self, tenant: str) -> Mapping[str, int]:
        """Return the number by principal, of the newest two hundred incidents."""
        statuses = (IncidentStatus.OPEN, IncidentStatus.MITIGATED)
        found: dict[str, int] = {}
        for incident in (await self._incidents.page(tenant, statuses, None, 200)).items:
            for person in set(incident.duties.values()):
                found[person] = found.get(person, 0) + 1
        return found


class OnCallRoom:
    """Serves every surface."""

    def __init__(
        self, store: Store, book: OnCallBook, load: DutyLoad, people: Callable[[str], str | None], clock: Clock
    ) -> None:
        self._store = store
        self._book = book
        self._load = load
        self._people = people
        self._clock = clock

    async def on_call(
        self, principal: Principal, service: str | None, team: str | None, at: datetime | None
    ) -> tuple[OnCallView, ...]:
        """Return who is on call for a service or a team, or for everything."""
        tenant, moment = reader(principal), at or self._clock.now()
        if service is not None and team is not None:
            raise UnknownService("expected a service or a team, found both")
        if service is not None:
            found: tuple[OnCall, ...] = (await self._book.of_service(service, moment),)
        elif team is not None:
            found = (await self._book.of_team(team, moment),)
        else:
            found = await self._book.everybody(moment)
        load = await self._load.of(tenant)
        return tuple(self._view(each, load) for each in found)

    async def calling(self, principal: Principal, incident: str) -> Escalation | None:
        """Return whom people are called for an incident."""
        return await self._store.escalations.find(reader(principal), incident)

    def _view(self, found: OnCall, load: Mapping[str, int]) -> OnCallView:
        people = []
        for shift in found.shifts:
            known = self._people(shift.person)
            people.append(
                OnCallPerson(
                    name=shift.person,
                    principal=known,
                    team=shift.team,
                    schedule=shift.schedule,
                    until=shift.until,
                    load=load.get(known or shift.person, 0),
                    override=shift.override,
                )
            )
        why = "; ".join(filter(None, (found.why, *found.missing)))
        return OnCallView(service=found.service, team=found.team, at=found.at, people=tuple(people), why=why)
