"""Declaring an incident in words."""

from memory.model.intent import Provenance
from memory.model.plan import Call, Check
from memory.model.run import Change, Outcome, Preview
from tools.capabilities.incidents import INCIDENT_DECLARE, INCIDENT_WITHDRAW, NewIncident
from tools.connectors.incidents.book import Book
from tools.connectors.incidents.wording import evidence
from tools.contract import Arguments, CallContext
from tools.hands import given

USUAL_SEVERITY = 3


class Declare:
    """Serves `incident.declare`."""

    capability = INCIDENT_DECLARE

    def __init__(self, book: Book) -> None:
        self._book = book

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        """Return the incident there would be."""
        asked = given(arguments, NewIncident)
        severity = asked.severity or USUAL_SEVERITY
        services = await self._book.services(context, asked.title)
        about = f" about {', '.join(services)}" if services else ""
        return Preview(
            call=Call(
                tool=self.capability.name,
                arguments={"title": asked.title, "severity": severity},
                provenance={} if asked.severity else {"severity": Provenance.DEFAULT},
            ),
            summary=f"An incident of severity {severity} would be declared{about}.",
            changes=(Change(field="incident", before="none", after=f"sev{severity}: {asked.title}"),),
            blast_radius=services,
            undo=Call(tool=INCIDENT_WITHDRAW.name),
        )

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        """Return none: it is there once it is written."""
        del arguments
        return ()

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Declare it, once."""
        asked = given(arguments, NewIncident)
        await self._book.declare(context, asked.title, asked.severity or USUAL_SEVERITY)
        declared = await self.look(context)
        return declared or Outcome(ok=False, summary="The incident is not there.", error_code="store.unavailable")

    async def look(self, context: CallContext) -> Outcome | None:
        """Return the incident that was declared under this key."""
        found = await self._book.declared(context)
        if found is None:
            return None
        return Outcome(
            ok=True,
            summary=f"Incident {found.number} is declared, sev{found.severity}: {found.title}.",
            evidence=(evidence(found, context),),
            undo=Call(tool=INCIDENT_WITHDRAW.name, arguments={"incident": str(found.number)}),
            data={"incident": found.id, "number": found.number},
        )
