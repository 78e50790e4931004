"""The database: opened, brought to the newest schema, and entered in transactions that either read or write."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from typing import Protocol

from sqlalchemy import Connection, column, inspect, select, table
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NotSupportedError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from memory.errors import Conflict, InvalidEncoding, StoreUnavailable
from memory.store.engines import BUSY_S, WRITES, engine_for, is_sqlite, lock_schema
from memory.store.tables import REVISION, VERSION_TABLE

_OURS = (IntegrityError, ProgrammingError, DataError, NotSupportedError)  # mistakes of this program, never hidden
_LOST_RACES = {"40001", "40P01"}  # PostgreSQL: serialization failure, deadlock; nothing was written

_NOT_TEXT = "22021"  # PostgreSQL: character not in repertoire


class Work(Protocol):
    """Where a repository's statements go: each call into its own transaction, or all of them into one."""

    def reading(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Enter a transaction that only reads."""

    def writing(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Enter a transaction that commits when it is left, and undoes everything when left by an error."""


class Joined:
    """Work inside a transaction that somebody else began and will end."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Yield the transaction that is open already."""
        yield self._connection

    writing = reading


class Database:
    """One database of either kind. SQLite's single writer is queued for in order, so nobody polls for the lock."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._writers = engine.execution_options(**{WRITES: True})
        self._turn = asyncio.Lock() if is_sqlite(engine.url) else None

    @classmethod
    async def open(cls, url: str) -> "Database":
        """Open the database at `url`; raises `InvalidSettings`, `DependencyMissing` or `StoreUnavailable`."""
        with _understood():
            return cls(await engine_for(url))

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Enter a transaction of its own that only reads; raises `StoreUnavailable`."""
        with _understood():
            async with _connected(self._engine) as connection:
                yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Enter a transaction of its own, committed at the end; raises `StoreUnavailable` or `Conflict`."""
        with _understood():
            async with self._queued(), _connected(self._writers) as connection, connection.begin():
                yield connection

    async def migrate(self) -> None:
        """Bring the schema to this version. Processes that start together take turns.

        Raises `StoreUnavailable` when a newer version has been here.
        """
        async with self.reading() as connection:
            if await connection.run_sync(_revision) == REVISION:
                return
        from memory.store import migrations  # Alembic is slow to load and seldom needed

        async with self.writing() as connection:
            await lock_schema(connection)
            found = await connection.run_sync(_revision)
            if found is not None and found not in migrations.known():
                raise StoreUnavailable(
                    f"expected a database of schema {REVISION} or older, found {found}",
                    hint="A newer Quarterdeck has used this database: upgrade, or restore an older copy.",
                )
            await connection.run_sync(migrations.upgrade)

    @asynccontextmanager
    async def _queued(self) -> AsyncIterator[None]:
        """Wait for this process's turn to write."""
        if self._turn is None:
            yield
            return
        try:
            async with asyncio.timeout(BUSY_S):
                await self._turn.acquire()
        except TimeoutError:
            raise StoreUnavailable(
                f"expected a turn to write within {BUSY_S:g} s, found another transaction still open",
                hint="Inside `store.transaction()`, use the unit it gives and not the store.",
            ) from None
        try:
            yield
        finally:
            self._turn.release()


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found: str | None = connection.scalar(select(column("version_num")).select_from(table(VERSION_TABLE)))
    return found


@asynccontextmanager
async def _connected(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Enter a connection. The driver's own errors mean the server only here, outside the caller's body."""
    async with AsyncExitStack() as stack:
        try:
            connection = await stack.enter_async_context(engine.connect())
        except (OSError, TimeoutError) as error:
            raise _unavailable(error) from error
        yield connection


@contextmanager
def _understood() -> Iterator[None]:
    """Turn what the database says into what a person can act on."""
    try:
        yield
    except _OURS:
        raise
    except DBAPIError as error:
        state = getattr(error.orig, "sqlstate", None)
        if state in _LOST_RACES:
            raise Conflict("expected to be alone with these rows, found another transaction ahead") from error
        if state == _NOT_TEXT:
            raise InvalidEncoding("expected text that a database can hold, found a NUL character") from error
        raise _unavailable(error.orig or error) from error
    except UnicodeEncodeError as error:
        raise InvalidEncoding("expected text that is UTF-8, found half a surrogate pair") from error
    except PoolTimeout as error:
        raise _unavailable(error) from error


def _unavailable(error: BaseException) -> StoreUnavailable:
    first = next(iter(str(error).splitlines()), "") or type(error).__name__
    return StoreUnavailable(
        f"expected a database that answers, found: {first}",
        hint="Check the address of the store, that the server runs or the file can be written, and the disk.",
    )
