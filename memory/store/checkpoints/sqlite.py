"""The last checkpoint of each thread in a SQLite file.

LangGraph's saver for one thread is given one of its own: a call is one trip to it, where the asynchronous saver
makes a trip for every statement. A call that nobody waits for any more is finished all the same.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Self, TypeVar

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata, CheckpointTuple
from langgraph.checkpoint.sqlite import SqliteSaver

from memory.store.checkpoints.reading import plain, reaching

_BUSY_S = 5.0

_T = TypeVar("_T")


class SqliteCheckpoints(SqliteSaver):
    """The last checkpoint of each thread in a SQLite file. What it is asked for raises `StoreUnavailable`."""

    def __init__(self, connection: sqlite3.Connection, thread: ThreadPoolExecutor) -> None:
        super().__init__(connection, serde=plain())
        self._thread = thread

    def setup(self) -> None:
        """Create the tables once. A commit survives the process; the last ones may not survive a power cut."""
        if not self.is_setup:
            super().setup()
            self.conn.execute("PRAGMA synchronous = NORMAL")

    def put(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Keep the checkpoint, then forget the ones before it."""
        saved = super().put(config, checkpoint, metadata, new_versions)
        at = saved["configurable"]
        older = "thread_id = ? AND checkpoint_ns = ? AND checkpoint_id < ?"
        which = (at["thread_id"], at["checkpoint_ns"], at["checkpoint_id"])
        with self.cursor() as cursor:
            cursor.execute(f"DELETE FROM writes WHERE {older}", which)  # noqa: S608  # a constant
            cursor.execute(f"DELETE FROM checkpoints WHERE {older}", which)  # noqa: S608  # likewise
        return saved

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Return the checkpoint."""
        return await self._there(partial(self.get_tuple, config))

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,  # noqa: A002  # the name its callers give it
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """Yield the checkpoints, the newest first."""
        for each in await self._there(lambda: list(self.list(config, filter=filter, before=before, limit=limit))):
            yield each

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Keep the checkpoint, then forget the ones before it."""
        return await self._there(partial(self.put, config, checkpoint, metadata, new_versions))

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Keep what a paused step has written."""
        await self._there(partial(self.put_writes, config, writes, task_id, task_path))

    async def adelete_thread(self, thread_id: str) -> None:
        """Forget a thread."""
        await self._there(partial(self.delete_thread, thread_id))

    async def _there(self, call: Callable[[], _T]) -> _T:
        """Make a call where the connection lives."""
        with reaching(sqlite3.Error):
            return await asyncio.get_running_loop().run_in_executor(self._thread, call)

    @classmethod
    @asynccontextmanager
    async def opened(cls, path: str) -> AsyncIterator[Self]:
        """Open the file, create what is missing, and close it after the block."""
        run = asyncio.get_running_loop().run_in_executor
        with ThreadPoolExecutor(1, "checkpoints") as thread:
            with reaching(sqlite3.Error):
                connection = await run(thread, partial(sqlite3.connect, path, timeout=_BUSY_S))
            try:
                saver = cls(connection, thread)
                await saver._there(saver.setup)
                yield saver
            finally:
                await run(thread, connection.close)
