"""What goes wrong with a database, in words a person can act on."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager

from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    NotSupportedError,
    PendingRollbackError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from memory.errors import InvalidEncoding, RaceLost, StoreUnavailable

_OURS = (IntegrityError, ProgrammingError, DataError, NotSupportedError)  # mistakes of this program, never hidden
_LOST_RACES = {"40001", "40P01"}  # PostgreSQL: serialization failure, deadlock; nothing was written


@asynccontextmanager
async def connected(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Enter a connection. The driver's own errors mean the server only here, outside the caller's body."""
    async with AsyncExitStack() as stack:
        try:
            connection = await stack.enter_async_context(engine.connect())
        except (OSError, TimeoutError) as error:
            raise _unavailable(error) from error
        yield connection


@contextmanager
def understood() -> Iterator[None]:
    """Turn what the database says into what a person can act on."""
    try:
        yield
    except _OURS:
        raise
    except DBAPIError as error:
        state = getattr(error.orig, "sqlstate", None)
        if state in _LOST_RACES:
            raise RaceLost("expected to be alone with these rows, found another transaction ahead") from error
        raise _unavailable(error.orig or error) from error
    except UnicodeEncodeError as error:
        raise InvalidEncoding("expected text that is UTF-8, found half a surrogate pair") from error
    except (PoolTimeout, PendingRollbackError) as error:  # the second: the connection was lost in a transaction
        raise _unavailable(error) from error


def _unavailable(error: BaseException) -> StoreUnavailable:
    first = next(iter(str(error).splitlines()), "") or type(error).__name__
    return StoreUnavailable(
        f"expected a database that answers, found: {first}",
        hint="Check the address of the store, that the server runs or the file can be written, and the disk.",
    )
