"""API keys. A secret is 256 random bits, so its SHA-256 is all that is kept, and no slow hash is needed."""

import hashlib
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from memory.errors import Conflict, NotFound
from memory.model.access import ApiKey
from memory.store.belonging import belonging
from memory.store.engines import insert
from memory.store.tables import api_keys
from memory.store.work import Work


def secret_hash(secret: str) -> str:
    """Return what is kept of a secret: its SHA-256 in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Keys:
    """Every tenant's API keys."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, key: ApiKey, secret_hash: str) -> None:
        """Keep a key under its secret's hash; raises `Conflict` when its id or its secret is known already."""
        row = {"tenant": key.tenant, "id": key.id, "secret_hash": secret_hash, "document": key.model_dump_json()}
        async with self._work.writing() as connection:
            known = select(api_keys.c.id).where(api_keys.c.secret_hash == secret_hash)
            taken = (await connection.execute(known)).first() is not None
            added = await connection.execute(insert(connection, api_keys).values(**row).on_conflict_do_nothing())
            if taken or not added.rowcount:
                raise Conflict(f"expected a new key with a new secret, found {key.id} or its secret known already")

    async def find(self, secret_hash: str) -> ApiKey | None:
        """Return the key of this secret, None when there is none. Trust it only while it is `usable`.

        The secret names the tenant. Should two tenants ever share one, it names neither.
        """
        query = select(api_keys.c.tenant, api_keys.c.document).where(api_keys.c.secret_hash == secret_hash)
        async with self._work.reading() as connection:
            found = (await connection.execute(query)).all()
        return _key(found[0].document, found[0].tenant) if len(found) == 1 else None

    async def of(self, tenant: str) -> tuple[ApiKey, ...]:
        """Return the tenant's keys, by id."""
        query = select(api_keys.c.document).where(api_keys.c.tenant == tenant).order_by(api_keys.c.id)
        async with self._work.reading() as connection:
            return tuple(_key(document, tenant) for document in (await connection.execute(query)).scalars())

    async def get(self, tenant: str, key_id: str) -> ApiKey:
        """Return one key; raises `NotFound`."""
        async with self._work.reading() as connection:
            return await _get(connection, tenant, key_id)

    async def expire(self, tenant: str, key_id: str, at: datetime) -> ApiKey:
        """Let a key end at a moment, unless it ends before that, and return it. Raises `NotFound`."""
        async with self._work.writing() as connection:
            key = await _get(connection, tenant, key_id)
            if key.expires_at is None or at < key.expires_at:
                key = key.model_copy(update={"expires_at": at})
                await _write(connection, key)
        return key

    async def revoke(self, tenant: str, key_id: str, now: datetime) -> ApiKey:
        """End a key now and return it; a key that was ended before keeps its moment. Raises `NotFound`."""
        async with self._work.writing() as connection:
            key = await _get(connection, tenant, key_id)
            if key.revoked_at is None:
                key = key.model_copy(update={"revoked_at": now})
                await _write(connection, key)
        return key


async def _get(connection: AsyncConnection, tenant: str, key_id: str) -> ApiKey:
    query = select(api_keys.c.document).where(api_keys.c.tenant == tenant, api_keys.c.id == key_id)
    document = (await connection.execute(query.with_for_update())).scalar_one_or_none()
    if document is None:
        raise NotFound(f"expected the id of an API key, found {key_id!r}, which is none")
    return _key(document, tenant)


async def _write(connection: AsyncConnection, key: ApiKey) -> None:
    row = update(api_keys).where(api_keys.c.tenant == key.tenant, api_keys.c.id == key.id)
    await connection.execute(row.values(document=key.model_dump_json()))


def _key(document: str, tenant: str) -> ApiKey:
    key = ApiKey.model_validate_json(document)
    belonging(tenant, key.tenant)
    return key
