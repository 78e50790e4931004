"""What people do to incidents says of their alerts: merging and splitting teach, declaring from alerts ties them.

It follows the ledger, in which every such change stands, whichever process made it: each is learned from once, in
the transaction that says so, and what is learned is in the store for whoever sorts.
"""

from typing import Final

import structlog

from agents.triage.grouping import lessons_of
from agents.triage.likeness import trait
from memory.clock import Clock
from memory.errors import LogMalformed
from memory.ids import derived
from memory.model.bodies import EntryKind, IncidentChanged
from memory.model.incident import IncidentChange
from memory.model.record import LogFilter, Recorded
from memory.model.triage import AlertGroup, AlertRecord, Lesson, LessonKind, Trait
from memory.store import Store, Unit

BATCH: Final = 400  # ledger entries

_log = structlog.get_logger(__name__)


class Teaching:
    """Learns from one tenant's people."""

    def __init__(self, store: Store, tenant: str, clock: Clock) -> None:
        self._store = store
        self._tenant = tenant
        self._clock = clock

    async def catch_up(self) -> int:
        """Learn from everything that was done to incidents until now; return how many changes taught something."""
        learned = 0
        while (before := await self._store.alert_lessons.learned(self._tenant)) < (end := await self._end()):
            asked = LogFilter(kinds=(EntryKind.INCIDENT,), end=end)
            found = await self._store.ledger.matching(self._tenant, asked, before, BATCH)
            following = found[-1].receipt.index + 1 if len(found) == BATCH else end
            learned += await self._learn(found, before, following)
        return learned

    async def _end(self) -> int:
        return (await self._store.ledger.head(self._tenant)).size

    async def _learn(self, found: tuple[Recorded, ...], before: int, following: int) -> int:
        """Learn from a batch, and say how far that reaches; nothing where another process did so meanwhile."""
        people = await self._store.pseudonyms.people(self._tenant, {each.entry.actor for each in found})
        learned = 0
        async with self._store.transaction() as unit:
            if not await unit.alert_lessons.learn(self._tenant, before, following):
                return 0
            for each in found:
                by = people.get(each.entry.actor, each.entry.actor)
                learned += await self._of(unit, each, by)
        if learned:
            _log.info("alerts.learned", changes=learned)
        return learned

    async def _of(self, unit: Unit, recorded: Recorded, by: str) -> bool:
        """Learn from one change of an incident, and return whether it teaches anything."""
        told = _change(recorded)
        if told is not None and told.change is IncidentChange.DECLARED and told.other is None:
            await self._declared(unit, told.incident, told.alerts)
        if told is None or told.other is None:
            return False
        match told.change:
            case IncidentChange.MERGED:
                await self._merged(unit, told.incident, told.other, by)
            case IncidentChange.SPLIT:
                await self._split(unit, told.incident, told.other, by)
            case IncidentChange.SEPARATED:
                await self._separated(unit, told.incident, told.other, by)
            case _:
                return False
        return True

    async def _declared(self, unit: Unit, incident: str, alerts: tuple[str, ...]) -> None:
        """Tie the groups of alerts that somebody declared an incident from to it, so that it hears of them."""
        found = await unit.alerts.many(self._tenant, alerts) if alerts else {}
        names = {each.group for each in found.values() if each.group}
        for group in await unit.alert_groups.many(self._tenant, names):
            if group.incident is None:
                await unit.alert_groups.put(group.model_copy(update={"incident": incident, "behind": True}))

    async def _merged(self, unit: Unit, incident: str, into: str, by: str) -> None:
        """Learn that the alerts of both belong together, and tie the groups of the first to the other."""
        gone = await unit.alert_groups.of_incident(self._tenant, incident)
        kept = await unit.alert_groups.of_incident(self._tenant, into)
        await self._teach(unit, LessonKind.TOGETHER, gone, kept, by, (incident, into))
        for group in gone:
            await unit.alert_groups.put(group.model_copy(update={"incident": into}))

    async def _split(self, unit: Unit, incident: str, apart: str, by: str) -> None:
        """Learn that what was taken out is another matter, and give it a group of its own, once."""
        name = derived("grp", self._tenant, incident, apart)
        taken = (await unit.incidents.get(self._tenant, apart)).alerts
        moved = list((await unit.alerts.many(self._tenant, taken)).values())
        if not moved or await unit.alert_groups.many(self._tenant, {name}):
            return
        kept = list[AlertGroup]()
        for group in await unit.alert_groups.of_incident(self._tenant, incident):
            kept.append(await self._left(unit, group, moved))
        new = await self._regrouped(unit, moved, apart, name)
        if new is not None:
            await self._teach(unit, LessonKind.APART, [new], kept, by, (incident, apart))

    async def _separated(self, unit: Unit, whence: str, incident: str, by: str) -> None:
        """Take back what merging these two taught."""
        both = {whence, incident}
        for lesson in await unit.alert_lessons.of(self._tenant):
            if {lesson.incident, lesson.other_incident} == both and lesson.withdrawn_by is None:
                await unit.alert_lessons.withdraw(self._tenant, lesson.id, by, self._clock.now())

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

    async def _regrouped(
        self, unit: Unit, moved: list[AlertRecord], incident: str, name: str
    ) -> AlertGroup | None:
        whole = await unit.alert_groups.many(self._tenant, {each.group for each in moved if each.group})
        if not whole:
            return None
        firing = sum(each.alert.ended_at is None for each in moved)
        changes = {
            "id": name,
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


def _change(recorded: Recorded) -> IncidentChanged | None:
    """Return what was done to an incident, None where nobody can tell: that teaches nothing, ever."""
    try:
        told = recorded.entry.told()
    except LogMalformed:
        return None
    return told if isinstance(told, IncidentChanged) else None


def _traits(records: list[AlertRecord]) -> tuple[Trait, ...]:
    found = {_said(kind): kind for each in records for kind in (trait(each.alert),)}
    return tuple(found[each] for each in sorted(found))[:50]


def _said(kind: Trait) -> tuple[str, str]:
    return kind.service, kind.name
