"""The facts that incidents refer to, read from where they are kept."""

from memory.errors import NotFound
from memory.model.alert import Alert
from memory.model.evidence import Evidence
from memory.store import Store


class KeptFacts:
    """Serves `Facts`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def alerts(self, tenant: str, ids: tuple[str, ...]) -> tuple[Alert, ...]:
        """Return the alerts that are known, in this order."""
        found = await self._store.alerts.many(tenant, ids) if ids else {}
        return tuple(found[each].alert for each in ids if each in found)

    async def evidence(self, tenant: str, ids: tuple[str, ...]) -> tuple[Evidence, ...]:
        """Return the evidence that is known: what was erased is gone."""
        found: list[Evidence] = []
        for each in ids:
            try:
                found.append(await self._store.evidence.get(tenant, each))
            except NotFound:
                continue
        return tuple(found)
