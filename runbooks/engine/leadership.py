"""Leading, for what one node is to do for all: for a short time, again and again, under a token that fences.

term = await leadership.lead("reaper")
if term is not None:
    async with store.transaction() as unit:
        await unit.leaders.require(term)     # whoever was frozen since is refused here
        …
"""

from contextlib import suppress

from memory.errors import StoreUnavailable
from memory.model.node import Term
from memory.store import Store
from runbooks.engine.membership import Membership


class Leadership:
    """What this node leads in. It never assumes to lead: it asks the database each time."""

    def __init__(self, store: Store, membership: Membership) -> None:
        self._store = store
        self._membership = membership
        self._terms: dict[str, Term] = {}

    async def lead(self, office: str, lasts_s: float) -> Term | None:
        """Return this node's term in an office, begun or lengthened; None where another leads, or this is none."""
        if not self._membership.entered:
            return None
        tenant, name = self._membership.tenant, self._membership.name
        term = await self._store.leaders.lead(tenant, office, name, lasts_s)
        if term is None:
            self._terms.pop(office, None)
        else:
            self._terms[office] = term
        return term

    async def resign(self) -> None:
        """End every term of this node, so that nobody has to wait for that."""
        terms, self._terms = list(self._terms.values()), {}
        with suppress(StoreUnavailable):
            for term in terms:
                await self._store.leaders.resign(term)
