"""What goes wrong with a database, in words a person can act on."""

import functools
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any, ParamSpec, TypeVar

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
_TRIES = 3

_P = ParamSpec("_P")
_T = TypeVar("_T")


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


def tried_again(call: Callable[_P, Awaitable[_T]]) -> Callable[_P, Coroutine[Any, Any, _T]]:
    """Make a call that is one transaction, and may be repeated, again where it raises `RaceLost`.

    Not for what joins a transaction of others: that one is lost as a whole, and its owner is told.
    """

    @functools.wraps(call)
    async def tried(*arguments: _P.args, **options: _P.kwargs) -> _T:
        for _ in range(_TRIES - 1):
            try:
                return await call(*arguments, **options)
            except RaceLost:
                continue
        return await call(*arguments, **options)

    return tried


def _unavailable(error: BaseException) -> StoreUnavailable:
    first = next(iter(str(error).splitlines()), "") or type(error).__name__
    return StoreUnavailable(
        f"expected a database that answers, found: {first}",
        hint="Check the address of the store, that the server runs or the file can be written, and the disk.",
    )
