"""Calling people for an incident, step by step, until somebody is on it; kept in the store: any node goes on.

A step is written down after people were called: where a node dies between the two, the next one calls again rather
than nobody, and the timeline tells of it once. Whoever acknowledges, mitigates or resolves the incident, or takes
command of it, ends the calling.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.surfaces.incidents import Act
from memory.clock import Clock
from memory.errors import Conflict, NotFound, QuarterdeckError, UnknownService
from memory.model.incident import Duty, Happening, Incident, IncidentStatus, TimelineEntry
from memory.model.triage import Called, Escalation
from memory.store import Store
from tools.oncall.book import OnCall, OnCallBook
from tools.oncall.policies import CallingStep

_log = structlog.get_logger(__name__)


class CalledIncidents(Protocol):
    """What calling needs of incidents."""

    async def get(self, tenant: str, incident: str) -> Incident:
        """Return one by its id; raises `NotFound`."""

    async def record(
        self, act: Act, kind: Happening, text: str, *, incident: str | None = None, trusted: bool = False
    ) -> TimelineEntry:
        """Put something into the timeline, once by the key."""


class Messenger(Protocol):
    """Reaches a person: a direct message, a page, a call. It may be told to twice, and need reach them once."""

    async def call(self, tenant: str, person: str, incident: Incident, why: str) -> None:
        """Call them; raises a `QuarterdeckError` where they cannot be reached."""


class Load(Protocol):
    """How much somebody has to do already."""

    async def of(self, tenant: str) -> Mapping[str, int]:
        """Return, by principal, how many open incidents they have a duty in."""


class Calling:
    """Calls one tenant's people. Without steps nobody is called."""

    def __init__(  # noqa: PLR0913 -- whom, when and how to call, each by its name
        self,
        store: Store,
        tenant: str,
        incidents: CalledIncidents,
        book: OnCallBook,
        *,
        steps: Sequence[CallingStep],
        severity: int,
        people: Mapping[str, str],
        load: Load,
        messengers: Sequence[Messenger],
        clock: Clock,
    ) -> None:
        self._store = store
        self._tenant = tenant
        self._incidents = incidents
        self._book = book
        self._steps = tuple(steps)
        self._severity = severity
        self._people = dict(people)
        self._load = load
        self._messengers = list(messengers)
        self._clock = clock

    def reach(self, messenger: Messenger) -> None:
        """Call people by this, too."""
        self._messengers.append(messenger)

    async def begin(self, incident: Incident) -> None:
        """Begin to call people for an incident that is bad enough, once."""
        if not self._steps or incident.severity > self._severity:
            return
        first = timedelta(minutes=self._steps[0].after_minutes)
        await self._store.escalations.begin(
            Escalation(
                id=incident.id,
                tenant=self._tenant,
                services=incident.services,
                severity=incident.severity,
                due_at=self._clock.now() + first,
            )
        )

    async def tend(self) -> int:
        """Take every step that is due, and return how many were. Another node's step is left to it."""
        taken = 0
        for each in await self._store.escalations.due(self._tenant, self._clock.now()):
            try:
                taken += await self._step(each)
            except Conflict:
                continue  # another node took it
        return taken

    async def _step(self, escalation: Escalation) -> bool:
        incident, ended = await self._stands(escalation)
        if incident is None or ended or escalation.step >= len(self._steps):
            await self._replace(escalation, {"ended": ended or "nobody is left to be called"})
            return False
        step, now = self._steps[escalation.step], self._clock.now()
        called = [each for who in step.who for each in await self._whom(who, incident, escalation, now)]
        after = escalation.step + 1
        more = after < len(self._steps)
        wait = timedelta(minutes=self._steps[after].after_minutes) if more else timedelta(0)
        changes = {
            "step": after,
            "due_at": now + wait,
            "called": (*escalation.called, *called)[:100],
            "ended": "" if more else "everybody was called",
        }
        await self._call(incident, called, step_number=escalation.step)
        await self._replace(escalation, changes)
        return True

    async def _replace(self, escalation: Escalation, changes: Mapping[str, object]) -> None:
        await self._store.escalations.replace(escalation.model_copy(update=dict(changes)), escalation.version)

    async def _stands(self, escalation: Escalation) -> tuple[Incident | None, str]:
        """Return the incident, and why nobody needs to be called for it any more, "" where somebody does."""
        try:
            incident = await self._incidents.get(self._tenant, escalation.id)
        except NotFound:
            return None, "there is no such incident"
        if incident.status is not IncidentStatus.OPEN:
            return incident, f"it is {incident.status.value}"
        if incident.acknowledged_at is not None:
            return incident, "somebody is on it"
        if commander := incident.duties.get(Duty.COMMANDER):
            return incident, f"{commander} commands it"
        return incident, ""

    async def _whom(
        self, who: str, incident: Incident, escalation: Escalation, now: datetime
    ) -> tuple[Called, ...]:
        kind, _, name = who.partition(":")
        if who != "oncall" and kind != "team":
            return (Called(person=who, step=escalation.step, at=now, why="by the settings"),)
        found = await self._on_call(name if kind == "team" else "", incident, now)
        already = {each.person for each in escalation.called}
        ranked = await self._ranked(found, already)
        return tuple(Called(person=person, step=escalation.step, at=now, why=why) for person, why in ranked[:1])

    async def _on_call(self, team: str, incident: Incident, now: datetime) -> list[OnCall]:
        if team:
            return [await self._book.of_team(team, now)]
        found = list[OnCall]()
        for service in incident.services or ("",):
            try:
                found.append(await self._book.of_service(service, now))
            except UnknownService:
                continue
        return found or [each for each in await self._book.everybody(now) if each.shifts][:1]

    async def _ranked(self, found: Sequence[OnCall], already: set[str]) -> list[tuple[str, str]]:
        """Return people with why it is them: by level, whoever was not called yet, whoever has less to do."""
        load = await self._load.of(self._tenant)
        people = dict[str, tuple[int, str]]()
        for each in found:
            for shift in each.shifts:
                who = self._people.get(shift.person, shift.person)
                until = f" until {shift.until:%Y-%m-%d %H:%M} UTC" if shift.until else ""
                people.setdefault(who, (shift.level, f"on call for {each.service or each.team}{until}"))
        order = sorted(people, key=lambda who: (who in already, people[who][0], load.get(who, 0), who))
        return [(who, people[who][1]) for who in order]

    async def _call(self, incident: Incident, called: Sequence[Called], *, step_number: int) -> None:
        for each in called:
            for messenger in self._messengers:
                try:
                    await messenger.call(self._tenant, each.person, incident, each.why)
                except QuarterdeckError as error:
                    _log.warning("calling.failed", incident=incident.id, code=error.code, why=error.message)
        names = ", ".join(f"{each.person} ({each.why})" for each in called)
        text = f"Called {names}." if called else "Nobody is on call who could be called."
        key = f"call:{incident.id}:{step_number}"
        act = Act(tenant=self._tenant, source="quarterdeck", key=key)
        await self._incidents.record(act, Happening.DUTY, text, incident=incident.id, trusted=True)
