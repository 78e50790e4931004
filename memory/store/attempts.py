"""Calls that connectors began under idempotency keys, and what came of them. Kept for a week after their end."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, select, update

from memory.clock import Clock
from memory.model.attempt import Attempt
from memory.model.run import Outcome
from memory.store.belonging import belonging
from memory.store.connector_tables import attempts
from memory.store.engines import insert
from memory.store.work import Work

KEPT = timedelta(days=7)


class Attempts:
    """Every tenant's calls."""

    def __init__(self, work: Work, clock: Clock) -> None:
        self._work = work
        self._clock = clock

    async def begin(self, attempt: Attempt) -> Attempt | None:
        """Record that a call begins: None means go ahead, an attempt is the one already begun under the key."""
        row = {
            "tenant": attempt.tenant,
            "key": attempt.key,
            "correlation": attempt.correlation,
            "begun_at": attempt.begun_at,
            "document": attempt.model_dump_json(),
        }
        async with self._work.writing() as connection:
            old = attempts.c.finished_at <= self._clock.now() - KEPT
            await connection.execute(delete(attempts).where(attempts.c.tenant == attempt.tenant, old))
            added = await connection.execute(insert(connection, attempts).values(**row).on_conflict_do_nothing())
            if added.rowcount:
                return None
        return await self.find(attempt.tenant, attempt.key)

    async def find(self, tenant: str, key: str) -> Attempt | None:
        """Return the call that was begun under the key, None where none was."""
        query = select(attempts.c.document).where(_this(tenant, key))
        async with self._work.reading() as connection:
            document = (await connection.execute(query)).scalar_one_or_none()
        if document is None:
            return None
        found = Attempt.model_validate_json(document)
        belonging(tenant, found.tenant)
        return found

    async def finish(self, tenant: str, key: str, outcome: Outcome, at: datetime) -> None:
        """Keep what came of a call; its arguments are not needed any more. The first outcome stays."""
        found = await self.find(tenant, key)
        if found is None:
            return
        done = found.model_copy(update={"outcome": outcome, "arguments": {}})
        async with self._work.writing() as connection:
            open_ = and_(_this(tenant, key), attempts.c.finished_at.is_(None))
            changed = update(attempts).where(open_).values(finished_at=at, document=done.model_dump_json())
            await connection.execute(changed)

    async def forget(self, tenant: str, key: str) -> None:
        """Forget a call that took no effect, so that it may be begun anew. One with an outcome stays."""
        async with self._work.writing() as connection:
            await connection.execute(delete(attempts).where(_this(tenant, key), attempts.c.finished_at.is_(None)))


def _this(tenant: str, key: str) -> ColumnElement[bool]:
    return and_(attempts.c.tenant == tenant, attempts.c.key == key)
