"""The last checkpoint of each thread in a SQLite file."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Self

import aiosqlite
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata, CheckpointTuple
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from memory.store.checkpoints.reading import plain, reaching

_BUSY_MS = 5000


class SqliteCheckpoints(AsyncSqliteSaver):
    """The last checkpoint of each thread in a SQLite file."""

    def __init__(self, conn: aiosqlite.Connection) -> None:
        super().__init__(conn, serde=plain())

    async def setup(self) -> None:
        """Create the tables once. A commit survives the process; the last ones may not survive a power cut."""
        if not self.is_setup:
            await self.conn.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
            await super().setup()
            await self.conn.execute("PRAGMA synchronous = NORMAL")

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Return the checkpoint; raises `StoreUnavailable`."""
        with reaching(aiosqlite.Error):
            return await super().aget_tuple(config)

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Keep the checkpoint, then forget the ones before it; raises `StoreUnavailable`."""
        with reaching(aiosqlite.Error):
            saved = await super().aput(config, checkpoint, metadata, new_versions)
            await self._forget_before(saved["configurable"])
            return saved

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Keep what a paused step has written; raises `StoreUnavailable`."""
        with reaching(aiosqlite.Error):
            await super().aput_writes(config, writes, task_id, task_path)

    async def _forget_before(self, at: dict[str, Any]) -> None:
        older = "thread_id = ? AND checkpoint_ns = ? AND checkpoint_id < ?"
        which = (at["thread_id"], at["checkpoint_ns"], at["checkpoint_id"])
        async with self.lock:
            await self.conn.execute(f"DELETE FROM writes WHERE {older}", which)  # noqa: S608  # a constant
            await self.conn.execute(f"DELETE FROM checkpoints WHERE {older}", which)  # noqa: S608  # likewise
            await self.conn.commit()

    @classmethod
    @asynccontextmanager
    async def opened(cls, path: str) -> AsyncIterator[Self]:
        """Open the file, create what is missing, and close it after the block."""
        connection = aiosqlite.connect(path)
        with reaching(aiosqlite.Error):
            await connection
        try:
            saver = cls(connection)
            with reaching(aiosqlite.Error):
                await saver.setup()
            yield saver
        finally:
            await connection.close()
