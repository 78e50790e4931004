"""What differs between SQLite and PostgreSQL, and nothing else: addresses, engines, locks, upserts.

Everything above it is written once and runs on both.
"""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, Connection, Table, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from memory.errors import DependencyMissing, InvalidSettings, StoreUnavailable
from memory.store.driver import OneTrip
from memory.store.encoding import check_text

BUSY_S = 5.0  # how long anything waits for somebody else's transaction
WRITES = "quarterdeck_writes"
LOCKED = "quarterdeck_locked"  # in a connection's `info`: its transaction holds a lock that others queue for

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}
_CONNECT_S = 5.0
_MIGRATION_LOCK = 0x5155_4152  # the numbers of advisory locks: every version of Quarterdeck must use these
_LEDGER_LOCKS = 0x4C45_4447
_MEMORY_LOCKS = 0x4D45_4D4F
_SCHEMA_S = 60.0  # that a schema may take to change: whoever starts meanwhile waits for it
_LOCK = text("SELECT pg_advisory_xact_lock(:lock, hashtext(:tenant))")
_LIMIT = text("SELECT set_config(:limit, :most, true)")
_ATTEMPT_S = 0.02
# A transaction is also a lease on what it has locked: a process that was frozen inside one loses both.
_SESSION = {
    "application_name": "quarterdeck",
    "lock_timeout": f"{BUSY_S * 1000:.0f}",
    "idle_in_transaction_session_timeout": f"{BUSY_S * 1000:.0f}",
}


async def engine_for(address: str) -> AsyncEngine:
    """Return the engine of a database address such as `sqlite:///file` or `postgresql://user@host/name`.

    Raises `InvalidSettings` for another form, `DependencyMissing` without the driver, and `StoreUnavailable`
    where the SQLite file cannot be had.
    """
    url = parsed(address)
    engine = await _sqlite(url) if is_sqlite(url) else _postgresql(url)
    event.listen(engine.sync_engine, "before_cursor_execute", check_text)
    return engine


def parsed(address: str) -> URL:
    """Return the address with its asynchronous driver. Errors never repeat it: it may hold a password."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise InvalidSettings(f"{_EXPECTED}, found something that is no database address") from None
    if url.drivername not in _DRIVERS:
        raise InvalidSettings(f"{_EXPECTED}, found one that begins with {url.drivername}:")
    url = url.set(drivername=_DRIVERS[url.drivername])
    if is_sqlite(url) and (url.database in {None, "", ":memory:"} or "\0" in address):
        raise InvalidSettings(f"{_EXPECTED}, found SQLite without a file, which would forget everything")
    _check_options(url)
    if not is_sqlite(url) and "sslmode" in url.query:  # libpq's name for what asyncpg calls ssl
        url = url.difference_update_query(["sslmode"]).update_query_dict({"ssl": url.query["sslmode"]})
    return url


def _check_options(url: URL) -> None:
    known = set() if is_sqlite(url) else _OPTIONS
    if unknown := sorted(set(url.query) - known):
        raise InvalidSettings(f"{_EXPECTED}, found one with the option {unknown[0]}")
    if url.query.get("sslmode", "prefer") not in _SSL_MODES:
        raise InvalidSettings(f"{_EXPECTED}, found one whose sslmode is none of {', '.join(_SSL_MODES)}")


_OPTIONS = {"sslmode", "ssl", "host", "port", "prepared_statement_cache_size"}
_SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")  # libpq's
_EXPECTED = "expected a database address such as sqlite:///quarterdeck.db or postgresql://user@host/name"


def is_sqlite(where: URL) -> bool:
    """Return whether there is one writer at a time."""
    return where.get_backend_name() == "sqlite"


def insert(connection: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT that knows ON CONFLICT."""
    return sqlite.insert(table) if is_sqlite(connection.engine.url) else postgresql.insert(table)


async def lock_ledger(connection: AsyncConnection, tenant: str) -> None:
    """Let one transaction at a time append to a tenant's ledger, until it ends."""
    if not is_sqlite(connection.engine.url):  # a write transaction has everything to itself in SQLite
        await _lock(connection, _LEDGER_LOCKS, tenant)


async def lock_memories(connection: AsyncConnection, tenant: str) -> None:
    """Let one transaction at a time change what a tenant remembers: the numbers of changes have no gaps."""
    if not is_sqlite(connection.engine.url):
        await _lock(connection, _MEMORY_LOCKS, tenant)


async def _lock(connection: AsyncConnection, lock: int, tenant: str) -> None:
    await connection.execute(_LOCK, {"lock": lock, "tenant": tenant})
    connection.info[LOCKED] = True


async def overwrite_erased(connection: AsyncConnection) -> None:
    """Have SQLite overwrite the bytes of what is deleted or replaced; PostgreSQL frees them when it vacuums."""
    if is_sqlite(connection.engine.url):
        await connection.exec_driver_sql("PRAGMA secure_delete = ON")


async def lock_schema(connection: AsyncConnection) -> None:
    """Let one process at a time change the schema until its transaction ends, and be as slow as a minute."""
    if not is_sqlite(connection.engine.url):
        for limit in ("lock_timeout", "idle_in_transaction_session_timeout"):
            await connection.execute(_LIMIT, {"limit": limit, "most": f"{_SCHEMA_S * 1000:.0f}"})
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})


def _postgresql(url: URL) -> AsyncEngine:
    try:
        return create_async_engine(
            url,
            pool_size=10,
            max_overflow=10,
            pool_timeout=BUSY_S,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"timeout": _CONNECT_S, "server_settings": _SESSION},
        )
    except ModuleNotFoundError as error:
        raise DependencyMissing(
            f"expected the driver {error.name} for PostgreSQL, found it not installed",
            hint='Install it with: pip install "quarterdeck[postgres]"',
        ) from error


async def _sqlite(url: URL) -> AsyncEngine:
    path = Path(url.database or "")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailable(
            f"expected a directory to keep {path.name} in, found: {error.strerror or error}",
            hint="Give the store a path in a directory that can be written.",
        ) from error
    await _write_ahead(path)
    engine = create_async_engine(
        url,
        pool_size=4,
        max_overflow=8,
        pool_timeout=BUSY_S,
        hide_parameters=True,
        async_creator=lambda: OneTrip(str(path), BUSY_S),
    )
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """Turn off sqlite3's own transactions, which begin too late, and turn on what keeps the promises."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA synchronous = FULL")  # a commit that was answered survives a power cut
    cursor.close()


def _begin(connection: Connection) -> None:
    """Take the write lock at the start: a reader that turns writer later can deadlock. A read is one statement."""
    if connection.get_execution_options().get(WRITES):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


async def _write_ahead(path: Path) -> None:
    """Make the file write-ahead once and for all. SQLite does not wait for others here, so this does.

    The asynchronous driver opens only what can be opened: of a failure it would leave a thread behind for a while.
    """
    deadline = asyncio.get_running_loop().time() + BUSY_S
    while True:
        try:
            return await asyncio.to_thread(_begin_write_ahead, path)
        except sqlite3.Error as error:
            if "locked" not in str(error) or asyncio.get_running_loop().time() > deadline:
                raise DBAPIError(_WRITE_AHEAD, None, error) from error
            await asyncio.sleep(_ATTEMPT_S)


def _begin_write_ahead(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(_WRITE_AHEAD)


_WRITE_AHEAD = "PRAGMA journal_mode = WAL"
