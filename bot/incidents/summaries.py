"""What turns an incident's timeline into sentences: our own rules, and a model where there is one.

It reads what it is given and the evidence that names, and changes nothing.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from agents.rewriter import Rewriter
from agents.summaries import (
    Account,
    Document,
    Story,
    catch_up,
    hand_over,
    living,
    public_update,
    review,
    understand,
)
from bot.surfaces.incidents import Section, Sentence, Summary, SummaryKind
from memory.clock import Clock
from memory.model.evidence import Evidence
from memory.model.incident import Incident, TimelineEntry
from memory.model.value import Moment

MOST_EVIDENCE = 200  # pieces that are looked up, the latest first


class Facts(Protocol):
    """Has the evidence that timelines refer to."""

    async def evidence(self, tenant: str, ids: tuple[str, ...]) -> tuple[Evidence, ...]:
        """Return the evidence of these ids, what is not known left out."""


class Summaries:
    """Makes every kind of summary. Serves `bot.surfaces.incidents.Summarising`."""

    def __init__(
        self,
        facts: Facts,
        clock: Clock,
        *,
        name: Callable[[str, str], str] = lambda _tenant, principal: principal,
        cadence: Callable[[int], timedelta | None] = lambda _severity: None,
        rewriter: Rewriter | None = None,
    ) -> None:
        self._facts = facts
        self._clock = clock
        self._name = name
        self._cadence = cadence
        self._rewriter = rewriter

    async def summarise(
        self,
        incident: Incident,
        entries: tuple[TimelineEntry, ...],
        kind: SummaryKind,
        *,
        since: Moment | None = None,
    ) -> Summary:
        """Return a summary of these entries; `since` is from when a catch-up tells, else from the beginning."""
        document = await self.document(incident, entries, kind, since=since)
        return Summary(incident=incident.id, kind=kind, at=document.as_of, sections=tuple(_sections(document)))

    async def document(
        self,
        incident: Incident,
        entries: tuple[TimelineEntry, ...],
        kind: SummaryKind,
        *,
        since: Moment | None = None,
    ) -> Document:
        """Return the same with everything it cites and what it could not say."""
        account = await self._account(incident, entries)
        start = since or min(incident.started_at, incident.detected_at) - timedelta(seconds=1)
        found = await asyncio.to_thread(lambda: _made(kind, understand(account), start))
        return found if self._rewriter is None else (await self._rewriter.rewritten(found)).document

    async def _account(self, incident: Incident, entries: tuple[TimelineEntry, ...]) -> Account:
        ids = dict.fromkeys(each for entry in reversed(entries) for each in entry.evidence)
        seen = await self._facts.evidence(incident.tenant, tuple(ids)[:MOST_EVIDENCE]) if ids else ()
        people = {entry.author for entry in entries if entry.author} | {*incident.duties.values()}
        return Account(
            incident=incident,
            timeline=entries,
            evidence={each.id: each for each in seen},
            now=self._clock.now(),
            people={each: self._name(incident.tenant, each) for each in people},
            cadence=self._cadence(incident.severity),
        )


def _made(kind: SummaryKind, story: Story, since: datetime) -> Document:
    match kind:
        case SummaryKind.LIVING:
            return living(story)
        case SummaryKind.CATCH_UP:
            return catch_up(story, since)
        case SummaryKind.HANDOVER:
            return hand_over(story)
        case SummaryKind.PUBLIC:
            return public_update(story)
        case SummaryKind.REVIEW:
            return review(story)


def _sections(document: Document) -> list[Section]:
    return [
        Section(
            name=section.title,
            sentences=tuple(Sentence(text=each.text, cites=each.citations) for each in section.sentences),
        )
        for section in document.sections
        if section.sentences
    ]
