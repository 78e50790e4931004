"""The house's own memory, as a hand that looks into it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.wiring.systems.opened import Opened, Surroundings
from tools.connectors import recollections


@asynccontextmanager
async def opened(around: Surroundings) -> AsyncIterator[Opened]:
    """Give the hand, where the house has a memory."""
    if around.recall is None:
        yield Opened()
        return
    yield Opened(hands=recollections.hands(around.recall, around.store.incidents.under_way))
