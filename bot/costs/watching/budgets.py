"""How each budget stands, told once for each state it comes into."""

import asyncio
from datetime import date
from decimal import Decimal

from agents.forecasting.outlook import outlook
from agents.radar.budgets import standing
from bot.costs.watching.gathering import Gathering, known
from memory.model.cost import CostSeries, DailyCost
from memory.model.watching import Budget, BudgetStanding, BudgetState
from memory.store import Store


class Budgets:
    """Stands by one house's budgets."""

    def __init__(self, gathering: Gathering, store: Store) -> None:
        self._gathering = gathering
        self._store = store

    async def look(self, tenant: str, day: date) -> tuple[BudgetStanding, ...]:
        """Keep how each stands by the end of a day, and return those that people are to be told of."""
        told = []
        for budget in await self._store.cost_watch.of(tenant, Budget):
            found = await self.stands(budget, day)
            before = await self._store.cost_watch.get(tenant, BudgetStanding, budget.name)
            same = before is not None and before.start == found.start and before.amount == found.amount
            last = before.told if before is not None and same else None
            news = found.state is not (last or BudgetState.WITHIN)
            await self._store.cost_watch.put(found.model_copy(update={"told": found.state if news else last}))
            if news:
                told.append(found)
        return tuple(told)

    async def stands(self, budget: Budget, day: date) -> BudgetStanding:
        """Return how one stands by the end of a day; what was never billed costs nothing."""
        series = await self._gathering.everything(budget.tenant, day, budget.filters)
        days = next((each for each in series if each.currency == budget.currency), None)
        if days is None:
            nothing = DailyCost(day=day, cost=Decimal(0))
            days = CostSeries(currency=budget.currency, days=(nothing,))
        past = known(days)
        return standing(budget, past, await asyncio.to_thread(outlook, past))
