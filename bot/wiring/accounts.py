"""The accounts of people in a chat, as they are linked."""

from memory.model.identity import AccountSource
from memory.store import Store


class LinkedAccounts:
    """Tells people's accounts of one source."""

    def __init__(self, store: Store, source: AccountSource) -> None:
        self._store = store
        self._source = source

    async def user(self, tenant: str, issuer: str, person: str) -> str:
        """Return what an issuer (a workspace, an Entra tenant) calls a person, empty where it does not."""
        accounts = [each.account for each in await self._store.identities.of(tenant, person)]
        here = (each.subject for each in accounts if (each.source, each.issuer) == (self._source, issuer))
        return next(here, "")
