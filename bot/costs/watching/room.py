"""What people ask of watched costs, and say to them. Who set or expects what stands in the log."""

from typing import Final

from agents.radar import budgets as budget_words
from agents.radar import findings as finding_words
from bot.audit.access import reader
from bot.costs.watching.budgets import Budgets
from bot.costs.watching.forecasting import Forecasting
from bot.costs.watching.gathering import Gathering
from bot.costs.watching.learning import SHOWN, By, Learning
from bot.surfaces.cost_watch import BudgetTold, BudgetWanted, FindingTold, Forecasts
from memory.clock import Clock
from memory.errors import NotFound, PolicyDenied
from memory.ids import Ids
from memory.model.people import Principal, Role
from memory.model.watching import (
    Again,
    Budget,
    BudgetStanding,
    BudgetState,
    CostFinding,
    Expectation,
)
from memory.store import Store

_MAY: Final = frozenset({Role.OPERATOR, Role.ADMIN})


class CostWatchRoom:
    """Serves `bot.surfaces.cost_watch.CostWatchDesk`."""

    def __init__(
        self,
        store: Store,
        gathering: Gathering,
        budgets: Budgets,
        forecasting: Forecasting,
        learning: Learning,
        *,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._store = store
        self._gathering = gathering
        self._budgets = budgets
        self._forecasting = forecasting
        self._learning = learning
        self._clock = clock
        self._ids = ids

    async def findings(self, principal: Principal, *, silenced: bool = False) -> tuple[FindingTold, ...]:
        """Return findings of the last 90 days, the largest first."""
        tenant = reader(principal)
        since = self._clock.now().date() - SHOWN
        found = await self._store.cost_watch.of(tenant, CostFinding, since)
        shown = [each for each in found if silenced or each.silenced is None]
        shown.sort(key=lambda each: (-abs(each.size), each.id))
        return tuple(FindingTold(finding=each, says=finding_words.says(each)) for each in shown)

    async def expect(self, principal: Principal, finding: str, again: Again, reason: str) -> Expectation:
        """Learn that a finding is expected, and silence what is alike."""
        return await self._learning.expect(self._by(principal), finding, again, reason)

    async def unexpect(self, principal: Principal, finding: str) -> None:
        """Take that back: what it silenced is told again."""
        await self._learning.unexpect(self._by(principal), finding)

    async def budgets(self, principal: Principal) -> tuple[BudgetTold, ...]:
        """Return every budget and how it stands, the worst first."""
        tenant = reader(principal)
        stands = {each.budget: each for each in await self._store.cost_watch.of(tenant, BudgetStanding)}
        told = [_told(each, stands.get(each.name)) for each in await self._store.cost_watch.of(tenant, Budget)]
        order = list(BudgetState)
        return tuple(sorted(told, key=lambda each: -order.index(each.standing.state) if each.standing else 1))

    async def set_budget(self, principal: Principal, wanted: BudgetWanted) -> BudgetTold:
        """Set a budget, and look at how it stands at once."""
        by = self._by(principal)
        tenant = by.tenant
        budget = Budget(
            tenant=tenant,
            name=wanted.name,
            amount=wanted.amount,
            currency=wanted.currency,
            period=wanted.period,
            filters=wanted.filters,
            by=principal.id,
            at=self._clock.now(),
        )
        async with self._store.transaction() as unit:
            await unit.cost_watch.remove(tenant, BudgetStanding, budget.name)
            await unit.cost_watch.put(budget)
            await self._learning.note(unit, by, "budget_set", budget.name, budget.model_dump_json())
        day = await self._gathering.last_day(tenant)
        return _told(budget, None if day is None else await self._budgets.stands(budget, day))

    async def remove_budget(self, principal: Principal, name: str) -> None:
        """Remove a budget and how it stands."""
        by = self._by(principal)
        tenant = by.tenant
        async with self._store.transaction() as unit:
            if not await unit.cost_watch.remove(tenant, Budget, name):
                raise NotFound(f"expected the name of a budget, found {name[:60]!r}, which is none")
            await unit.cost_watch.remove(tenant, BudgetStanding, name)
            await self._learning.note(unit, by, "budget_removed", name, "")

    async def forecasts(self, principal: Principal, by: str = "") -> Forecasts:
        """Return outlooks, and how good those of before were."""
        return await self._forecasting.forecasts(reader(principal), by)

    def _by(self, principal: Principal) -> By:
        """Return who changes something, one entry of the log to itself; raises `PolicyDenied`."""
        note = self._ids.new("cost_watch")
        return By(_operator(principal), principal.id, note, note)


def _told(budget: Budget, standing: BudgetStanding | None) -> BudgetTold:
    return BudgetTold(budget=budget, standing=standing, says=budget_words.says(standing) if standing else "")


def _operator(principal: Principal) -> str:
    """Return the tenant whose budgets and expectations a person may change; raises `PolicyDenied`."""
    if not _MAY & set(principal.roles):
        raise PolicyDenied(
            f"expected an operator or an administrator, found {principal.id}, who is neither",
            hint="Ask an administrator for the role operator.",
        )
    return principal.tenant
