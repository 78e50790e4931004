"""The first look at an incident: its service as it is now, read through the gate on behalf of whoever takes care.

What is seen is put into the timeline with its evidence, so that summaries may rest on it.
"""

import re
from collections.abc import Mapping
from typing import Protocol

from agents.answer import Answer
from agents.case import Case
from agents.findings import findings
from agents.happenings import Told, told
from agents.investigator import diagnose
from agents.ports import Observer, Plans, Turn
from agents.recollection import Recollection
from bot.incidents.rooms.terms import RoomTerms
from bot.surfaces.incidents import Act
from bot.surfaces.venues import Notice, Source
from memory.clock import Clock
from memory.ids import derived
from memory.model.alert import Link
from memory.model.catalogue import Catalogue, Service
from memory.model.evidence import Evidence
from memory.model.incident import Happening, Incident, TimelineEntry
from memory.model.intent import Argument, Intent, IntentKind, Provenance
from memory.model.people import Principal, Surface
from memory.model.talk import Message
from memory.model.value import Identifier
from tools.contract import Capability

TOOL = "service.health"
LONGEST = 4000  # of a timeline entry
_CITATION = re.compile(r" ?\[([1-9][0-9]?)\]")


class Recording(Protocol):
    """Puts what was seen into timelines."""

    async def record(
        self,
        act: Act,
        kind: Happening,
        text: str,
        *,
        incident: str | None = None,
        evidence: tuple[Identifier, ...] = (),
        trusted: bool = False,
    ) -> TimelineEntry:
        """Put it in, once by the act's key."""


class FirstLook:
    """Serves `Looker`."""

    def __init__(
        self,
        observer: Observer,
        plans: Plans,
        catalogue: Catalogue,
        capabilities: Mapping[str, Capability],
        recording: Recording,
        *,
        terms: RoomTerms,
        clock: Clock,
    ) -> None:
        self._observer = observer
        self._plans = plans
        self._catalogue = catalogue
        self._capabilities = dict(capabilities)
        self._recording = recording
        self._terms = terms
        self._clock = clock

    async def look(self, incident: Incident, person: Principal) -> Notice | None:
        """Return what is seen of the service that most of the others of the incident lean on."""
        service = self._deepest(incident.services)
        if service is None or TOOL not in self._capabilities:
            return None
        case = self._case(incident, person, service)
        diagnosis = await diagnose(case, service)
        answer = findings(diagnosis, case.intent, self._catalogue, case.now)
        await self._recorded(incident, case, answer)
        for each in told(diagnosis, case.now):
            await self._investigated(incident, case, each)
        return self._notice(incident, service, answer)

    def _deepest(self, names: tuple[str, ...]) -> Service | None:
        known = [found for name in names if (found := self._catalogue.find(name)) is not None]
        leaning = {each.name: len({*names} & {*self._catalogue.dependants(each.name)}) for each in known}
        return max(known, key=lambda each: leaning[each.name], default=None)

    def _case(self, incident: Incident, person: Principal, service: Service) -> Case:
        text = f"what is wrong with {service.name}?"
        arguments = {"service": Argument(value=service.name, provenance=Provenance.CATALOGUE)}
        if incident.environment in service.environments:
            arguments["environment"] = Argument(value=incident.environment, provenance=Provenance.CATALOGUE)
        message = Message(
            id=derived("look", incident.tenant, incident.id),
            tenant=incident.tenant,
            thread=incident.threads[0] if incident.threads else incident.id,
            sender=person.id,
            surface=Surface.REST,
            text=text,
            at=self._clock.now(),
        )
        turn = Turn(message=message, principal=person, correlation=derived("cor", incident.tenant, incident.id))
        return Case(
            intent=Intent(text=text, kind=IntentKind.TOOL, tool=TOOL, arguments=arguments, confidence=1.0),
            turn=turn,
            now=message.at,
            catalogue=self._catalogue,
            capabilities=self._capabilities,
            observer=self._observer,
            plans=self._plans,
            recollection=Recollection(),
        )

    async def _recorded(self, incident: Incident, case: Case, answer: Answer) -> None:
        """Put what is seen at first sight into the timeline, once, with its evidence."""
        seen = answer.text.partition("\n")[0]
        act = Act(
            tenant=incident.tenant,
            source="observer",
            key=f"{incident.id}:first-look",
            correlation=case.turn.correlation,
            at=case.now,
        )
        evidence = _cited(seen, answer)
        await self._recording.record(
            act, Happening.OBSERVATION, _uncited(seen), incident=incident.id, evidence=evidence, trusted=True
        )

    async def _investigated(self, incident: Incident, case: Case, each: Told) -> None:
        """Put what turned, and what may be the cause, into the timeline: each once."""
        act = Act(
            tenant=incident.tenant,
            source="observer",
            key=derived("look", incident.id, each.key),
            correlation=case.turn.correlation,
            at=each.at,
        )
        await self._recording.record(
            act, each.kind, each.text, incident=incident.id, evidence=each.evidence, trusted=True
        )

    def _notice(self, incident: Incident, service: Service, answer: Answer) -> Notice:
        page = self._terms.page(incident)
        return Notice(
            title=f"First look at {service.name}",
            text=answer.text,
            sources=tuple(_source(each, page) for each in answer.evidence),
            links=(Link(rel="incident", href=page),),
            charts=answer.charts,
            buttons=answer.buttons,
        )


def _source(evidence: Evidence, page: str) -> Source:
    return Source(label=evidence.summary, link=f"{page}/sources/{evidence.id}")


def _cited(text: str, answer: Answer) -> tuple[str, ...]:
    """Return the ids of the evidence that a part of an answer cites."""
    numbers = dict.fromkeys(int(each) for each in _CITATION.findall(text))
    return tuple(answer.evidence[each - 1].id for each in numbers if each <= len(answer.evidence))


def _uncited(text: str) -> str:
    """Return the words of an answer without the numbers of its evidence, which mean nothing elsewhere."""
    return _CITATION.sub("", text)[:LONGEST]
