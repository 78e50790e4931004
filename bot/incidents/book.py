"""The incidents as hands find them: it serves `tools.connectors.incidents.book.Book`.

In a conversation that belongs to an incident, "the incident" is that one; elsewhere it is the only one under way.
"""

import re

from bot.incidents.service import Incidents
from bot.surfaces.incidents import Act, Declaration
from memory.errors import InvalidInput, NotFound
from memory.ids import derived
from memory.model.bodies import EntryKind
from memory.model.catalogue import Catalogue
from memory.model.incident import Duty, Incident, IncidentStatus, TimelineEntry, TimelineWindow
from memory.model.record import LogFilter
from memory.store import Store
from tools.contract import CallContext

MOST_LISTED = 50
NEWEST = 50
_WORD = re.compile(r"[\w-]+")


class IncidentBook:
    """Serves the hands."""

    def __init__(self, incidents: Incidents, store: Store, catalogue: Catalogue) -> None:
        self._incidents = incidents
        self._store = store
        self._catalogue = catalogue

    async def named(self, context: CallContext, number: str | None) -> Incident:
        """Return the incident of this number, of the conversation, or the only one under way."""
        if number is not None:
            return await self._incidents.named(context.tenant, number)
        thread, _ = await self._turn(context)
        talked = await self._incidents.of_thread(context.tenant, thread) if thread else None
        if talked is not None:
            return talked
        alive = await self._incidents.under_way(context.tenant)
        if len(alive) == 1:
            return alive[0]
        if not alive:
            raise NotFound("expected an incident, found none under way", hint="Declare one, or say its number.")
        numbers = ", ".join(str(each.number) for each in alive[:5])
        raise InvalidInput(
            f"expected to know which incident is meant, found {len(alive)} under way: {numbers}",
            hint="Say its number: incident 12.",
        )

    async def listed(self, context: CallContext, statuses: tuple[IncidentStatus, ...]) -> tuple[Incident, ...]:
        """Return the newest incidents that stand so."""
        return (await self._incidents.page(context.tenant, statuses, None, MOST_LISTED)).items

    async def happened(self, context: CallContext, incident: str) -> tuple[TimelineEntry, ...]:
        """Return the newest entries of the timeline, in order."""
        newest = TimelineWindow(newest_first=True)
        page = await self._incidents.timeline(context.tenant, incident, newest, None, NEWEST)
        return tuple(reversed(page.items))

    async def services(self, context: CallContext, words: str) -> tuple[str, ...]:
        """Return the services of the catalogue that these words name."""
        del context
        said = set(_WORD.findall(words.casefold()))
        return tuple(
            each.name
            for each in self._catalogue.services
            if said & {name.casefold() for name in (each.name, *each.aliases)}
        )

    async def done(self, context: CallContext) -> bool:
        """Return whether something was changed under this key."""
        names = [derived("tl", context.tenant, context.key, of) for of in ("", "away", "alone")]
        return bool(await self._store.timeline.known(context.tenant, names))

    async def declare(self, context: CallContext, title: str, severity: int) -> Incident:
        """Declare one, for the services its title names, in the conversation of the turn."""
        thread, _ = await self._turn(context)
        wanted = Declaration(
            title=title,
            severity=severity,
            services=await self.services(context, title),
            thread=thread or None,
        )
        return await self._incidents.declare(await self._act(context), wanted)

    async def declared(self, context: CallContext) -> Incident | None:
        """Return the incident that was declared under this key."""
        return await self._store.incidents.find(context.tenant, derived("inc", context.tenant, context.key))

    async def acknowledge(self, context: CallContext, incident: str) -> Incident:
        """Say that somebody is on it."""
        return await self._incidents.acknowledge(await self._act(context), incident)

    async def set_status(
        self, context: CallContext, incident: str, status: IncidentStatus, reason: str
    ) -> Incident:
        """Take it to another status."""
        return await self._incidents.set_status(await self._act(context), incident, status, reason)

    async def set_severity(self, context: CallContext, incident: str, severity: int) -> Incident:
        """Say how bad it is."""
        return await self._incidents.set_severity(await self._act(context), incident, severity)

    async def assign(self, context: CallContext, incident: str, duty: Duty, person: str | None) -> Incident:
        """Give a duty to somebody, or to nobody."""
        return await self._incidents.assign(await self._act(context), incident, duty, person)

    async def retitle(self, context: CallContext, incident: str, title: str) -> Incident:
        """Call it otherwise."""
        return await self._incidents.retitle(await self._act(context), incident, title)

    async def merge(self, context: CallContext, incident: str, into: str) -> Incident:
        """Make it part of another one."""
        return await self._incidents.merge(await self._act(context), incident, into)

    async def withdraw(self, context: CallContext, incident: str) -> Incident:
        """Say that it was declared by mistake."""
        return await self._incidents.withdraw(await self._act(context), incident)

    async def note(self, context: CallContext, incident: str, text: str) -> TimelineEntry:
        """Write a note."""
        return await self._incidents.note(await self._act(context), incident, text)

    async def correct(self, context: CallContext, incident: str, entry: str, text: str) -> TimelineEntry:
        """Correct an entry."""
        return await self._incidents.correct(await self._act(context), incident, entry, text)

    async def _act(self, context: CallContext) -> Act:
        _, surface = await self._turn(context)
        return Act(
            tenant=context.tenant,
            by=context.principal,
            source=surface or "person",
            key=context.key,
            correlation=context.correlation,
        )

    async def _turn(self, context: CallContext) -> tuple[str, str]:
        """Return the conversation of a turn and where it takes place; both are empty where it has none."""
        asked = LogFilter(kinds=(EntryKind.MESSAGE,), correlation=context.correlation)
        found = await self._store.ledger.matching(context.tenant, asked, 0, 1)
        if not found:
            return "", ""
        body = found[0].entry.body
        return str(body.get("thread", "")), str(body.get("surface", ""))
