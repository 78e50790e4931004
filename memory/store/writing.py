"""Group commit: transactions that come at once are run one after the other inside one, and end in one commit.

Each is undone alone when it fails, and none is answered before the commit that covers them all. What they append
to the ledger is sealed once, just before that commit. A process writes through one connection at a time.
Whoever takes a lock that all nodes queue for is the last of its group: rows are written before, never under it.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any, Protocol

from sqlalchemy import CursorResult
from sqlalchemy.ext.asyncio import AsyncConnection

from memory.errors import QuarterdeckError, RaceLost, StoreUnavailable
from memory.store.engines import BUSY_S, LOCKED
from memory.store.pending import Pending

MOST = 256  # transactions that share a commit
TRIES = 3  # of what only appends, where another node was ahead
LONGEST_S = 0.02  # how long the first of them waits for others that are there already

Transaction = Callable[[], AbstractAsyncContextManager[AsyncConnection]]


class Sealing(Protocol):
    """Puts what was appended under a signed root."""

    async def seal(self, connection: AsyncConnection, pending: Sequence[Pending]) -> None:
        """Write these entries and the checkpoint that covers them, inside the transaction that is open."""


class Undisturbed(AsyncConnection):
    """A connection that others share: a statement is finished even where whoever asked for it is cancelled."""

    async def execute(self, *arguments: Any, **options: Any) -> CursorResult[Any]:
        """Execute a statement to its end; see `AsyncConnection.execute`."""
        statement = asyncio.ensure_future(super().execute(*arguments, **options))
        try:
            return await asyncio.shield(statement)
        except asyncio.CancelledError:
            while not statement.done():
                with suppress(asyncio.CancelledError):
                    await asyncio.wait([statement])
            if not statement.cancelled():
                statement.exception()  # nobody is left to be told of it
            raise


class Body:
    """One transaction of a group: the connection it works on, and what it appends to the ledger."""

    connection: AsyncConnection  # from the moment its turn has come

    def __init__(self) -> None:
        self.pending: list[Pending] = []


class _Job:
    """A body with its three moments: its turn has come, it is over (and is to be kept or not), it is committed."""

    def __init__(self, body: Body, *, ready: bool) -> None:
        loop = asyncio.get_running_loop()
        self.body = body
        self.turn: asyncio.Future[None] = loop.create_future()
        self.over: asyncio.Future[bool] = loop.create_future()
        self.committed: asyncio.Future[None] = loop.create_future()
        self.ready = ready  # it needs no turn: all it does is append
        self.tries = 1

    def fail(self, error: BaseException) -> None:
        """Answer whoever waits that nothing was written."""
        for waited in (self.turn, self.committed):
            if not waited.done():
                waited.set_exception(error)
                waited.exception()  # whoever waited may be gone: nobody is to be told of that


class Writer:
    """Runs what is written, in order. It works while there is something to write, and not a moment longer."""

    def __init__(self, transaction: Transaction, sealing: Sealing) -> None:
        self._transaction = transaction
        self._sealing = sealing
        self._queue: deque[_Job] = deque()
        self._working: asyncio.Task[None] | None = None

    async def append(self, pending: Pending) -> None:
        """Append to the ledger alone, and return once it is committed."""
        body = Body()
        body.pending.append(pending)
        await self._put(_Job(body, ready=True)).committed

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Body]:
        """Enter a transaction, and leave it once it is committed; left by an error, nothing of it is written."""
        job = self._put(_Job(Body(), ready=False))
        keep = False
        try:
            await self._granted(job)
            yield job.body
            keep = True
        finally:
            if not job.over.done():
                job.over.set_result(keep)
        await job.committed

    async def close(self) -> None:
        """Return once everything that was begun is written."""
        if self._working is not None:
            await self._working

    async def _granted(self, job: _Job) -> None:
        try:
            async with asyncio.timeout(BUSY_S):
                await job.turn
        except TimeoutError:
            raise StoreUnavailable(
                f"expected a turn to write within {BUSY_S:g} s, found another transaction still open",
                hint="Inside `store.transaction()`, use the unit it gives and not the store.",
            ) from None

    def _put(self, job: _Job) -> _Job:
        self._queue.append(job)
        if self._working is None:
            self._working = asyncio.create_task(self._work())
        return job

    async def _work(self) -> None:
        try:
            while self._queue:
                await self._group()
        finally:
            self._working = None

    async def _group(self) -> None:
        """Run one group to its commit, and answer everybody in it."""
        jobs: list[_Job] = []
        try:
            async with self._transaction() as connection:
                await self._fill(connection, jobs)
                pending = [each for job in jobs for each in job.body.pending]
                if pending:
                    await self._sealing.seal(connection, pending)
        except _Undone:
            return
        except RaceLost as error:
            self._raced(jobs, error)
            return
        except BaseException as error:
            ends = not isinstance(error, Exception)  # the process itself, so that nobody will come for the others
            for job in (*jobs, *(self._given_up() if ends or not jobs else ())):
                job.fail(_again(error))
            if ends:
                raise
            return
        for job in jobs:
            if not job.committed.done():  # whoever waited may have been cancelled meanwhile
                job.committed.set_result(None)

    def _raced(self, jobs: list[_Job], error: RaceLost) -> None:
        """Have what only appends go again, ahead of the others; tell whoever did more that nothing was written."""
        for job in reversed(jobs):
            if job.ready and job.tries < TRIES:
                job.tries += 1
                self._queue.appendleft(job)
            else:
                job.fail(_again(error))

    def _given_up(self) -> list[_Job]:
        """Take everybody out of the queue: there was no transaction to be had."""
        jobs = list(self._queue)
        self._queue.clear()
        return jobs

    async def _fill(self, connection: AsyncConnection, jobs: list[_Job]) -> None:
        """Run what is queued, one after the other, until nothing is, the group is full or one holds a lock."""
        connection.info.pop(LOCKED, None)
        now = asyncio.get_running_loop().time
        until = now() + LONGEST_S
        while self._queue and len(jobs) < MOST and (not jobs or now() < until) and LOCKED not in connection.info:
            job = self._queue.popleft()
            if job.ready:
                jobs.append(job)
            elif not job.turn.done():  # whoever waited has given up where it is
                await self._run(job, connection, jobs)

    async def _run(self, job: _Job, connection: AsyncConnection, jobs: list[_Job]) -> None:
        """Give a body its turn. What comes first in a group needs no savepoint: undoing it undoes the group."""
        savepoint = await connection.begin_nested() if jobs else None
        jobs.append(job)
        job.body.connection = Undisturbed(connection.engine, connection.sync_connection)
        if not job.turn.done():  # its caller may have been cancelled while the savepoint was made
            job.turn.set_result(None)
        if await job.over:
            if savepoint is not None:
                await savepoint.commit()
            return
        jobs.remove(job)
        job.committed.cancel()
        if savepoint is None:
            raise _Undone
        await savepoint.rollback()


class _Undone(Exception):
    """The only body of a group was left by an error."""


def _again(error: BaseException) -> BaseException:
    """Return the error for one of several who are to be told of it, so that they do not share one traceback."""
    if isinstance(error, QuarterdeckError):
        with suppress(TypeError):
            return type(error)(error.message, hint=error.hint)
    return error
