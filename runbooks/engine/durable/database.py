"""The engine's own connections, for DBOS, which is synchronous: to a SQLite file of its own, or to PostgreSQL.

What DBOS would get wrong by itself is put right here: on Python 3.11 its SQLite clock counts whole seconds, and it
leaves SQLite's journal as it is.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.exc import SQLAlchemyError as DatabaseError

from memory.errors import InvalidSettings, StoreUnavailable

__all__ = ["DatabaseError", "Engine", "engine_for", "understood"]

BUSY_S = 10.0
CONNECT_S = 3
POOL = 12
SILENCE_MS = 3000  # after which a peer that does not answer counts as away
_SESSION = "-c idle_in_transaction_session_timeout=5000 -c lock_timeout=5000"
_OURS_ALONE = ("prepared_statement_cache_size", "ssl")  # options of the store's driver


def engine_for(address: str) -> Engine:
    """Return the engine of a database address such as `sqlite:///file` or `postgresql://user@host/name`.

    Nothing is connected yet. Raises `InvalidSettings` for another form.
    """
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise InvalidSettings("expected the engine's database address, found something that is none") from None
    if url.get_backend_name() == "sqlite":
        return _sqlite(url)
    if url.get_backend_name() in {"postgresql", "postgres"}:
        return _postgresql(url)
    raise InvalidSettings(f"expected SQLite or PostgreSQL for the engine, found {url.get_backend_name()}")


def _postgresql(url: URL) -> Engine:
    mode = url.query.get("sslmode") or url.query.get("ssl")
    url = url.difference_update_query(_OURS_ALONE).set(drivername="postgresql+psycopg")
    if mode:
        url = url.update_query_dict({"sslmode": str(mode)})
    return create_engine(
        url,
        pool_size=POOL,
        max_overflow=POOL,
        pool_timeout=BUSY_S,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={
            "application_name": "quarterdeck-engine",
            "connect_timeout": CONNECT_S,
            "tcp_user_timeout": SILENCE_MS,
            "options": _SESSION,
        },
    )


def _sqlite(url: URL) -> Engine:
    engine = create_engine(
        url.set(drivername="sqlite"),
        pool_size=POOL,
        max_overflow=POOL,
        pool_timeout=BUSY_S,
        hide_parameters=True,
        connect_args={"timeout": BUSY_S, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _: object) -> None:
    """Let writers queue up, write ahead, and count milliseconds.

    What is lost in a power cut is submitted again by whoever looks through the store, so `NORMAL` is enough.
    """
    connection.isolation_level = "IMMEDIATE"
    connection.execute(f"PRAGMA busy_timeout = {BUSY_S * 1000:.0f}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.create_function("strftime", -1, _strftime)


def _strftime(*asked: object) -> str:
    """Return the seconds since 1970 with milliseconds, where SQLite gives whole ones. DBOS asks for no other."""
    if asked != ("%s", "now"):
        raise ValueError(f"expected strftime('%s', 'now'), found {asked}")
    return f"{time.time():.3f}"


@contextmanager
def understood() -> Iterator[None]:
    """Turn what the database says into what a person can act on."""
    try:
        yield
    except DatabaseError as error:
        first = next(iter(str(error).splitlines()), type(error).__name__)
        raise StoreUnavailable(
            f"expected the engine's database to answer, found: {first}",
            hint="Check the address of the store, and that the server runs or the file can be written.",
        ) from error
