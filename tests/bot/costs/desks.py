"""Desks over bills, each filled once: what tests ask, and what an evaluation asks again."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from bot.costs.alone import CountedHere, FixedClock
from bot.costs.answering import CostDesk
from bot.costs.service import Costs
from memory.costs.mart import Mart
from memory.model.catalogue import Catalogue, Service

REQUESTS = 1_250_000.0


class CountedRequests:
    """Serves `bot.costs.unit_costs.Requests`: checkout answered so many, on a day a thirtieth, nobody else any."""

    async def counted(self, service: str, since: datetime, until: datetime) -> float | None:
        return (
            (REQUESTS if until - since > timedelta(days=1) else REQUESTS / 30) if service == "checkout" else None
        )


def desk_over(folder: Path, bills: list[Path], now: datetime) -> CostDesk:
    clock = FixedClock(now)
    mart = Mart(folder, CountedHere(), clock)

    async def fill() -> None:
        for bill in bills:
            await mart.take("acme", "clouds", bill)

    asyncio.run(fill())
    catalogue = Catalogue(
        services=(
            Service(name="checkout", owner="payments"),
            Service(name="catalogue", owner="search"),
            Service(name="audit", owner="security"),
        )
    )
    return CostDesk(Costs(mart, clock), catalogue, clock, CountedRequests())
