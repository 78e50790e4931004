"""Keys by which programs and consoles prove whose they are, and what the log is told of who came in."""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Literal

from bot.identity.directory import Directory
from bot.refusals import Refusals
from memory.clock import Clock
from memory.errors import AuthenticationFailed, Conflict, QuarterdeckError
from memory.ids import Ids
from memory.model.access import ApiKey
from memory.model.bodies import AccessChanged, SignedIn
from memory.model.people import Principal
from memory.model.record import SYSTEM, Record
from memory.store import Store, Unit
from memory.store.keys import secret_hash

KEY_PREFIX = "qd_"


class Door:
    """Lets people in by key. A key narrows what its owner may do and never widens it.

    Who came in, who was turned away, and whose keys there are is told to the ledger.
    """

    def __init__(self, store: Store, directory: Directory, refusals: Refusals, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._directory = directory
        self._refusals = refusals
        self._clock = clock
        self._ids = ids
        self._trusted: dict[str, Principal] = {}

    @contextmanager
    def trusted(self, person: Principal) -> Iterator[str]:
        """Give a key that this process alone accepts, with every scope, until the block ends."""
        secret = KEY_PREFIX + secrets.token_urlsafe(32)
        self._trusted[secret_hash(secret)] = person
        try:
            yield secret
        finally:
            del self._trusted[secret_hash(secret)]

    async def by_api_key(self, secret: str) -> tuple[Principal, frozenset[str]]:
        """Return whose key this is and its scopes; raises `AuthenticationFailed`, never saying what was wrong."""
        here = self._trusted.get(secret_hash(secret))
        if here is not None:
            return here, frozenset({"admin"})
        key = await self._store.keys.find(secret_hash(secret)) if secret.startswith(KEY_PREFIX) else None
        if key is None or not key.usable(self._clock.now()):
            wrong = AuthenticationFailed(
                "expected an API key that is known and in force, found another",
                hint="Make one with: quarterdeck keys add",
            )
            whose = {"tenant": key.tenant, "person": key.principal} if key else {}
            await self._refusals.note(wrong, **whose)
            raise wrong
        return await self.person(key.tenant, key.principal), frozenset(key.scopes)

    async def person(self, tenant: str, principal: str) -> Principal:
        """Return the person as they are now; raises `AuthenticationFailed`."""
        try:
            return self._directory.person(tenant, principal)
        except AuthenticationFailed as error:
            await self._refusals.note(error, tenant=tenant, person=principal)
            raise

    async def signed_in(self, principal: Principal, how: str) -> None:
        """Record in the ledger that this person signed in."""
        entry = Record(
            tenant=principal.tenant,
            at=self._clock.now(),
            actor=principal.id,
            correlation=self._ids.new("cor"),
            body=SignedIn(sign_in=self._ids.new("signin"), how=how),
        )
        await self._store.ledger.append(entry)

    async def refused(self, error: QuarterdeckError, person: Principal | None = None) -> None:
        """Record in the ledger that somebody was turned away; without a person, a stranger was."""
        if person is None:
            await self._refusals.note(error)
        else:
            await self._refusals.note(error, tenant=person.tenant, person=person.id)

    async def mint(
        self,
        tenant: str,
        principal: str,
        scopes: Iterable[str],
        *,
        label: str,
        lifetime: timedelta | None = None,
        by: str = SYSTEM,
    ) -> tuple[ApiKey, str]:
        """Return a new key and its secret, which is shown this once and kept nowhere."""
        person = self._directory.person(tenant, principal)
        now = self._clock.now()
        key = ApiKey(
            id=self._ids.new("key"),
            tenant=person.tenant,
            principal=person.id,
            label=label,
            scopes=tuple(sorted(scopes)),
            created_at=now,
            expires_at=None if lifetime is None else now + lifetime,
        )
        secret = KEY_PREFIX + secrets.token_urlsafe(32)
        async with self._store.transaction() as unit:
            await unit.keys.add(key, secret_hash(secret))
            await self._access(unit, key, "added", by)
        return key, secret

    async def revoke(self, tenant: str, key_id: str, by: str = SYSTEM) -> ApiKey:
        """End a key now and return it; one that was ended before keeps its moment. Raises `NotFound`."""
        now = self._clock.now()
        async with self._store.transaction() as unit:
            key = await unit.keys.revoke(tenant, key_id, now)
            if key.revoked_at == now:
                await self._access(unit, key, "revoked", by)
        return key

    async def rotate(
        self, tenant: str, key_id: str, overlap: timedelta, by: str = SYSTEM
    ) -> tuple[ApiKey, ApiKey, str]:
        """Return the old key, which ends after the `overlap`, its successor and the successor's secret.

        The successor has the same owner, scopes and span of life. Raises `NotFound`, or `Conflict` for a key that
        is over.
        """
        now = self._clock.now()
        secret = KEY_PREFIX + secrets.token_urlsafe(32)
        async with self._store.transaction() as unit:
            before = await unit.keys.get(tenant, key_id)
            if not before.usable(now):
                raise Conflict(f"expected a key that is in force, found {key_id} over", hint="Make a new one.")
            lasts = None if before.expires_at is None else before.expires_at - before.created_at
            key = before.model_copy(
                update={
                    "id": self._ids.new("key"),
                    "created_at": now,
                    "expires_at": None if lasts is None else now + lasts,
                }
            )
            old = await unit.keys.expire(tenant, key_id, now + overlap)
            await unit.keys.add(key, secret_hash(secret))
            await self._access(unit, old, "rotated", by)
            await self._access(unit, key, "added", by)
        return old, key, secret

    async def _access(
        self, unit: Unit, key: ApiKey, change: Literal["added", "revoked", "rotated"], by: str = SYSTEM
    ) -> None:
        """Record a change; without a person (`by`) it was made where the store is, by whoever may work there."""
        body = AccessChanged(
            key=key.id,
            change=change,
            holder=await unit.pseudonyms.of(key.tenant, key.principal),
            scopes=key.scopes,
            expires_at=key.expires_at,
        )
        entry = Record(
            tenant=key.tenant,
            at=self._clock.now(),
            actor=by,
            correlation=self._ids.new("cor"),
            body=body,
        )
        await unit.ledger.append(entry)
