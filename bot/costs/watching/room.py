"""What people ask of watched costs, and say to them. Who set or expects what stands in the log."""

import asyncio
from datetime import date, timedelta
from typing import Final, Literal

from agents.forecasting.outlook import outlook
from agents.radar import budgets as budget_words
from agents.radar import findings as finding_words
from agents.radar.expected import expectation, silenced
from bot.audit.access import reader
from bot.costs.watching.budgets import Budgets
from bot.costs.watching.gathering import Gathering, known
from bot.costs.watching.trials import Trials
from bot.surfaces.cost_watch import BudgetTold, BudgetWanted, FindingTold, Forecasts, GroupForecast
from memory.clock import Clock
from memory.errors import InvalidInput, NotFound, PolicyDenied
from memory.ids import Ids
from memory.model.bodies import CostWatchChanged
from memory.model.cost import CostField, CostSeries, Dimension
from memory.model.people import Principal, Role
from memory.model.record import Attachment, Record
from memory.model.watching import (
    Again,
    Budget,
    BudgetStanding,
    BudgetState,
    CostFinding,
    CostGroup,
    Expectation,
)
from memory.store import Store, Unit

SHOWN: Final = timedelta(days=90)
MOST: Final = 5  # groups that are forecast at once
LONGEST: Final = 500
_MAY: Final = frozenset({Role.OPERATOR, Role.ADMIN})
_NAMES: Final = {"service": Dimension.SERVICE, "account": Dimension.ACCOUNT, "region": Dimension.REGION}
_Change = Literal["budget_set", "budget_removed", "expected", "unexpected"]


class CostWatchRoom:
    """Serves `bot.surfaces.cost_watch.CostWatchDesk`."""

    def __init__(
        self, store: Store, gathering: Gathering, budgets: Budgets, trials: Trials, clock: Clock, ids: Ids
    ) -> None:
        self._store = store
        self._gathering = gathering
        self._budgets = budgets
        self._trials = trials
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
        tenant = _operator(principal)
        if len(reason) > LONGEST:
            raise InvalidInput(f"expected a reason of at most {LONGEST} characters, found {len(reason)}")
        told = await self._finding(tenant, finding)
        taught = expectation(told, again, reason.strip(), principal.id, self._clock.now())
        async with self._store.transaction() as unit:
            await unit.cost_watch.put(taught)
            for each in await unit.cost_watch.of(tenant, CostFinding, self._clock.now().date() - SHOWN):
                now = silenced(each, (taught,))
                if now.silenced and each.silenced is None:
                    await unit.cost_watch.put(now)
            await self._note(unit, principal, "expected", finding, taught.model_dump_json())
        return taught

    async def unexpect(self, principal: Principal, finding: str) -> None:
        """Take that back: what it silenced is told again."""
        tenant = _operator(principal)
        async with self._store.transaction() as unit:
            taught = [each for each in await unit.cost_watch.of(tenant, Expectation) if each.finding == finding]
            if not taught:
                raise NotFound(f"expected a finding somebody expects, found {finding[:60]!r}, which nobody does")
            for each in taught:
                await unit.cost_watch.remove(tenant, Expectation, each.id)
            gone = {each.id for each in taught}
            for told in await unit.cost_watch.of(tenant, CostFinding):
                if told.silenced in gone:
                    await unit.cost_watch.put(told.model_copy(update={"silenced": None}))
            await self._note(unit, principal, "unexpected", finding, "")

    async def budgets(self, principal: Principal) -> tuple[BudgetTold, ...]:
        """Return every budget and how it stands, the worst first."""
        tenant = reader(principal)
        stands = {each.budget: each for each in await self._store.cost_watch.of(tenant, BudgetStanding)}
        told = [_told(each, stands.get(each.name)) for each in await self._store.cost_watch.of(tenant, Budget)]
        order = list(BudgetState)
        return tuple(sorted(told, key=lambda each: -order.index(each.standing.state) if each.standing else 1))

    async def set_budget(self, principal: Principal, wanted: BudgetWanted) -> BudgetTold:
        """Set a budget, and look at how it stands at once."""
        tenant = _operator(principal)
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
            await self._note(unit, principal, "budget_set", budget.name, budget.model_dump_json())
        day = await self._gathering.last_day(tenant)
        return _told(budget, None if day is None else await self._budgets.stands(budget, day))

    async def remove_budget(self, principal: Principal, name: str) -> None:
        """Remove a budget and how it stands."""
        tenant = _operator(principal)
        async with self._store.transaction() as unit:
            if not await unit.cost_watch.remove(tenant, Budget, name):
                raise NotFound(f"expected the name of a budget, found {name[:60]!r}, which is none")
            await unit.cost_watch.remove(tenant, BudgetStanding, name)
            await self._note(unit, principal, "budget_removed", name, "")

    async def forecasts(self, principal: Principal, by: str = "") -> Forecasts:
        """Return outlooks, and how good those of before were."""
        tenant = reader(principal)
        day = await self._gathering.last_day(tenant)
        if day is None:
            return Forecasts(as_of=None)
        groups = await self._groups(tenant, day, by)
        told = []
        for group, days in groups[:MOST]:
            told.append(GroupForecast(group=group, outlook=await asyncio.to_thread(outlook, known(days))))
        return Forecasts(as_of=day, forecasts=tuple(told), tried=await self._trials.summaries(tenant, day))

    async def _groups(self, tenant: str, day: date, by: str) -> tuple[tuple[CostGroup, CostSeries], ...]:
        if not by:
            everything = await self._gathering.everything(tenant, day)
            return tuple((CostGroup(currency=each.currency), each) for each in everything)
        tag = by.removeprefix("tag:")
        if tag == by and by not in _NAMES:
            raise InvalidInput(f"expected service, account, region or tag:KEY, found {by[:60]!r}")
        field = CostField(dimension=_NAMES[by]) if tag == by else CostField(tag=tag)
        return await self._gathering.groups(tenant, day, field)

    async def _finding(self, tenant: str, name: str) -> CostFinding:
        found = await self._store.cost_watch.get(tenant, CostFinding, name)
        if found is None:
            raise NotFound(f"expected the id of a finding, found {name[:60]!r}, which is none")
        return found

    async def _note(self, unit: Unit, principal: Principal, change: _Change, name: str, text: str) -> None:
        note = self._ids.new("cost_watch")
        beside = (Attachment(field="text", kind="reason", content=text.encode()),) if text else ()
        await unit.ledger.append(
            Record(
                tenant=principal.tenant,
                at=self._clock.now(),
                actor=principal.id,
                correlation=note,
                body=CostWatchChanged(change=change, name=name, id=note),
                attachments=beside,
            )
        )


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
