"""One turn at a time in each thread: two resumes of one pause would run what follows it twice."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class ThreadLocks:
    """A lock for each thread that is being answered, within this process. A lock nobody waits for is forgotten.

    Several processes need a surface that sends a thread's messages to one of them, one after another.
    """

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._holders: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._locks)

    @asynccontextmanager
    async def hold(self, thread: str) -> AsyncIterator[None]:
        """Wait for the thread's turn, and keep others waiting until the block is left."""
        lock = self._locks.setdefault(thread, asyncio.Lock())
        self._holders[thread] += 1
        try:
            async with lock:
                yield
        finally:
            self._holders[thread] -= 1
            if not self._holders[thread]:
                del self._holders[thread], self._locks[thread]
