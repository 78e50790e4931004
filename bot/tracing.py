"""Finds what led to what: from any id of a turn to everything the log tells of it, in one person's tenant."""

from collections.abc import AsyncIterator, Iterator

from bot.audit.access import reader
from bot.audit.query import known_people
from bot.identity import Directory
from bot.trace import Trace
from memory.errors import InvalidInput, NotFound
from memory.ids import derived
from memory.model.bodies import EntryKind, Observed, Planned
from memory.model.people import Principal
from memory.model.record import Recorded
from memory.store import Store
from memory.trace import causal_graph, chains

Entries = tuple[Recorded, ...]

_RARE = {
    "standing": EntryKind.STANDING,
    "break_glass": EntryKind.BREAK_GLASS,
    "policy": EntryKind.POLICY,
    "stop": EntryKind.SWITCH,
}


class Tracing:
    """Looks traces up. It only reads."""

    def __init__(self, store: Store, directory: Directory) -> None:
        self._store = store
        self._directory = directory

    async def trace(self, principal: Principal, subject: str) -> Trace:
        """Return what a correlation, a run, a message or an entry belongs to; raises `NotFound`."""
        tenant = reader(principal)
        entries = await self._entries(tenant, subject)
        seen, rests_on = await self._seen_before(tenant, entries)
        outside = (*seen, *await self._named_elsewhere(tenant, entries))
        graph = causal_graph((*entries, *outside), rests_on)
        return Trace(
            subject=subject,
            graph=graph,
            chains=chains(graph),
            people=await known_people(self._store, self._directory, principal, (*entries, *outside)),
            policies=await self._policies(tenant, entries),
        )

    async def _entries(self, tenant: str, subject: str) -> Entries:
        """Return the entries of one turn, by any id of it. An id is tried as each kind in turn, never guessed."""
        for correlation in (subject, derived("cor", tenant, subject)):
            if found := await self._store.ledger.trace(tenant, correlation):
                return found
        try:
            run = await self._store.runs.get(tenant, subject)
            return await self._store.ledger.trace(tenant, run.correlation)
        except NotFound:
            return await self._beside(tenant, subject)

    async def _beside(self, tenant: str, index_or_leaf: str) -> Entries:
        """Return the entries of the turn that one entry belongs to."""
        try:
            entry = (await self._store.ledger.find(tenant, index_or_leaf)).entry
        except (NotFound, InvalidInput):
            raise NotFound(
                f"expected the id of a turn, a plan, a message or an entry, found {index_or_leaf!r}, which is none"
            ) from None
        return await self._store.ledger.trace(tenant, entry.correlation)

    async def _seen_before(self, tenant: str, entries: Entries) -> tuple[Entries, list[tuple[str, str]]]:
        """Return looks of earlier turns that plans rest on, what led to them, and which plan rests on which."""
        outside: dict[str, Recorded] = {}
        rests_on: list[tuple[str, str]] = []
        plans = [(each.entry, told) for each in entries if isinstance(told := each.entry.told(), Planned)]
        for entry, planned in plans:
            for correlation in await self._store.evidence.correlations(tenant, planned.evidence):
                earlier = await self._store.ledger.trace(tenant, correlation)
                for each in earlier:
                    seen = each.entry.told()
                    if isinstance(seen, Observed) and {fact.id for fact in seen.evidence} & set(planned.evidence):
                        outside |= {one.entry.subject: one for one in _led_to(each, earlier)}
                        rests_on.append((entry.subject, each.entry.subject))
        here = {each.entry.subject for each in entries}
        return tuple(each for subject, each in outside.items() if subject not in here), rests_on

    async def _policies(self, tenant: str, entries: Entries) -> dict[str, int]:
        """Return, for each policy set that decided here, the last entry before that put it in force."""
        used = {str(each.entry.body["policy_hash"]) for each in entries if each.entry.body.get("policy_hash")}
        last = max(each.receipt.index for each in entries)
        found: dict[str, int] = {}
        async for each in self._newest(tenant, EntryKind.POLICY):
            hash_ = str(each.entry.body["policy_hash"])
            if each.receipt.index < last and each.entry.body["change"] != "refused" and hash_ in used:
                found.setdefault(hash_, each.receipt.index)
            if found.keys() == used:
                break
        return found

    async def _named_elsewhere(self, tenant: str, entries: Entries) -> Entries:
        """Return what entries name as their cause and other turns recorded; of what is rare alone."""
        here = {each.entry.subject for each in entries}
        named = {cause for each in entries for cause in each.entry.causes} - here
        kinds = {_RARE[prefix] for cause in named if (prefix := cause.partition(":")[0]) in _RARE}
        found = [each for kind in sorted(kinds) async for each in self._newest(tenant, kind)]
        return tuple(each for each in found if each.entry.subject in named)

    async def _newest(self, tenant: str, kind: EntryKind) -> AsyncIterator[Recorded]:
        """Yield every entry of a kind, newest first."""
        cursor = None
        while True:
            page = await self._store.ledger.page(tenant, kind=kind, cursor=cursor)
            for each in page.items:
                yield each
            if page.next_cursor is None:
                return
            cursor = page.next_cursor


def _led_to(last: Recorded, entries: Entries) -> Iterator[Recorded]:
    """Yield an entry and, of these, all that it followed from."""
    by_subject = {each.entry.subject: each for each in reversed(entries)} | {last.entry.subject: last}
    ahead = [last.entry.subject]
    while ahead:
        if found := by_subject.pop(ahead.pop(), None):
            yield found
            ahead += found.entry.causes
