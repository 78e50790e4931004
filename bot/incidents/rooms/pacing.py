"""When people in a room are told how it stands, and when they are reminded. Reminders are few, and stop. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.incidents.rooms.terms import RoomTerms
from memory.model.incident import Duty, Happening, Incident, IncidentStatus, TimelineEntry
from memory.model.war_room import Reminded, Reminder, RoomRecord

MOST: Final = 3  # reminders of one thing, until it is seen to and due anew
UNLED: Final = timedelta(minutes=5)
_STEPS: Final = frozenset(
    {Happening.NOTE, Happening.DECISION, Happening.PROPOSAL, Happening.APPROVAL, Happening.EFFECT, Happening.DUTY}
)


@dataclass(frozen=True)
class Pulse:
    """What of a timeline says how lively an incident is: when the newest entry of each sort became known."""

    newest: datetime | None = None
    told: datetime | None = None  # people outside
    step: datetime | None = None  # somebody did something, or said what is done
    entries: int = 0


def pulse(entries: Iterable[TimelineEntry]) -> Pulse:
    """Return the pulse of a timeline."""
    newest = told = step = None
    count = 0
    for count, entry in enumerate(entries, start=1):  # noqa: B007 - the count is wanted after the loop
        known = entry.recorded_at
        newest = max(newest or known, known)
        if entry.kind is Happening.UPDATE:
            told = max(told or known, known)
        if entry.kind in _STEPS:
            step = max(step or known, known)
    return Pulse(newest=newest, told=told, step=step, entries=count)


def update_due(incident: Incident, record: RoomRecord, terms: RoomTerms, now: datetime) -> bool:
    """Return whether people in the room are to be told now how it stands."""
    return now - (record.updated_at or record.created_at) >= terms.cadence(incident.severity)


def due(
    incident: Incident, record: RoomRecord, seen: Pulse, terms: RoomTerms, now: datetime
) -> Iterator[tuple[Reminder, datetime]]:
    """Yield what people are to be reminded of now, and since when it has been wanting."""
    cadence = terms.cadence(incident.severity)
    since = max(record.created_at, seen.told or record.created_at)
    active = max(record.created_at, seen.step or record.created_at)
    wanting = {
        Reminder.COMMANDER: (Duty.COMMANDER not in incident.duties, record.created_at, UNLED),
        Reminder.UPDATE: (True, since, cadence),
        Reminder.NEXT_STEP: (incident.status is IncidentStatus.OPEN, active, 2 * cadence),
    }
    for which, (wants, from_when, after) in wanting.items():
        if wants and _again(_reminded(record, which, from_when), from_when, after, now):
            yield which, from_when


def reminded(record: RoomRecord, which: Reminder, since: datetime, now: datetime) -> RoomRecord:
    """Return the record with one more reminder; what was said of an earlier want counts no more."""
    before = _reminded(record, which, since)
    entry = Reminded(reminder=which, times=before.times + 1 if before else 1, at=now)
    rest = tuple(each for each in record.reminded if each.reminder is not which)
    return record.model_copy(update={"reminded": (*rest, entry)})


def times(record: RoomRecord, which: Reminder, since: datetime) -> int:
    """Return how often people were reminded of this want."""
    found = _reminded(record, which, since)
    return found.times if found else 0


def _reminded(record: RoomRecord, which: Reminder, since: datetime) -> Reminded | None:
    return next((each for each in record.reminded if each.reminder is which and each.at >= since), None)


def _again(last: Reminded | None, since: datetime, after: timedelta, now: datetime) -> bool:
    """Return whether the next reminder is due: after so long, then twice as long after each, but never many."""
    if last is None:
        return now - since >= after
    return last.times < MOST and now - last.at >= after * 2**last.times
