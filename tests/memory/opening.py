"""The one way in which tests open a store."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from memory.clock import Clock
from memory.store import Store
from tests.fakes.time import FakeClock
from tests.keys import LOG_KEY


@asynccontextmanager
async def opened(address: str, clock: Clock | None = None) -> AsyncIterator[Store]:
    """Open the store at `address`, and close it in the end."""
    store = await Store.open(address, clock or FakeClock(), LOG_KEY)
    try:
        yield store
    finally:
        await store.close()
