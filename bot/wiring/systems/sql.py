"""Databases that may be read."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.wiring.systems.opened import Opened, Surroundings


@asynccontextmanager
async def opened(around: Surroundings) -> AsyncIterator[Opened]:
    """Give a hand for each database, and a check that it answers one who may only read."""
    if not around.settings.sql_sources:
        yield Opened()
        return
    from tools.connectors.sql import SqlRead, reader  # a parser of SQL, for those who have a database

    readers = [(source, reader(source)) for source in around.settings.sql_sources]
    yield Opened(
        hands=tuple(SqlRead(source, database) for source, database in readers),
        checks={f"sql.{source.name}": database.check for source, database in readers},
    )
