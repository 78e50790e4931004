"""The last checkpoint of each thread in PostgreSQL. Imported only where its driver is needed."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Self

import psycopg
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata, CheckpointTuple
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool

from memory.store.checkpoints.reading import plain, reaching

CONNECT_S = 5.0
CONNECTIONS = 4


class PostgresCheckpoints(AsyncPostgresSaver):
    """The last checkpoint of each thread. Every method raises `StoreUnavailable` when the server is away."""

    @classmethod
    @asynccontextmanager
    async def opened(cls, address: str) -> AsyncIterator[Self]:
        """Connect, create what is missing, and disconnect after the block."""
        pool: AsyncConnectionPool[psycopg.AsyncConnection[DictRow]] = AsyncConnectionPool(
            address,
            min_size=1,
            max_size=CONNECTIONS,
            timeout=CONNECT_S,
            open=False,
            kwargs={"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row},
        )
        with reaching(psycopg.Error):
            await pool.open(wait=True, timeout=CONNECT_S)
        try:
            saver = cls(pool, serde=plain())
            with reaching(psycopg.Error):
                await saver.setup()
            yield saver
        finally:
            await pool.close()

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Return the checkpoint."""
        with reaching(psycopg.Error):
            return await super().aget_tuple(config)

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Keep the checkpoint, then forget the ones before it."""
        with reaching(psycopg.Error):
            saved = await super().aput(config, checkpoint, metadata, new_versions)
            await self.aprune([saved["configurable"]["thread_id"]])
            return saved

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Keep what a paused step has written."""
        with reaching(psycopg.Error):
            await super().aput_writes(config, writes, task_id, task_path)
