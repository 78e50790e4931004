"""What surfaces ask of the rooms. Whether somebody may is for the incident desk to say, and is asked first."""

from collections.abc import Callable, Mapping
from typing import Protocol

from bot.incidents.rooms.ports import Facts
from bot.incidents.rooms.telling import Teller
from bot.incidents.rooms.terms import RoomTerms
from bot.surfaces.incidents import Act, IncidentDesk
from bot.surfaces.venues import Notice, RoomView, Said, Venue
from memory.canonical import digest
from memory.clock import Clock
from memory.errors import InvalidInput, NotFound, PolicyDenied
from memory.model.evidence import Evidence
from memory.model.incident import Happening, Incident, TimelineEntry
from memory.model.people import Principal
from memory.model.war_room import RoomPost, RoomRecord, WarRoom

LONGEST_UPDATE = 4000
NOTING = "incident.note"
MOST_ALERTS = 50


class Recording(Protocol):
    """Has timelines, and puts what happened elsewhere into them."""

    async def entry(self, tenant: str, entry: str) -> TimelineEntry:
        """Return one entry; raises `NotFound`."""

    async def record(
        self, act: Act, kind: Happening, text: str, *, incident: str | None = None, trusted: bool = False
    ) -> TimelineEntry:
        """Put it in, once by the act's key."""


class Records(Protocol):
    """Knows which rooms there are, and what was said in those that have no chat of their own."""

    async def of(self, tenant: str, incident: str) -> tuple[RoomRecord, ...]:
        """Return an incident's rooms, the first first."""

    async def at(self, tenant: str, venue: str, place: str) -> RoomRecord | None:
        """Return the latest room that stands there."""

    async def posts(self, tenant: str, incident: str, limit: int = 50) -> tuple[RoomPost, ...]:
        """Return what was said last."""


class RoomCounter:
    """Serves `bot.surfaces.venues.RoomDesk`."""

    def __init__(
        self,
        desk: IncidentDesk,
        recording: Recording,
        records: Records,
        venues: Mapping[str, Venue],
        *,
        teller: Teller,
        facts: Facts,
        terms: RoomTerms,
        clock: Clock,
        permitted: Callable[[Principal], frozenset[str]],
    ) -> None:
        self._permitted = permitted
        self._desk = desk
        self._recording = recording
        self._records = records
        self._venues = venues
        self._teller = teller
        self._facts = facts
        self._terms = terms
        self._clock = clock

    async def at(self, tenant: str, venue: str, place: str) -> WarRoom | None:
        """Return the room that a place is."""
        found = await self._records.at(tenant, venue, place)
        return found.room if found else None

    async def of(self, person: Principal, incident: str) -> RoomView:
        """Return how an incident's rooms stand."""
        found = await self._desk.incident(person, incident)
        records = await self._records.of(found.tenant, found.id)
        summaries = {each.post for each in records}  # shown by itself
        posts = await self._records.posts(found.tenant, found.id)
        return RoomView(
            rooms=tuple(each.room for each in records if each.room and each.over_at is None),
            unfinished=tuple(
                fitting for each in records if each.over_at is None for fitting in each.fittings if fitting.failure
            ),
            alerts=await self._facts.alerts(found.tenant, found.alerts[:MOST_ALERTS]),
            names=self._teller.names(found),
            said=tuple(_said(each) for each in posts if each.key not in summaries),
            update_minutes=round(self._terms.cadence(found.severity).total_seconds() / 60),
        )

    async def source(self, person: Principal, incident: str, source: str) -> TimelineEntry | Evidence:
        """Return what a summary cites."""
        found = await self._desk.incident(person, incident)
        evidence = await self._facts.evidence(found.tenant, (source,))
        if evidence:
            return evidence[0]
        entry = await self._recording.entry(found.tenant, source)
        if entry.incident != found.id:
            raise NotFound(f"expected an entry of incident {found.number}, found one of another")
        return entry

    async def living(self, person: Principal, incident: str) -> Notice:
        """Return the living summary."""
        return (await self._teller.living(await self._desk.incident(person, incident))).summary

    async def review(self, person: Principal, incident: str) -> Notice:
        """Return the review."""
        return await self._teller.review(await self._desk.incident(person, incident))

    async def catch_up(self, person: Principal, incident: str) -> Notice:
        """Return what this person has to know."""
        return await self._teller.catch_up(await self._desk.incident(person, incident), person.id)

    async def hand_over(self, person: Principal, incident: str) -> Notice:
        """Say the note for whoever takes over in the room, and return it."""
        found = await self._desk.incident(person, incident)
        await self._desk.note(person, found.id, "Handing over: the note stands in the room.")
        note = await self._teller.hand_over(found)
        await self._say(found, note)
        return note

    async def public_update(self, person: Principal, incident: str) -> str:
        """Return a draft."""
        return await self._teller.public(await self._desk.incident(person, incident))

    async def told(self, person: Principal, incident: str, text: str) -> TimelineEntry:
        """Note that people outside were told."""
        words = text.strip()
        if not words or len(words) > LONGEST_UPDATE:
            raise InvalidInput(f"expected what people were told, of at most {LONGEST_UPDATE} letters")
        if NOTING not in self._permitted(person):
            raise PolicyDenied(f"expected somebody who may write into timelines, found {person.id}")
        found = await self._desk.incident(person, incident)
        now = self._clock.now()
        key = ":".join((found.id, "told", digest([words, now.isoformat(timespec="minutes")])[:16]))
        act = Act(tenant=found.tenant, by=person.id, source="person", key=key, at=now)
        return await self._recording.record(act, Happening.UPDATE, words, incident=found.id, trusted=True)

    async def _say(self, incident: Incident, notice: Notice) -> None:
        """Say something where the incident is worked on; raises what the venue raises."""
        for record in await self._records.of(incident.tenant, incident.id):
            venue = self._venues.get(record.venue)
            if record.room is not None and record.over_at is None and venue is not None:
                key = ":".join((incident.id, "note", digest(notice.text)[:16]))
                await venue.say(record.room, notice, key=key)


def _said(post: RoomPost) -> Said:
    return Said(at=post.at, notice=Notice.model_validate_json(post.notice))
