"""What is said in a room as time goes by: updates on a cadence, and reminders."""

from datetime import datetime

from bot.incidents.rooms import pacing, wording
from bot.incidents.rooms.scene import Scene
from bot.incidents.rooms.telling import Told
from bot.incidents.rooms.terms import RoomTerms, over
from memory.model.incident import Duty, Incident
from memory.model.war_room import Reminder

_WHOSE = {
    Reminder.COMMANDER: (),
    Reminder.UPDATE: (Duty.COMMUNICATIONS, Duty.COMMANDER),
    Reminder.NEXT_STEP: (Duty.COMMANDER,),
}


class Rounds:
    """Goes round the rooms. Everything is said once, whoever says it, however often this is asked."""

    def __init__(self, terms: RoomTerms) -> None:
        self._terms = terms

    async def make(self, scene: Scene) -> None:
        """Say what is due in a room that stands. Raises what its venue raises; the next round tries again."""
        if scene.told is None or over(scene.incident):
            return
        if pacing.update_due(scene.incident, scene.record, self._terms, scene.now):
            await self._update(scene, scene.told)
        for which, since in list(
            pacing.due(scene.incident, scene.record, scene.told.pulse, self._terms, scene.now)
        ):
            await self._remind(scene, which, since)

    async def _update(self, scene: Scene, told: Told) -> None:
        before = scene.record.updated_at or scene.record.created_at
        page, again = self._terms.page(scene.incident), scene.now + self._terms.cadence(scene.incident.severity)
        if told.pulse.newest is None or told.pulse.newest <= before:
            notice = wording.nothing_new(before, again, page, scene.now)
        else:
            notice = wording.update(told.summary, again, scene.now)
        await scene.venue.say(scene.room, notice, key=scene.key("update", _stamp(before)))
        await scene.book.change(lambda record: record.model_copy(update={"updated_at": scene.now}))

    async def _remind(self, scene: Scene, which: Reminder, since: datetime) -> None:
        record = scene.record
        serial = str(pacing.times(record, which, since) + 1)
        people = _whose(scene.incident, which) or record.people[:1]
        notice = wording.reminder(which, self._terms.page(scene.incident), people, since)
        await scene.venue.say(scene.room, notice, key=scene.key("remind", which.value, _stamp(since), serial))
        await scene.book.change(lambda now: pacing.reminded(now, which, since, scene.now))


def _whose(incident: Incident, which: Reminder) -> tuple[str, ...]:
    """Return whose duty it is; the first duty that somebody has."""
    return tuple(incident.duties[each] for each in _WHOSE[which] if each in incident.duties)[:1]


def _stamp(at: datetime) -> str:
    return str(int(at.timestamp()))
