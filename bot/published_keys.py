"""The keys that an issuer of tokens publishes: kept for an hour, and used longer while the issuer is away.

A key that is not among those kept is looked for once, and not again for half a minute, however many tokens name
keys that do not exist.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey, import_key

from memory.clock import Clock
from memory.errors import ConnectorError

KEPT: Final = timedelta(hours=1)
ASKED_AGAIN_AFTER: Final = timedelta(seconds=30)

PublicKey: TypeAlias = RSAKey | ECKey | OKPKey


class PublishedKeys:
    """One issuer's keys. `fetch` returns its key set (RFC 7517) as JSON, or raises a `ConnectorError`."""

    def __init__(self, fetch: Callable[[], Awaitable[Any]], clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._kept: tuple[datetime, KeySet] | None = None
        self._looked_at: datetime | None = None
        self._asking = asyncio.Lock()

    async def find(self, kid: str | None) -> PublicKey | None:
        """Return the key of this id, None where the issuer has none such, even newly.

        Raises a `ConnectorError` only where no keys were ever fetched.
        """
        async with self._asking:
            kept = self._kept
            if kept is None or (self._clock.now() >= kept[0] + KEPT and self._may_look()):
                kept = await self._fetched(kept)
            found = _of(kept[1], kid)
            if found is None and self._may_look():
                found = _of((await self._fetched(kept))[1], kid)
        return found

    def _may_look(self) -> bool:
        return self._looked_at is None or self._clock.now() >= self._looked_at + ASKED_AGAIN_AFTER

    async def _fetched(self, kept: tuple[datetime, KeySet] | None) -> tuple[datetime, KeySet]:
        """Return the keys as they are now, or while the issuer is away, as they were."""
        self._looked_at = self._clock.now()
        try:
            self._kept = (self._clock.now(), _key_set(await self._fetch()))
        except ConnectorError:
            if kept is None:
                raise
            return kept
        return self._kept


def _key_set(said: Any) -> KeySet:
    """Return the keys that can verify a signature; others, and what is no key at all, are left out."""
    listed = said.get("keys") if isinstance(said, dict) else None
    keys: list[Any] = []
    for each in listed if isinstance(listed, list) else ():
        try:
            key = import_key(each)
        except (JoseError, ValueError, TypeError, KeyError, AttributeError):
            continue
        if isinstance(key, RSAKey | ECKey | OKPKey) and each.get("use", "sig") == "sig":
            keys.append(key)
    return KeySet(keys)


def _of(keys: KeySet, kid: str | None) -> PublicKey | None:
    """Return the key of an id. A token without one is verified only where there is no choice."""
    found = [each for each in keys.keys if kid is None or each.kid == kid]
    only = found[0] if len(found) == 1 else None
    return only if isinstance(only, RSAKey | ECKey | OKPKey) else None
