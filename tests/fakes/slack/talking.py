"""A talking side that only remembers who came to it, and can be told to be slow or to fail."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from bot.surfaces.slack.ports import Arrival, Visit
from memory.errors import QuarterdeckError
from memory.model.value import JsonValue


class FakeTalking:
    """Remembers visits, in the order in which they were done. Closed, it lets nobody finish."""

    def __init__(self) -> None:
        self.begun: list[Visit] = []
        self.done: list[Visit] = []
        self.failing: list[QuarterdeckError] = []  # raised by the next visits, one each
        self.at_once_says: Mapping[str, JsonValue] = {}
        self.open = asyncio.Event()
        self.open.set()

    @property
    def talker(self) -> "FakeTalking":
        return self

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        yield

    def at_once(self, arrival: Arrival) -> Mapping[str, JsonValue]:
        return self.at_once_says

    async def work(self, visit: Visit) -> None:
        self.begun.append(visit)
        await self.open.wait()
        if self.failing:
            raise self.failing.pop(0)
        self.done.append(visit)

    def heard(self) -> list[tuple[str, str]]:
        """Return who said what."""
        return [(visit.person.id, visit.arrival.text) for visit in self.done]
