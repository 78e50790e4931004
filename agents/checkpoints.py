"""Where talks are kept: beside the store, in a file of their own where that is SQLite."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from langgraph.checkpoint.base import BaseCheckpointSaver

from memory.store.checkpoints import checkpoints

FILE = "talks.db"


@asynccontextmanager
async def open_checkpointer(database: str, home: Path) -> AsyncIterator[BaseCheckpointSaver[str]]:
    """Open the checkpoints that go with a store at `database`; two SQLite writers to one file would wait in turn.

    Raises `InvalidSettings`, `DependencyMissing` and `StoreUnavailable` as the store does.
    """
    where = f"sqlite:///{home / FILE}" if database.startswith("sqlite") else database
    async with checkpoints(where) as saver:
        yield saver
