"""Where a repository does its work, so that one call can stand alone or join others in one transaction."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from memory.store.pending import Pending
from memory.store.writing import Body


class Work(Protocol):
    """Where a repository's statements go: each call into its own transaction, or all of them into one."""

    def reading(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Enter a transaction that only reads."""

    def writing(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Enter a transaction that is committed once it is left, and undone when it is left by an error."""

    def joining(self) -> AbstractAsyncContextManager[Body]:
        """Enter a transaction that can also append to the ledger; otherwise as `writing`."""

    async def append(self, pending: Pending) -> None:
        """Append to the ledger, in the same transaction as what is written."""


class Joined:
    """Work inside a transaction that somebody else began and will end."""

    def __init__(self, body: Body) -> None:
        self._body = body

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Yield the transaction that is open already."""
        yield self._body.connection

    writing = reading

    @asynccontextmanager
    async def joining(self) -> AsyncIterator[Body]:
        """Yield the transaction that is open already."""
        yield self._body

    async def append(self, pending: Pending) -> None:
        """Append once the transaction is committed."""
        self._body.pending.append(pending)
