"""Which incident a ledger entry belongs to: by its turn, its conversation, or its services and its time."""

from collections.abc import Sequence

from bot.incidents.ledger_words import Told, Words
from memory.model.incident import Happening, Incident
from memory.model.record import Recorded
from memory.store import Store
from memory.store.incidents import Tie

LOOKED_AT = 100  # of the newest incidents, of which one may have been under way then
_BY_SERVICE = frozenset({Happening.PROPOSAL, Happening.DECISION, Happening.APPROVAL, Happening.EFFECT})
_CHANGES = frozenset({Happening.DEPLOY, Happening.FLAG})


class Belonging:
    """What was looked up for one batch."""

    def __init__(
        self,
        turns: dict[str, str],
        threads: dict[str, str],
        thread_of: dict[str, str],
        incidents: Sequence[Incident],
    ) -> None:
        self._turns = turns
        self._threads = threads
        self._thread_of = thread_of
        self._incidents = incidents
        self._by_id = {each.id: each for each in incidents}

    @classmethod
    async def of(cls, store: Store, tenant: str, found: Sequence[Recorded], words: Words) -> "Belonging":
        """Return what it takes to place these entries."""
        incidents = (await store.incidents.page(tenant, limit=LOOKED_AT)).items
        if not incidents:
            return cls({}, {}, {}, ())
        correlations = {each.entry.correlation for each in found}
        thread_of = {each: await words.thread(each) for each in correlations}
        known = {correlation: thread for correlation, thread in thread_of.items() if thread}
        turns = await store.incidents.of(tenant, Tie.CORRELATION, list(correlations))
        threads = await store.incidents.of(tenant, Tie.THREAD, list(set(known.values())))
        return cls(turns, threads, known, incidents)

    def incident(self, recorded: Recorded, told: Told) -> str | None:
        """Return the id of the incident, None where it belongs to none."""
        entry = recorded.entry
        if entry.correlation in self._turns:
            return self._turns[entry.correlation]
        talked = self._by_id.get(self._threads.get(self._thread_of.get(entry.correlation, ""), ""))
        if talked is not None and entry.at >= talked.started_at:
            return talked.id
        if told.kind in _BY_SERVICE | _CHANGES:
            return next((each.id for each in self._incidents if _concerns(each, recorded, told)), None)
        return None


def _concerns(incident: Incident, recorded: Recorded, told: Told) -> bool:
    """Return whether it is about a service of an incident that was under way."""
    at = recorded.entry.at
    ended = incident.resolved_at
    under_way = incident.merged_into is None and incident.started_at <= at and (ended is None or at <= ended)
    return under_way and bool(set(told.services) & set(incident.services))
