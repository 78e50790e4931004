"""Desks over bills, each filled once: what tests ask, and what an evaluation asks again."""

import asyncio
from datetime import datetime
from pathlib import Path

from bot.costs.alone import CountedHere, FixedClock
from bot.costs.answering import CostDesk
from bot.costs.service import Costs
from memory.costs.mart import Mart
from memory.model.catalogue import Catalogue, Service

REQUESTS = 1_250_000.0


class CountedRequests:
    """Serves `bot.costs.answering.Requests`: checkout answered so many in any time, nobody else was counted."""

    async def counted(self, service: str, since: datetime, until: datetime) -> float | None:
        return REQUESTS if service == "checkout" else None


def desk_over(folder: Path, bills: list[Path], now: datetime) -> CostDesk:
    clock = FixedClock(now)
    mart = Mart(folder, CountedHere(), clock)

    async def fill() -> None:
        for bill in bills:
            await mart.take("acme", "clouds", bill)

    asyncio.run(fill())
    catalogue = Catalogue(
        services=(Service(name="checkout", owner="payments"), Service(name="audit", owner="security"))
    )
    return CostDesk(Costs(mart, clock), catalogue, clock, CountedRequests())
