"""The database: opened, brought to the newest schema, and entered in transactions that either read or write."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import Connection, column, inspect, select, table
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from memory.errors import StoreUnavailable
from memory.store.engines import WRITES, engine_for, lock_schema
from memory.store.pending import Pending
from memory.store.sealing import Sealer
from memory.store.tables import REVISION, VERSION_TABLE
from memory.store.trouble import connected, understood
from memory.store.writing import Body, Writer


class Database:
    """One database of either kind. What this process writes goes through one connection, in groups."""

    def __init__(self, engine: AsyncEngine, sealer: Sealer) -> None:
        self._engine = engine
        self._writers = engine.execution_options(**{WRITES: True})
        self._sealer = sealer
        self._writer = Writer(self._transaction, sealer)

    @classmethod
    async def open(cls, url: str, sealer: Sealer) -> "Database":
        """Open the database at `url`; raises `InvalidSettings`, `DependencyMissing` or `StoreUnavailable`."""
        with understood():
            return cls(await engine_for(url), sealer)

    async def close(self) -> None:
        """Finish what is being written and close every connection."""
        await self._writer.close()
        await self._engine.dispose()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Enter a transaction of its own that only reads; raises `StoreUnavailable`."""
        with understood():
            async with connected(self._engine) as connection:
                yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Enter a transaction, and leave it once it is committed; raises `StoreUnavailable` or `Conflict`."""
        async with self.joining() as body:
            yield body.connection

    @asynccontextmanager
    async def joining(self) -> AsyncIterator[Body]:
        """Enter a transaction that can also append to the ledger; otherwise as `writing`."""
        with understood():
            async with self._writer.turn() as body:
                yield body

    async def append(self, pending: Pending) -> None:
        """Append to the ledger and return once that is committed; raises `StoreUnavailable` or `Conflict`."""
        await self._writer.append(pending)

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        """Enter a transaction of its own that has everything to itself in SQLite, committed at the end."""
        with understood():
            async with connected(self._writers) as connection, connection.begin():
                yield connection

    async def migrate(self) -> None:
        """Bring the schema to this version. Processes that start together take turns.

        Raises `StoreUnavailable` when a newer version has been here.
        """
        async with self.reading() as connection:
            if await connection.run_sync(_revision) == REVISION:
                return
        from memory.store import migrations  # Alembic is slow to load and seldom needed

        async with self._transaction() as connection:
            await lock_schema(connection)
            found = await connection.run_sync(_revision)
            if found is not None and found not in migrations.known():
                raise StoreUnavailable(
                    f"expected a database of schema {REVISION} or older, found {found}",
                    hint="A newer Quarterdeck has used this database: upgrade, or restore an older copy.",
                )
            await connection.run_sync(migrations.upgrade)

    async def check(self) -> None:
        """Return when every log ends where its checkpoint says; raises `LogKeyWrong` or `LogCorrupt`."""
        async with self.reading() as connection:
            await self._sealer.check(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found: str | None = connection.scalar(select(column("version_num")).select_from(table(VERSION_TABLE)))
    return found
