"""Grants. Each is spent at most once, whoever asks at the same moment; anything unclear is a no."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from memory.errors import Conflict, GrantRefused
from memory.model.approval import Grant
from memory.store.belonging import belonging
from memory.store.engines import insert
from memory.store.tables import grants
from memory.store.work import Work


class Grants:
    """Every tenant's grants."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def mint(self, grant: Grant) -> None:
        """Record a fresh grant; raises `Conflict` when its id is taken."""
        async with self._work.writing() as connection:
            row = {
                "tenant": grant.tenant,
                "id": grant.id,
                "call_digest": grant.call_digest,
                "expires_at": grant.expires_at,
                "document": grant.model_dump_json(),
            }
            added = await connection.execute(insert(connection, grants).values(**row).on_conflict_do_nothing())
            if not added.rowcount:
                raise Conflict(f"expected a fresh grant, found {grant.id} minted already")

    async def consume(self, tenant: str, grant_id: str, call_digest: str, now: datetime) -> Grant:
        """Spend a grant on the call of this digest, once.

        Raises `GrantRefused` when it is unknown, spent, expired or for another call; it is then as it was.
        """
        spend = (
            update(grants)
            .where(grants.c.tenant == tenant, grants.c.id == grant_id, grants.c.call_digest == call_digest)
            .where(grants.c.spent_at.is_(None), grants.c.expires_at > now)
            .values(spent_at=now)
            .returning(grants.c.document)
        )
        async with self._work.writing() as connection:
            document = (await connection.execute(spend)).scalar_one_or_none()
            if document is None:
                raise GrantRefused(await _why(connection, tenant, grant_id, call_digest))
            grant = Grant.model_validate_json(document)
            belonging(tenant, grant.tenant)
        return grant

    async def void(self, tenant: str, grant_id: str, now: datetime) -> bool:
        """Let a grant be spent no more, and return whether it never was: what it allowed did then not happen."""
        async with self._work.writing() as connection:
            voided = await connection.execute(
                update(grants)
                .where(grants.c.tenant == tenant, grants.c.id == grant_id, grants.c.spent_at.is_(None))
                .values(spent_at=now)
            )
            return bool(voided.rowcount)

    async def prune(self, before: datetime) -> int:
        """Remove the grants of every tenant that expired before this moment, spent or not; return how many.

        They could be spent no more. What they allowed stands in the ledger.
        """
        async with self._work.writing() as connection:
            return (await connection.execute(delete(grants).where(grants.c.expires_at < before))).rowcount


async def _why(connection: AsyncConnection, tenant: str, grant_id: str, call_digest: str) -> str:
    query = select(grants).where(grants.c.tenant == tenant, grants.c.id == grant_id)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return f"expected the id of a grant, found {grant_id!r}, which is none"
    if row.call_digest != call_digest:
        return f"expected the call {row.call_digest[:12]}… that was granted, found {call_digest[:12]}…"
    if row.spent_at is not None:
        return f"expected an unspent grant, found one spent at {row.spent_at:%Y-%m-%d %H:%M:%S} UTC"
    return f"expected a grant still in force, found one expired at {row.expires_at:%Y-%m-%d %H:%M:%S} UTC"
