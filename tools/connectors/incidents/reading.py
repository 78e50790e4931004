"""Looking at incidents and their timelines."""

from memory.model.incident import IncidentStatus
from memory.model.run import Outcome
from tools.capabilities.incidents import (
    INCIDENT_LIST,
    INCIDENT_SHOW,
    INCIDENT_TIMELINE,
    IncidentFilter,
    OneIncident,
)
from tools.connectors.incidents.book import Book
from tools.connectors.incidents.wording import evidence, happening, people, said
from tools.contract import Arguments, CallContext
from tools.hands import given
from tools.wording import many

SHOWN = 10
_STATUSES = {
    "open": (IncidentStatus.OPEN, IncidentStatus.MITIGATED),
    "resolved": (IncidentStatus.RESOLVED,),
    "all": (),
}


class IncidentList:
    """Serves `incident.list`."""

    capability = INCIDENT_LIST

    def __init__(self, book: Book) -> None:
        self._book = book

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return the incidents, the newest first."""
        asked = given(arguments, IncidentFilter)
        found = await self._book.listed(context, _STATUSES[asked.state])
        kind = "" if asked.state == "all" else f"{asked.state} "
        if len(found) == 1:
            summary = f"There is one {kind}incident. {said(found[0], context)}."
        else:
            summary = f"There {'is' if not found else 'are'} {many(len(found), f'{kind}incident')}."
        facts = tuple(evidence(each, context) for each in found)
        listed = [each.model_dump(mode="json") for each in found]
        return Outcome(
            ok=True, summary=summary, evidence=facts, value=float(len(found)), data={"incidents": listed}
        )


class IncidentShow:
    """Serves `incident.show`."""

    capability = INCIDENT_SHOW

    def __init__(self, book: Book) -> None:
        self._book = book

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return how an incident stands."""
        found = await self._book.named(context, given(arguments, OneIncident).incident)
        services = f" It touches {', '.join(found.services)}." if found.services else ""
        return Outcome(
            ok=True,
            summary=f"{said(found, context)}.{services} {people(found)}.",
            evidence=(evidence(found, context),),
            data={"incident": found.model_dump(mode="json")},
        )


class IncidentTimeline:
    """Serves `incident.timeline`."""

    capability = INCIDENT_TIMELINE

    def __init__(self, book: Book) -> None:
        self._book = book

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return what happened last, in order."""
        found = await self._book.named(context, given(arguments, OneIncident).incident)
        entries = await self._book.happened(context, found.id)
        newest = entries[-SHOWN:]
        summary = f"{said(found, context)}. The last {many(len(newest), 'entry', 'entries')} of its timeline"
        return Outcome(
            ok=True,
            summary=f"{summary}.",
            evidence=tuple(happening(each, context) for each in newest),
            data={"incident": found.id, "entries": [each.model_dump(mode="json") for each in newest]},
        )
