"""What a room is furnished with: for each fixture what has to stand there, and how it is put up.

Putting something up again finds what was put up before. Nothing is decided here about when, or how often.
"""

from collections.abc import Awaitable, Callable
from typing import Protocol

from bot.incidents.rooms import wording
from bot.incidents.rooms.ports import Facts, Looker, OnCall, People, Shelf
from bot.incidents.rooms.scene import Change, Scene
from bot.incidents.rooms.terms import RoomTerms, over
from bot.surfaces.incidents import Act
from bot.surfaces.venues import Notice, Opening
from memory.canonical import digest
from memory.errors import AuthenticationFailed
from memory.model.incident import Duty, Incident
from memory.model.people import Principal
from memory.model.war_room import Fixture, RoomRecord

OPEN = "open"
ONCE = "once"


class Changing(Protocol):
    """Changes incidents."""

    async def join(self, act: Act, incident: str, thread: str) -> Incident:
        """Tie a conversation to one."""

    async def assign(self, act: Act, incident: str, duty: Duty, person: str | None) -> Incident:
        """Give a duty to a principal."""


class Fixtures:
    """Knows what a room needs."""

    def __init__(
        self,
        incidents: Changing,
        people: People,
        facts: Facts,
        terms: RoomTerms,
        *,
        on_call: OnCall | None = None,
        looker: Looker | None = None,
        shelf: Shelf | None = None,
        safe: Callable[[str], str] = lambda _: "",
    ) -> None:
        self._incidents = incidents
        self._people = people
        self._facts = facts
        self._terms = terms
        self._on_call = on_call
        self._looker = looker
        self._shelf = shelf
        self._safe = safe
        self._putting: dict[Fixture, Callable[[Scene], Awaitable[Change]]] = {
            Fixture.ROOM: self._open,
            Fixture.DUTIES: self._assign,
            Fixture.TOPIC: self._topic,
            Fixture.SUMMARY: self._summary,
            Fixture.PEOPLE: self._invite,
            Fixture.LINKS: self._bookmark,
            Fixture.EVIDENCE: self._look,
            Fixture.RUNBOOK: self._runbook,
            Fixture.FAREWELL: self._farewell,
            Fixture.CLOSED: self._close,
        }

    def wanted(self, scene: Scene, fixture: Fixture) -> str:
        """Return what has to stand there, as a digest or a word; empty where nothing is wanted now."""
        incident, record = scene.incident, scene.record
        ended = over(incident)
        match fixture:
            case Fixture.ROOM:
                return "" if ended else ONCE
            case Fixture.FAREWELL:
                said = record.fitting(Fixture.FAREWELL).stands
                return digest([incident.status.value, str(incident.resolved_at)]) if ended else said and OPEN
            case Fixture.CLOSED:
                said_at = record.fitting(Fixture.FAREWELL).at
                late = said_at is not None and scene.now >= said_at + self._terms.linger
                return ONCE if ended and late else ""
            case Fixture.SUMMARY:
                shown = scene.told.summary if scene.told else self._bare(scene)
                return digest(shown.model_dump(mode="json"))
            case Fixture.TOPIC:
                return digest(wording.topic(incident, scene.names))
            case _:
                return "" if ended else self._furniture(incident, fixture)

    async def put(self, scene: Scene, fixture: Fixture) -> Change:
        """Put it up, and return what is to be remembered of that. Raises what the venue and the house raise."""
        return await self._putting[fixture](scene)

    def _furniture(self, incident: Incident, fixture: Fixture) -> str:
        match fixture:
            case Fixture.PEOPLE:
                return digest(sorted({*incident.duties.values(), incident.declared_by}))
            case Fixture.LINKS:
                return digest([self._terms.page(incident), self._terms.links, list(incident.alerts)])
            case Fixture.EVIDENCE:
                return ONCE if self._looker and self._reader(incident) else ""
            case Fixture.RUNBOOK:
                return ONCE if self._shelf else ""
            case _:
                return ONCE

    async def _open(self, scene: Scene) -> Change:
        incident = scene.incident
        opening = Opening(
            tenant=incident.tenant,
            incident=incident.id,
            number=incident.number,
            title=incident.title,
            severity=incident.severity,
            turn=scene.record.turn,
            thread=incident.threads[0] if incident.threads else None,
            private=self._terms.private,
        )
        room = await scene.venue.open(opening)
        joining = Act(tenant=incident.tenant, source="rooms", key=scene.key("joined"))
        await self._incidents.join(joining, incident.id, incident.id)  # what is said on its page is about it
        return lambda record: record.model_copy(update={"room": room})

    async def _assign(self, scene: Scene) -> Change:
        incident = scene.incident
        declarer = self._known(incident, incident.declared_by)
        if declarer is not None and Duty.COMMANDER not in incident.duties and scene.record.turn == 1:
            act = Act(tenant=incident.tenant, source="rooms", key=scene.key("commander"))
            await self._incidents.assign(act, incident.id, Duty.COMMANDER, declarer.id)
        return _same

    async def _topic(self, scene: Scene) -> Change:
        await scene.venue.topic(scene.room, wording.topic(scene.incident, scene.names))
        return _same

    async def _summary(self, scene: Scene) -> Change:
        notice = scene.told.summary if scene.told else self._bare(scene)
        post = scene.record.post or await scene.venue.say(scene.room, notice, key=scene.key("summary"))
        if not scene.record.post:
            await scene.venue.pin(scene.room, post)
        await scene.venue.summarise(scene.room, notice, post=post)
        return lambda record: record.model_copy(update={"post": post})

    async def _invite(self, scene: Scene) -> Change:
        incident = scene.incident
        wanted = [*incident.duties.values(), incident.declared_by]
        if self._on_call is not None:
            wanted += await self._on_call.people(incident.tenant, incident.services, scene.now)
        known = [each for each in dict.fromkeys(wanted) if self._known(incident, each)]
        new = tuple(each for each in known if each not in scene.record.people)
        if new:
            absent = await scene.venue.invite(scene.room, new)
            if absent:
                names = [self._people.name(incident.tenant, each) for each in absent]
                key = scene.key("absent", digest(sorted(absent))[:12])
                await scene.venue.say(scene.room, wording.absent(names), key=key)
        return lambda record: record.model_copy(update={"people": tuple(dict.fromkeys((*record.people, *new)))})

    async def _bookmark(self, scene: Scene) -> Change:
        incident = scene.incident
        links = {"Incident in Quarterdeck": self._terms.page(incident)} | self._filled(incident)
        for alert in await self._facts.alerts(incident.tenant, incident.alerts):
            for link in alert.links:
                if self._safe(link.href):
                    links.setdefault(f"{link.rel.capitalize()} of {alert.name}"[:100], link.href)
        for title, href in links.items():
            await scene.venue.bookmark(scene.room, title, href)
        return _same

    def _filled(self, incident: Incident) -> dict[str, str]:
        service = incident.services[0] if incident.services else ""
        values = {"{service}": service, "{environment}": incident.environment or ""}
        filled = {}
        for title, address in self._terms.links.items():
            for name, value in values.items():
                address = address.replace(name, value)  # noqa: PLW2901 - filled in one by one
            filled[title] = address
        return filled

    async def _look(self, scene: Scene) -> Change:
        reader = self._reader(scene.incident)
        if self._looker is not None and reader is not None:
            await self._said(scene, await self._looker.look(scene.incident, reader), "evidence")
        return _same

    async def _runbook(self, scene: Scene) -> Change:
        if self._shelf is not None:
            alerts = await self._facts.alerts(scene.incident.tenant, scene.incident.alerts)
            await self._said(scene, await self._shelf.likely(scene.incident, alerts), "runbook")
        return _same

    async def _farewell(self, scene: Scene) -> Change:
        incident = scene.incident
        if over(incident):
            notice, name = wording.farewell(incident, self._terms, scene.names), "over"
        else:
            notice, name = wording.open_again(incident, self._terms.page(incident)), OPEN
        await scene.venue.say(scene.room, notice, key=scene.key(name, str(incident.version)))
        return _same

    async def _close(self, scene: Scene) -> Change:
        await scene.venue.close(scene.room)
        return lambda record: record.model_copy(update={"over_at": scene.now})

    async def _said(self, scene: Scene, notice: Notice | None, name: str) -> None:
        if notice is not None:
            await scene.venue.say(scene.room, notice, key=scene.key(name))

    def _bare(self, scene: Scene) -> Notice:
        return wording.bare(scene.incident, self._terms.page(scene.incident), scene.now)

    def _reader(self, incident: Incident) -> Principal | None:
        """Return on whose behalf is looked: whoever commands or declared it, or whom the settings name."""
        wanted = (incident.duties.get(Duty.COMMANDER), incident.declared_by, self._terms.reader)
        return next((found for each in wanted if each and (found := self._known(incident, each))), None)

    def _known(self, incident: Incident, person: str) -> Principal | None:
        try:
            return self._people.person(incident.tenant, person)
        except AuthenticationFailed:
            return None


def _same(record: RoomRecord) -> RoomRecord:
    return record
