"""A house that watches two services of made-up bills, put together from real parts and no files."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from bot.costs.watching.book import WatchBook
from bot.costs.watching.budgets import Budgets
from bot.costs.watching.forecasting import Forecasting
from bot.costs.watching.gathering import Gathering
from bot.costs.watching.learning import Learning
from bot.costs.watching.room import CostWatchRoom
from bot.costs.watching.trials import Trials
from memory.clock import Clock
from memory.ids import Ids
from memory.model.cost import CostField, CostFilter, CostSeries, DailyCost
from memory.model.watching import CostFinding, CostGroup, FindingKind
from memory.store import Store

LAST = date(2026, 11, 15)
DAYS = 100
COMPUTE = CostGroup(currency="USD", dimension="ServiceName", key="Compute")
STORAGE = CostGroup(currency="USD", dimension="ServiceName", key="Storage")


class MadeGathering(Gathering):
    """Days that were made: a hundred a day of compute, and a little more at times."""

    def __init__(self) -> None:
        self._days = tuple(
            DailyCost(day=LAST - timedelta(back), cost=Decimal(100 + back % 7)) for back in range(DAYS - 1, -1, -1)
        )

    async def last_day(self, tenant: str) -> date | None:
        return LAST if tenant == "acme" else None

    async def everything(
        self, tenant: str, day: date, filters: Sequence[CostFilter] = ()
    ) -> tuple[CostSeries, ...]:
        return (CostSeries(currency="USD", days=self._days),)

    async def groups(self, tenant: str, day: date, field: CostField) -> tuple[tuple[CostGroup, CostSeries], ...]:
        return ((COMPUTE, CostSeries(currency="USD", keys=("Compute",), days=self._days)),)


def finding(name: str, group: CostGroup = COMPUTE, *, since: date = LAST, size: int = 200) -> CostFinding:
    return CostFinding(
        tenant="acme",
        id=f"finding_{name}",
        group=group,
        kind=FindingKind.MORE,
        since=since,
        until=since,
        noticed=since,
        open=False,
        size=Decimal(size),
        spent=Decimal(size + 100),
        strength=5.0,
        proposal="Look at it.",
    )


def watching(store: Store, clock: Clock, ids: Ids) -> tuple[CostWatchRoom, WatchBook]:
    """Return what people ask, and what hands do, over the same notes."""
    gathering = MadeGathering()
    forecasting, learning = Forecasting(gathering, Trials(gathering, store)), Learning(store, clock)
    room = CostWatchRoom(store, gathering, Budgets(gathering, store), forecasting, learning, clock=clock, ids=ids)
    return room, WatchBook(store, forecasting, learning, clock, "http://here")
