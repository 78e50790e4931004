"""The event bus: what just happened, for whoever listens now. Publishing never waits and never fails.

A listener that is too slow loses the oldest events and is told so by a `Gap`; the store keeps what matters.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from memory.model.record import Event, Gap, Topic

BACKLOG = 256  # events one listener may be behind


class Bus(Protocol):
    """Carries events from those who make them to those who listen."""

    def publish(self, event: Event) -> None:
        """Tell everybody who listens to this tenant and topic."""

    def subscribe(
        self, tenant: str, *, topics: Collection[Topic] = (), thread: str | None = None
    ) -> AbstractAsyncContextManager[AsyncIterator[Event | Gap]]:
        """Listen to one tenant: to these topics (none: all) and this thread (None: all), from now on."""


class LocalBus:
    """A bus within one process and one event loop."""

    def __init__(self, backlog: int = BACKLOG) -> None:
        self._backlog = backlog
        self._ears: set[_Ear] = set()

    def publish(self, event: Event) -> None:
        """Tell everybody who listens to this tenant and topic."""
        for ear in self._ears:
            if ear.wants(event):
                ear.hear(event)

    @asynccontextmanager
    async def subscribe(
        self, tenant: str, *, topics: Collection[Topic] = (), thread: str | None = None
    ) -> AsyncIterator[AsyncIterator[Event | Gap]]:
        """Listen until the block ends."""
        ear = _Ear(tenant, frozenset(topics), thread, self._backlog)
        self._ears.add(ear)
        try:
            yield ear.heard()
        finally:
            self._ears.discard(ear)


class _Ear:
    """One listener: what it wants, what it has not taken yet, and how much it missed."""

    def __init__(self, tenant: str, topics: frozenset[Topic], thread: str | None, backlog: int) -> None:
        self._tenant = tenant
        self._topics = topics
        self._thread = thread
        self._waiting: deque[Event] = deque(maxlen=backlog)
        self._missed = 0
        self._something = asyncio.Event()

    def wants(self, event: Event) -> bool:
        return (
            event.tenant == self._tenant
            and (not self._topics or event.topic in self._topics)
            and self._thread in {None, event.thread}
        )

    def hear(self, event: Event) -> None:
        if len(self._waiting) == self._waiting.maxlen:
            self._missed += 1
        self._waiting.append(event)
        self._something.set()

    async def heard(self) -> AsyncIterator[Event | Gap]:
        while True:
            await self._something.wait()
            if self._missed:
                missed, self._missed = self._missed, 0
                yield Gap(missed=missed)
            if self._waiting:
                yield self._waiting.popleft()
            if not self._waiting and not self._missed:
                self._something.clear()
