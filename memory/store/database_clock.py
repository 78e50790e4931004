"""The database's own clock, in milliseconds: the one clock that several machines have in common."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, ColumnElement, cast, extract, func
from sqlalchemy.ext.asyncio import AsyncConnection

from memory.store.engines import is_sqlite

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_JULIAN_EPOCH, _DAY_MS = 2_440_587.5, 86_400_000.0


def now_ms(connection: AsyncConnection) -> ColumnElement[int]:
    """Return the expression for the present moment, also inside a transaction that began earlier."""
    if is_sqlite(connection.engine.url):
        return cast((func.julianday("now") - _JULIAN_EPOCH) * _DAY_MS, BigInteger)
    return cast(extract("epoch", func.clock_timestamp()) * 1000, BigInteger)


def moment(ms: int) -> datetime:
    """Return milliseconds of that clock as a moment."""
    return _EPOCH + timedelta(milliseconds=ms)
