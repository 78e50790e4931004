"""The bills of the house, as hands that look into them and say what is expected."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.wiring.systems.opened import Check, Opened, Surroundings
from tools.billing import CostBook
from tools.connectors import costs


@asynccontextmanager
async def opened(around: Surroundings) -> AsyncIterator[Opened]:
    """Give the hand, where bills come from somewhere. Nothing is opened: they stand in the mart."""
    if around.bills is None or not around.settings.cost_sources:
        yield Opened()
        return
    watched = around.watched
    more = () if watched is None else (*costs.looking(watched), *costs.expecting(watched))
    hands = (*costs.hands(around.bills), *more)
    yield Opened(hands=hands, checks={"costs": _check(around.bills, around.settings.tenant)})


def _check(bills: CostBook, tenant: str) -> Check:
    async def check() -> str:
        return (await bills.tell(tenant, "how fresh is the billing data", ())).sentence

    return check
