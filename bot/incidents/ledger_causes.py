"""From the ledger's causes to those of the timeline: what the timeline does not tell of is looked through."""

from collections.abc import Sequence

from memory.ids import derived
from memory.model.record import LogFilter, Recorded
from memory.store import Store

DEEPEST = 4  # steps through what is not told of: from an effect over its grant to the decision
MOST = 12  # causes of one entry


def entry_name(tenant: str, index: int) -> str:
    """Return the id of the timeline entry that tells of a ledger entry."""
    return derived("tl", tenant, "ledger", str(index))


class Causes:
    """Finds the causes of one batch; what was found once is not looked up again."""

    def __init__(self, store: Store, tenant: str, told: Sequence[Recorded]) -> None:
        self._store = store
        self._tenant = tenant
        self._names = {each.entry.subject: entry_name(tenant, each.receipt.index) for each in told}
        self._behind: dict[str, tuple[str, ...]] = {}

    async def of(self, recorded: Recorded) -> list[str]:
        """Return the timeline entries that led to this one, the last first, since it is the nearest."""
        found = [name for subject in recorded.entry.causes for name in await self._named(subject, DEEPEST)]
        own = entry_name(self._tenant, recorded.receipt.index)
        return [name for name in dict.fromkeys(reversed(found)) if name != own][:MOST]

    async def _named(self, subject: str, depth: int) -> list[str]:
        if subject not in self._names:
            self._names |= await self._store.timeline.named(self._tenant, [subject])
        if subject in self._names:
            return [self._names[subject]]
        if depth == 0:
            return []
        return [name for cause in await self._causes(subject) for name in await self._named(cause, depth - 1)]

    async def _causes(self, subject: str) -> tuple[str, ...]:
        """Return the causes of what the timeline does not tell of."""
        if subject not in self._behind:
            found = await self._store.ledger.matching(self._tenant, LogFilter(subject=subject), 0, 1)
            self._behind[subject] = found[0].entry.causes if found else ()
        return self._behind[subject]
