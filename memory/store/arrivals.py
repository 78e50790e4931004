"""What came in from a chat: kept once, worked on by one node at a time, remembered for a while after it is done.

Who works on something holds it for a time, by the database's clock, and says again and again that it goes on. What
nobody holds any more is there for whoever asks next, also after a restart.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, Table, Update, bindparam, case, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert

from memory.model.arrival import Arrival
from memory.store.belonging import belonging
from memory.store.database_clock import now_ms
from memory.store.engines import insert
from memory.store.trouble import tried_again
from memory.store.work import Work


class Arrivals:
    """Every tenant's arrivals from one platform, which has a `table` of its own."""

    def __init__(self, work: Work, table: Table) -> None:
        self._work = work
        self._table = table
        self._keeps: ReturningInsert[str] | None = None

    @tried_again
    async def keep(self, came: Sequence[Arrival], holder: str, lasts_s: float) -> frozenset[str]:
        """Keep what came, held for so long (0: by nobody); return the ids of what did not come before.

        In one write, and no id twice. Words that one was edited to before it came are kept with it.
        """
        if not came:
            return frozenset()
        rows = [
            {
                "tenant": each.tenant,
                "id": each.id,
                "received_at": each.received_at,
                "holder": holder if lasts_s else None,
                "lasts_ms": int(lasts_s * 1000),
                "attempts": 1 if lasts_s else 0,
                "document": each.model_dump_json(),
            }
            for each in came
        ]
        async with self._work.writing() as connection:
            kept = await connection.execute(self._keeping(connection), rows)
            return frozenset(kept.scalars())

    async def claim(self, tenant: str, holder: str, lasts_s: float, most: int) -> tuple[tuple[Arrival, int], ...]:
        """Take up to so many that wait and nobody holds, the oldest first, each with how often it was begun."""
        if not await self._free(tenant):
            return ()
        async with self._work.writing() as connection:
            now = now_ms(connection)
            free = (
                select(self._table.c.id)
                .where(self._table.c.tenant == tenant, self._table.c.until_ms < now)
                .order_by(self._table.c.received_at, self._table.c.id)
                .limit(most)
                .with_for_update(skip_locked=True)
            )
            taken = await connection.execute(
                update(self._table)
                .where(self._table.c.tenant == tenant, self._table.c.id.in_(free))
                .values(holder=holder, until_ms=now + int(lasts_s * 1000), attempts=self._table.c.attempts + 1)
                .returning(self._table.c.document, self._table.c.attempts)
            )
            rows = taken.all()
        found = [(Arrival.model_validate_json(row.document), row.attempts) for row in rows]
        for each, _ in found:
            belonging(tenant, each.tenant)
        return tuple(sorted(found, key=lambda each: (each[0].received_at, each[0].id)))

    async def _free(self, tenant: str) -> bool:
        """Return whether anything waits: asking that takes no turn to write."""
        async with self._work.reading() as connection:
            query = select(self._table.c.id).where(
                self._table.c.tenant == tenant, self._table.c.until_ms < now_ms(connection)
            )
            return (await connection.execute(query.limit(1))).one_or_none() is not None

    async def begin(self, tenant: str, arrival: str, holder: str) -> tuple[bool, str | None]:
        """Return whether this is still to be done by this holder, and the words it was edited to, if it was."""
        query = select(self._table.c.words).where(
            self._table.c.tenant == tenant,
            self._table.c.id == arrival,
            self._table.c.holder == holder,
            self._table.c.until_ms.is_not(None),
        )
        async with self._work.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        return (False, None) if row is None else (True, row.words)

    @tried_again
    async def hold(self, tenant: str, ids: Collection[str], holder: str, lasts_s: float) -> None:
        """Go on holding these, from now for so long."""
        async with self._work.writing() as connection:
            until = now_ms(connection) + int(lasts_s * 1000)
            await connection.execute(self._held(tenant, ids, holder).values(until_ms=until))

    @tried_again
    async def release(self, tenant: str, ids: Collection[str], holder: str, after_s: float = 0.0) -> None:
        """Let somebody take these, once so much time has passed."""
        async with self._work.writing() as connection:
            until = now_ms(connection) + int(after_s * 1000) if after_s else 0
            await connection.execute(self._held(tenant, ids, holder).values(holder=None, until_ms=until))

    @tried_again
    async def finish(self, tenant: str, ids: Sequence[str], holder: str) -> int:
        """Be done with these, and forget what they said; return how many this holder held."""
        async with self._work.writing() as connection:
            done = self._held(tenant, ids, holder).values(until_ms=None, document=None, words=None)
            return (await connection.execute(done)).rowcount

    @tried_again
    async def withdraw(self, tenant: str, arrival: str, at: datetime) -> None:
        """See that something is not begun any more, also where it is yet to come."""
        gone = {"until_ms": None, "document": None, "words": None}
        row = {"tenant": tenant, "id": arrival, "received_at": at, "attempts": 0, **gone}
        async with self._work.writing() as connection:
            await connection.execute(
                insert(connection, self._table)
                .values(**row)
                .on_conflict_do_update(index_elements=["tenant", "id"], set_=gone)
            )

    @tried_again
    async def reword(self, tenant: str, arrival: str, words: str, at: datetime) -> bool:
        """Have something say other words, also where it is yet to come; False where it is done with."""
        row = {"tenant": tenant, "id": arrival, "received_at": at, "attempts": 0, "words": words}
        async with self._work.writing() as connection:
            statement = insert(connection, self._table).values(**row)
            changed = await connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["tenant", "id"],
                    set_={"words": words},
                    where=self._table.c.until_ms.is_not(None) | self._table.c.words.is_not(None),
                )
            )
            return bool(changed.rowcount)

    async def waiting(self, tenant: str) -> int:
        """Return how many are not done."""
        query = select(self._table.c.id).where(self._table.c.tenant == tenant, self._table.c.until_ms.is_not(None))
        async with self._work.reading() as connection:
            return len((await connection.execute(query)).all())

    async def latest(self, tenant: str) -> datetime | None:
        """Return when the last one came that is remembered."""
        query = select(func.max(self._table.c.received_at)).where(self._table.c.tenant == tenant)
        async with self._work.reading() as connection:
            found: datetime | None = (await connection.execute(query)).scalar_one()
        return found

    async def prune(self, before: datetime) -> int:
        """Forget what is done and was received earlier, of every tenant; return how much."""
        old = delete(self._table).where(self._table.c.received_at < before, self._table.c.until_ms.is_(None))
        async with self._work.writing() as connection:
            return (await connection.execute(old)).rowcount

    def _keeping(self, connection: AsyncConnection) -> ReturningInsert[str]:
        """Return what keeps any number of rows in one trip: the same each time, so that it is compiled once."""
        if self._keeps is None:
            lasts = bindparam("lasts_ms", type_=BigInteger)
            statement = insert(connection, self._table).values(
                until_ms=case((lasts > 0, now_ms(connection) + lasts), else_=0)
            )
            given = ("received_at", "holder", "until_ms", "attempts", "document")
            self._keeps = statement.on_conflict_do_update(
                index_elements=["tenant", "id"],
                set_={name: statement.excluded[name] for name in given},
                where=self._table.c.until_ms.is_(None) & self._table.c.words.is_not(None),
            ).returning(self._table.c.id)
        return self._keeps

    def _held(self, tenant: str, ids: Collection[str], holder: str) -> Update:
        return update(self._table).where(
            self._table.c.tenant == tenant,
            self._table.c.id.in_(ids),
            self._table.c.holder == holder,
            self._table.c.until_ms.is_not(None),
        )
