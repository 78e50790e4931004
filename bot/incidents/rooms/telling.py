"""What there is to say of an incident: its timeline and evidence, read and made into summaries.

Reading a long timeline takes a while, so whoever asks again and again gets what was read before until it is stale.
"""

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from agents.summaries import Account, Document, catch_up, hand_over, living, public_update, review, understand
from bot.incidents.rooms.pacing import Pulse, pulse
from bot.incidents.rooms.ports import Facts, People
from bot.incidents.rooms.terms import RoomTerms
from bot.incidents.rooms.wording import told
from bot.surfaces.venues import Notice
from memory.clock import Clock
from memory.errors import QuarterdeckError
from memory.model.evidence import Evidence
from memory.model.incident import Incident, TimelineEntry

MOST_EVIDENCE: Final = 60
FRESH: Final = timedelta(seconds=20)  # a summary that nobody called stale is good for so long
NEVER: Final = timedelta(seconds=1)  # before the first thing that happened
RESTING: Final = timedelta(seconds=3)  # between two summaries of one incident

_log = structlog.get_logger(__name__)


class Timelines(Protocol):
    """Has what happened in incidents."""

    async def entries(
        self, tenant: str, incident: str, since: datetime | None = None
    ) -> tuple[TimelineEntry, ...]:
        """Return everything of one incident, in order."""


@dataclass(frozen=True)
class Told:
    """The living summary of a moment, and how lively the incident is."""

    summary: Notice
    pulse: Pulse


class Teller:
    """Reads timelines and tells them."""

    def __init__(self, timelines: Timelines, facts: Facts, people: People, terms: RoomTerms, clock: Clock) -> None:
        self._timelines = timelines
        self._facts = facts
        self._people = people
        self._terms = terms
        self._clock = clock

    async def living(self, incident: Incident) -> Told:
        """Return what those who work on it have to know."""
        account = await self._account(incident)
        return Told(self._notice(incident, living(understand(account))), pulse(account.timeline))

    async def catch_up(self, incident: Incident, person: str) -> Notice:
        """Return what a person missed since they last did something in it, or all of it where they never did."""
        account = await self._account(incident)
        own = (entry.recorded_at for entry in account.timeline if entry.author == person)
        since = max(
            own, default=min((entry.at for entry in account.timeline), default=incident.started_at) - NEVER
        )
        return self._notice(incident, catch_up(understand(account), since))

    async def hand_over(self, incident: Incident) -> Notice:
        """Return what whoever takes over has to know."""
        return self._notice(incident, hand_over(understand(await self._account(incident))))

    async def review(self, incident: Incident) -> Notice:
        """Return what is to be learned of it."""
        return self._notice(incident, review(understand(await self._account(incident))))

    async def public(self, incident: Incident) -> str:
        """Return what people outside might be told, without what is only ours to know."""
        document = public_update(understand(await self._account(incident)))
        paragraphs = (" ".join(each.text for each in section.sentences) for section in document.sections)
        return "\n\n".join(filter(None, paragraphs))

    def names(self, incident: Incident) -> dict[str, str]:
        """Return what people call those who have to do with it."""
        about = (*incident.duties.values(), incident.declared_by)
        return {each: self._people.name(incident.tenant, each) for each in about}

    async def _account(self, incident: Incident) -> Account:
        timeline = await self._timelines.entries(incident.tenant, incident.id)
        return Account(
            incident=incident,
            timeline=timeline,
            evidence=await self._evidence(incident.tenant, timeline),
            now=self._clock.now(),
            people=self._named(incident, timeline),
            cadence=self._terms.cadence(incident.severity),
        )

    async def _evidence(self, tenant: str, timeline: tuple[TimelineEntry, ...]) -> dict[str, Evidence]:
        ids = dict.fromkeys(each for entry in reversed(timeline) for each in entry.evidence)
        found = await self._facts.evidence(tenant, tuple(ids)[:MOST_EVIDENCE])
        return {each.id: each for each in found}

    def _named(self, incident: Incident, timeline: tuple[TimelineEntry, ...]) -> dict[str, str]:
        authors = {entry.author for entry in timeline if entry.author}
        return self.names(incident) | {each: self._people.name(incident.tenant, each) for each in authors}

    def _notice(self, incident: Incident, document: Document) -> Notice:
        return told(document, self._terms.page(incident), title=document.title or incident.title)


class Lately:
    """What was told lately, so that a long timeline is not read again for nothing."""

    def __init__(self, teller: Teller, clock: Clock) -> None:
        self._teller = teller
        self._clock = clock
        self._told: dict[str, tuple[datetime, Told]] = {}
        self._stale: set[str] = set()

    def stale(self, incident: str) -> None:
        """Say that what was told of an incident is out of date."""
        self._stale.add(incident)

    def keep_only(self, incidents: Container[str]) -> None:
        """Forget what was told of all others."""
        self._told = {each: told for each, told in self._told.items() if each in incidents}
        self._stale = {each for each in self._stale if each in incidents}

    async def living(self, incident: Incident) -> Told | None:
        """Return the living summary, None where it cannot be made; it may be a few seconds old."""
        now, known = self._clock.now(), self._told.get(incident.id)
        if known is not None:
            age = now - known[0]
            if age < RESTING or (age < FRESH and incident.id not in self._stale):
                return known[1]
        self._stale.discard(incident.id)
        try:
            told = await self._teller.living(incident)
        except QuarterdeckError as error:
            _log.warning("room.untold", incident=incident.id, code=error.code, why=error.message)
            return known[1] if known else None
        self._told[incident.id] = (now, told)
        return told
