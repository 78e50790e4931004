"""Who is there, and what was answered before, in memory."""

from collections.abc import Iterable

from bot.surfaces.desk import EVERY_SCOPE
from memory.errors import AuthenticationFailed, Conflict, IdempotencyMismatch, QuarterdeckError
from memory.model.access import StoredResponse
from memory.model.people import Principal
from tests.fakes.people import EVERYBODY, MALLORY


class FakeDoorkeeper:
    """Knows everybody by the key `qd_NAME`, with every scope, or by `qd_NAME_SCOPE` with that one."""

    def __init__(self, people: Iterable[Principal] = (*EVERYBODY, MALLORY)) -> None:
        self.people = {(person.tenant, person.id): person for person in people}
        self.sign_ins: list[tuple[str, str]] = []
        self.turned_away: list[tuple[str, str]] = []

    async def by_api_key(self, secret: str) -> tuple[Principal, frozenset[str]]:
        prefix, _, rest = secret.partition("_")
        name, _, scope = rest.partition("_")
        found = [person for (_, known), person in self.people.items() if known == name]
        if prefix != "qd" or not found:
            raise AuthenticationFailed("expected an API key that is known and in force, found another")
        return found[0], frozenset({scope}) if scope else EVERY_SCOPE

    async def person(self, tenant: str, principal: str) -> Principal:
        try:
            return self.people[tenant, principal]
        except KeyError:
            raise AuthenticationFailed(f"expected somebody we know, found {principal!r}") from None

    async def signed_in(self, principal: Principal, how: str) -> None:
        self.sign_ins.append((principal.id, how))

    async def refused(self, error: QuarterdeckError, person: Principal | None = None) -> None:
        self.turned_away.append((error.code, person.id if person else ""))


class FakeReplays:
    """Keeps answers under idempotency keys, for ever."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str, str], tuple[str, StoredResponse | None]] = {}

    async def begin(self, tenant: str, principal: str, key: str, request_digest: str) -> StoredResponse | None:
        known = self._kept.get((tenant, principal, key))
        if known is None:
            self._kept[tenant, principal, key] = (request_digest, None)
            return None
        if known[0] != request_digest:
            raise IdempotencyMismatch("expected a new key for a new request, found one used for another")
        if known[1] is None:
            raise Conflict("expected the answer to the first request, found it still being made")
        return known[1]

    async def finish(self, tenant: str, principal: str, key: str, response: StoredResponse) -> None:
        digest, _ = self._kept[tenant, principal, key]
        self._kept[tenant, principal, key] = (digest, response)

    async def abandon(self, tenant: str, principal: str, key: str) -> None:
        del self._kept[tenant, principal, key]
