"""Where a conversation's checkpoint is kept: the last one of each thread, and nothing older.

LangGraph writes them. They are read with a closed list of types: plain JSON and what LangGraph itself needs, so
that a row someone else wrote cannot make an object of their choice.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from memory.errors import DependencyMissing
from memory.store.engines import is_sqlite, parsed

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver
    from sqlalchemy import URL

__all__ = ["checkpoints"]


@asynccontextmanager
async def checkpoints(address: str) -> AsyncIterator["BaseCheckpointSaver[str]"]:
    """Open the checkpoints at a database address, such as `sqlite:///talks.db`, and close them after the block.

    A SQLite file should be one of its own: two connections that write to one file wait for each other. Raises
    `InvalidSettings`, `DependencyMissing` and `StoreUnavailable` as the store does.
    """
    url = parsed(address)
    if is_sqlite(url):
        from memory.store.checkpoints.sqlite import SqliteCheckpoints

        async with SqliteCheckpoints.opened(url.database or "") as saver:
            yield saver
    else:
        async with _postgresql(url) as saver:
            yield saver


@asynccontextmanager
async def _postgresql(url: "URL") -> AsyncIterator["BaseCheckpointSaver[str]"]:
    try:
        from memory.store.checkpoints.postgresql import PostgresCheckpoints
    except ModuleNotFoundError as error:
        raise DependencyMissing(
            f"expected the driver {error.name} for PostgreSQL, found it not installed",
            hint='Install it with: pip install "quarterdeck[postgres]"',
        ) from error
    async with PostgresCheckpoints.opened(_in_libpq_form(url)) as saver:
        yield saver


def _in_libpq_form(url: "URL") -> str:
    """Return the address as libpq reads it, with its own name for what asyncpg calls ssl."""
    query = {"sslmode" if name == "ssl" else name: value for name, value in url.query.items()}
    return url.set(drivername="postgresql", query=query).render_as_string(hide_password=False)
