"""Groups become incidents, and incidents are told what came of their alerts. Doing it again changes nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import structlog

from agents.triage import TriageRules
from bot.surfaces.incidents import Act, Declaration
from memory.clock import Clock
from memory.errors import Conflict, InvalidInput, NotFound
from memory.model.alert import Alert, AlertStatus
from memory.model.incident import Happening, Incident, IncidentStatus, TimelineEntry
from memory.model.record import SYSTEM
from memory.model.triage import AlertGroup, AlertNews, AlertRecord
from memory.store import Store

AT_ONCE = 10  # alerts that an incident is told of in one transaction: sources wait for their turn to write

_log = structlog.get_logger(__name__)


class IncidentBook(Protocol):
    """What alerts need of incidents (`bot.incidents.Incidents` has it)."""

    async def get(self, tenant: str, incident: str) -> Incident:
        """Return one by its id; raises `NotFound`."""

    async def declare(self, act: Act, wanted: Declaration, alerts: Sequence[Alert] = ()) -> Incident:
        """Declare one, once under a key."""

    async def attach(self, act: Act, incident: str, *alerts: Alert) -> Incident:
        """Say that alerts belong to it, or what became of those that do."""

    async def set_severity(self, act: Act, incident: str, severity: int, reason: str = "") -> Incident:
        """Say how bad it is."""

    async def reopen(self, act: Act, incident: str, reason: str = "") -> Incident:
        """Say that it is not over."""

    async def record(
        self, act: Act, kind: Happening, text: str, *, incident: str | None = None, trusted: bool = False
    ) -> TimelineEntry:
        """Put something that happened elsewhere into the timeline, once by the key."""

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
        """Put a change that was told of from outside in, once by the key."""


class Begun(Protocol):
    """What is told that alerts made an incident: whoever calls people."""

    async def begin(self, incident: Incident) -> None:
        """Begin to call people for it, once."""


class Declaring:
    """Tells incidents of one tenant's groups."""

    def __init__(
        self,
        store: Store,
        tenant: str,
        incidents: IncidentBook,
        rules: TriageRules,
        clock: Clock,
        begun: Begun | None = None,
    ) -> None:
        self._store = store
        self._tenant = tenant
        self._incidents = incidents
        self._rules = rules
        self._clock = clock
        self._begun = begun

    async def catch_up(self) -> None:
        """Tell every incident that is behind. One that cannot be told now is told the next time."""
        for group in await self._store.alert_groups.behind(self._tenant):
            try:
                await self._tell(group)
            except (Conflict, NotFound) as error:  # merged away or erased meanwhile: it is looked for anew
                _log.info("alerts.incident_moved", group=group.id, why=error.message)
                await self._follow(group)

    async def changed(self, news: Sequence[AlertNews]) -> None:
        """Put deploys and other changes that sources told of into the timeline."""
        for each in news:
            href = next((link.href for link in each.alert.links), "")
            try:
                await self._incidents.record_change(
                    self._act(f"chg:{each.id[:32]}", each.alert.source, each.at),
                    each.happening or Happening.DEPLOY,
                    each.alert.summary or each.alert.name,
                    service=each.alert.service,
                    environment=each.alert.environment,
                    href=href,
                )
            except (InvalidInput, Conflict) as error:
                _log.warning("alerts.change_lost", news=each.id, code=error.code, why=error.message)

    async def _tell(self, group: AlertGroup) -> None:
        members = await self._members(group)
        if group.incident is None:
            group = await self._declare(group, members)
        elif news := [each for each in members if each.turn > group.told_turns]:
            await self._attach(group, group.incident, news)
        more = max(group.count - self._rules.told_each, 0).bit_length()
        if group.incident is not None and more > group.counted:
            await self._count(group, group.incident, more)
        await self._caught_up(group, more)

    async def _declare(self, group: AlertGroup, members: Sequence[AlertRecord]) -> AlertGroup:
        """Declare the incident of a group that is bad enough; else leave it as it is."""
        firing = [each.alert for each in members if each.alert.status is AlertStatus.FIRING and not each.quiet]
        if group.severity > self._rules.declare_at or not firing:
            return group
        act = self._act(f"grp:{group.id}", firing[0].source)
        wanted = Declaration(
            title=group.title,
            severity=group.severity,
            services=group.services,
            environment=group.environment,
            started_at=min(group.started_at, self._clock.now()),
            alerts=tuple(each.id for each in firing),
        )
        incident = await self._incidents.declare(act, wanted, firing)
        if self._begun is not None:
            await self._begun.begin(incident)
        return group.model_copy(update={"incident": incident.id})

    async def _attach(self, group: AlertGroup, incident: str, members: Sequence[AlertRecord]) -> None:
        told = [each.alert for each in members if not each.quiet or each.alert.status is AlertStatus.RESOLVED]
        found: Incident | None = None
        for start in range(0, len(told), AT_ONCE):
            part = told[start : start + AT_ONCE]
            act = self._act(f"att:{group.id}:{part[-1].id}:{part[-1].status.value}", part[0].source)
            found = await self._incidents.attach(act, incident, *part)
        if found is None:
            return
        if found.status is IncidentStatus.RESOLVED and group.open:
            again = self._act(f"again:{group.id}:{group.updated_at.timestamp():.0f}", told[-1].source)
            found = await self._incidents.reopen(again, incident, "its alerts fire again")
        if group.severity < found.severity and found.declared_by == SYSTEM:
            worse = self._act(f"sev:{group.id}:{group.severity}", told[-1].source)
            await self._incidents.set_severity(worse, incident, group.severity, "; ".join(group.reasons[-2:]))

    async def _count(self, group: AlertGroup, incident: str, doubled: int) -> None:
        """Tell of the alerts that are not told of one by one, at each doubling of their number."""
        act = self._act(f"more:{group.id}:{doubled}", "quarterdeck")
        more = group.count - self._rules.told_each
        text = f"{more} more alerts belong to this incident; {group.firing} of {group.count} fire."
        await self._incidents.record(act, Happening.ALERT, text, incident=incident, trusted=True)

    async def _members(self, group: AlertGroup) -> tuple[AlertRecord, ...]:
        """Return the alerts that are told of one by one, what began first first."""
        found = (await self._store.alerts.many(self._tenant, group.members)).values()
        return tuple(sorted(found, key=lambda record: (record.alert.started_at, record.alert.id)))

    async def _caught_up(self, group: AlertGroup, counted: int) -> None:
        """Say that the incident knows all of it, unless more came meanwhile."""
        async with self._store.transaction() as unit:
            now = await unit.alert_groups.get(self._tenant, group.id)
            changes = {
                "incident": group.incident,
                "behind": now.turns != group.turns,
                "told_turns": group.turns if group.incident else 0,
                "counted": counted,
            }
            await unit.alert_groups.put(now.model_copy(update=changes))

    async def _follow(self, group: AlertGroup) -> None:
        """Tie a group to the incident that its own became part of, or to none where that is gone."""
        into: str | None = None
        if group.incident is not None:
            try:
                into = (await self._incidents.get(self._tenant, group.incident)).merged_into
            except NotFound:
                into = None
        async with self._store.transaction() as unit:
            now = await unit.alert_groups.get(self._tenant, group.id)
            behind = into is not None
            await unit.alert_groups.put(
                now.model_copy(update={"incident": into or now.incident, "behind": behind})
            )

    def _act(self, key: str, source: str, at: datetime | None = None) -> Act:
        moment = min(at, self._clock.now()) if at is not None else None
        return Act(tenant=self._tenant, source=source, key=key or None, at=moment)
