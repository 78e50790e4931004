"""What will be spent, by group. An outlook takes a second or more, so that of the same days is kept."""

import asyncio
from collections import OrderedDict
from datetime import date
from typing import Final

from agents.forecasting.months import Outlook
from agents.forecasting.outlook import outlook
from agents.forecasting.series import Series
from bot.costs.watching.gathering import Gathering, known
from bot.costs.watching.trials import Trials
from bot.surfaces.cost_watch import DayCost, Forecasts, GroupForecast
from memory.errors import InvalidInput
from memory.model.cost import CostField, CostSeries, Dimension
from memory.model.watching import CostGroup

MOST: Final = 5  # groups that are forecast at once
KEPT: Final = 32  # outlooks
SHOWN_DAYS: Final = 92  # that were billed, beside what is to come
_NAMES: Final = {"service": Dimension.SERVICE, "account": Dimension.ACCOUNT, "region": Dimension.REGION}


class Forecasting:
    """Forecasts one house's bills."""

    def __init__(self, gathering: Gathering, trials: Trials) -> None:
        self._gathering = gathering
        self._trials = trials
        self._kept: OrderedDict[tuple[date, bytes], Outlook] = OrderedDict()
        self._one = asyncio.Lock()  # at a time: each keeps a core busy

    async def forecasts(self, tenant: str, by: str = "") -> Forecasts:
        """Return outlooks of everything, or of the largest by something, and how good those of before were.

        Raises `InvalidInput` for what nothing can be told apart by.
        """
        day = await self._gathering.last_day(tenant)
        if day is None:
            return Forecasts(as_of=None)
        told = []
        for group, days in (await self._groups(tenant, day, by))[:MOST]:
            series = known(days)
            past = tuple(
                DayCost(day=at, cost=float(cost))
                for at, cost in list(zip(series.dates(), series.costs, strict=True))[-SHOWN_DAYS:]
            )
            told.append(GroupForecast(group=group, outlook=await self._outlook(series), past=past))
        return Forecasts(as_of=day, forecasts=tuple(told), tried=await self._trials.summaries(tenant, day))

    async def _outlook(self, series: Series) -> Outlook:
        key = (series.first, series.costs.tobytes())
        async with self._one:
            if key not in self._kept:
                self._kept[key] = await asyncio.to_thread(outlook, series)
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return self._kept[key]

    async def _groups(self, tenant: str, day: date, by: str) -> tuple[tuple[CostGroup, CostSeries], ...]:
        if not by:
            everything = await self._gathering.everything(tenant, day)
            return tuple((CostGroup(currency=each.currency), each) for each in everything)
        tag = by.removeprefix("tag:")
        if tag == by and by not in _NAMES:
            raise InvalidInput(f"expected service, account, region or tag:KEY, found {by[:60]!r}")
        field = CostField(dimension=_NAMES[by]) if tag == by else CostField(tag=tag)
        return await self._gathering.groups(tenant, day, field)
