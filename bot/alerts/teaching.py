"""What merging and splitting incidents teaches about their alerts, and what taking it back takes back.

It hears the bus. What it misses is one lesson less, and no harm: people merge again.
"""

from typing import Final

import structlog

from agents.triage.grouping import lessons_of
from agents.triage.likeness import trait
from memory.clock import Clock
from memory.errors import QuarterdeckError
from memory.ids import Ids, derived
from memory.model.incident import IncidentChange
from memory.model.record import SYSTEM, Event
from memory.model.triage import AlertGroup, AlertRecord, Lesson, LessonKind, Trait
from memory.store import Store, Unit

_HEARD: Final = frozenset(
    {IncidentChange.MERGED.value, IncidentChange.SPLIT.value, IncidentChange.SEPARATED.value}
)

_log = structlog.get_logger(__name__)


class Teaching:
    """Learns from one tenant's people."""

    def __init__(self, store: Store, tenant: str, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._tenant = tenant
        self._clock = clock
        self._ids = ids

    async def heard(self, event: Event) -> None:
        """Learn from what happened to an incident, where that teaches something."""
        change, other = str(event.body.get("change", "")), event.body.get("into")
        by = str(event.body.get("by", SYSTEM))
        if change not in _HEARD or not isinstance(other, str) or event.thread is None:
            return
        try:
            if change == IncidentChange.MERGED:
                await self.merged(event.thread, other, by)
            elif change == IncidentChange.SPLIT:
                await self.split(event.thread, other, by)
            else:
                await self.separated(event.thread, other, by)
        except QuarterdeckError as error:
            _log.warning("alerts.lesson_lost", incident=event.thread, code=error.code, why=error.message)

    async def merged(self, incident: str, into: str, by: str) -> None:
        """Learn that the alerts of both belong together, and tie the groups of the first to the other."""
        async with self._store.transaction() as unit:
            gone = await unit.alert_groups.of_incident(self._tenant, incident)
            kept = await unit.alert_groups.of_incident(self._tenant, into)
            await self._teach(unit, LessonKind.TOGETHER, gone, kept, by, (incident, into))
            for group in gone:
                await unit.alert_groups.put(group.model_copy(update={"incident": into}))

    async def split(self, incident: str, apart: str, by: str) -> None:
        """Learn that what was taken out is another matter, and give it a group of its own."""
        async with self._store.transaction() as unit:
            taken = (await unit.incidents.get(self._tenant, apart)).alerts
            moved = list((await unit.alerts.many(self._tenant, taken)).values())
            if not moved:
                return
            kept = list[AlertGroup]()
            for group in await unit.alert_groups.of_incident(self._tenant, incident):
                kept.append(await self._left(unit, group, moved))
            new = await self._regrouped(unit, moved, apart)
            if new is not None:
                await self._teach(unit, LessonKind.APART, [new], kept, by, (incident, apart))

    async def separated(self, whence: str, incident: str, by: str) -> None:
        """Take back what merging these two taught."""
        both = {whence, incident}
        for lesson in await self._store.alert_lessons.of(self._tenant):
            if {lesson.incident, lesson.other_incident} == both and lesson.withdrawn_by is None:
                await self._store.alert_lessons.withdraw(self._tenant, lesson.id, by, self._clock.now())

    async def _left(self, unit: Unit, group: AlertGroup, moved: list[AlertRecord]) -> AlertGroup:
        """Return a group without the alerts that were taken out of it."""
        gone = {each.alert.id for each in moved if each.group == group.id}
        firing = sum(each.alert.id in gone and each.alert.ended_at is None for each in moved)
        page = await unit.alerts.page(self._tenant, group=group.id, limit=200)
        traits = _traits([each for each in page.items if each.alert.id not in gone])
        left = max(group.firing - firing, 0)
        changes = {
            "members": tuple(each for each in group.members if each not in gone),
            "count": max(group.count - len(gone), 0),
            "firing": left,
            "open": left > 0,
            "traits": traits,
        }
        after = group.model_copy(update=changes)
        await unit.alert_groups.put(after)
        return after

    async def _regrouped(self, unit: Unit, moved: list[AlertRecord], incident: str) -> AlertGroup | None:
        whole = await unit.alert_groups.many(self._tenant, {each.group for each in moved if each.group})
        if not whole:
            return None
        firing = sum(each.alert.ended_at is None for each in moved)
        changes = {
            "id": self._ids.new("grp"),
            "incident": incident,
            "services": tuple(sorted({each.alert.service for each in moved if each.alert.service})),
            "traits": _traits(moved),
            "members": tuple(each.alert.id for each in moved),
            "count": len(moved),
            "firing": firing,
            "open": firing > 0,
            "reasons": ("somebody split it off",),
        }
        group = whole[0].model_copy(update=changes)
        await unit.alert_groups.put(group)
        await unit.alerts.put([each.model_copy(update={"group": group.id}) for each in moved])
        return group

    async def _teach(
        self,
        unit: Unit,
        kind: LessonKind,
        groups: "tuple[AlertGroup, ...] | list[AlertGroup]",
        others: "tuple[AlertGroup, ...] | list[AlertGroup]",
        by: str,
        incidents: tuple[str, str],
    ) -> None:
        now = self._clock.now()
        for one, other in lessons_of(kind, groups, others):
            lesson = Lesson(
                id=derived("les", self._tenant, *incidents, kind.value, *_said(one), *_said(other)),
                tenant=self._tenant,
                kind=kind,
                one=one,
                other=other,
                taught_by=by,
                taught_at=now,
                incident=incidents[0],
                other_incident=incidents[1],
            )
            await unit.alert_lessons.teach(lesson)


def _traits(records: list[AlertRecord]) -> tuple[Trait, ...]:
    found = {_said(kind): kind for each in records for kind in (trait(each.alert),)}
    return tuple(found[each] for each in sorted(found))[:50]


def _said(kind: Trait) -> tuple[str, str]:
    return kind.service, kind.name
