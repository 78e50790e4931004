"""Savings, as hands that look at them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.savings.room import SavingsBook
from bot.wiring.systems.opened import Opened, Surroundings
from tools.connectors import savings


@asynccontextmanager
async def opened(around: Surroundings) -> AsyncIterator[Opened]:
    """Give the hands, where there is something to find savings in."""
    if around.savings is None or not around.settings.finds_savings():
        yield Opened()
        return
    yield Opened(hands=savings.hands(SavingsBook(around.savings)))
