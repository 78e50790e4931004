"""Idempotency keys: the same request sent again gets the first answer, for 24 hours, and takes no effect again."""

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from memory.clock import Clock
from memory.errors import Conflict, IdempotencyMismatch
from memory.model.access import StoredResponse
from memory.store.engines import insert
from memory.store.tables import idempotency
from memory.store.work import Work

KEPT = timedelta(hours=24)
IN_FLIGHT = timedelta(minutes=2)  # after this, a request without an answer died with its process


class Idempotency:
    """Every tenant's idempotency keys, each the caller's own."""

    def __init__(self, work: Work, clock: Clock) -> None:
        self._work = work
        self._clock = clock

    async def begin(self, tenant: str, principal: str, key: str, request_digest: str) -> StoredResponse | None:
        """Claim a key for a request: None means go ahead, a response means it is answered already.

        Raises `IdempotencyMismatch` when the key was used with another request, `Conflict` while the same
        request is being answered.
        """
        now = self._clock.now()
        async with self._work.writing() as connection:
            await self._forget(connection, tenant)
            row = {
                "tenant": tenant,
                "principal": principal,
                "key": key,
                "request_digest": request_digest,
                "begun_at": now,
                "expires_at": now + KEPT,
            }
            claimed = await connection.execute(
                insert(connection, idempotency).values(**row).on_conflict_do_nothing()
            )
            return None if claimed.rowcount else await self._known(connection, row)

    async def finish(self, tenant: str, principal: str, key: str, response: StoredResponse) -> None:
        """Keep the answer to a request that was begun; where there is one already, that one stays."""
        async with self._work.writing() as connection:
            unanswered = update(idempotency).where(_unanswered(tenant, principal, key))
            await connection.execute(unanswered.values(response=response.model_dump_json()))

    async def abandon(self, tenant: str, principal: str, key: str) -> None:
        """Give up a key whose request failed without an answer worth keeping, so that it can be tried again."""
        async with self._work.writing() as connection:
            await connection.execute(delete(idempotency).where(_unanswered(tenant, principal, key)))

    async def _forget(self, connection: AsyncConnection, tenant: str) -> None:
        old = and_(idempotency.c.tenant == tenant, idempotency.c.expires_at <= self._clock.now())
        await connection.execute(delete(idempotency).where(old))

    async def _known(self, connection: AsyncConnection, row: dict[str, object]) -> StoredResponse | None:
        this = _this(row["tenant"], row["principal"], row["key"])
        found = (await connection.execute(select(idempotency).where(this).with_for_update())).one_or_none()
        if found is None:  # whoever had it gave it up after this claim was refused
            raise _being_answered(row["key"])
        if found.request_digest != row["request_digest"]:
            raise IdempotencyMismatch(
                f"expected a new idempotency key for a new request, found {row['key']!r} used for another",
                hint="Send each different request under its own key.",
            )
        if found.response is not None:
            return StoredResponse.model_validate_json(found.response)
        if found.begun_at + IN_FLIGHT > self._clock.now():
            raise _being_answered(row["key"])
        await connection.execute(update(idempotency).where(this).values(begun_at=row["begun_at"]))
        return None


def _this(tenant: object, principal: object, key: object) -> ColumnElement[bool]:
    return and_(idempotency.c.tenant == tenant, idempotency.c.principal == principal, idempotency.c.key == key)


def _unanswered(tenant: str, principal: str, key: str) -> ColumnElement[bool]:
    return and_(_this(tenant, principal, key), idempotency.c.response.is_(None))


def _being_answered(key: object) -> Conflict:
    return Conflict(
        f"expected the answer to the first request under {key!r}, found it still being made",
        hint="Wait a moment and send the same request again.",
    )
