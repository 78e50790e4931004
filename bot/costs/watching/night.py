"""One night: the radar, the budgets and the forecasts, once for each new day of bills, and who is told of what."""

from datetime import date
from typing import Protocol

import structlog

from agents.radar import budgets as budget_words
from agents.radar import findings as finding_words
from bot.costs.watching.budgets import Budgets
from bot.costs.watching.gathering import Gathering
from bot.costs.watching.radar import Radar
from bot.costs.watching.trials import Trials
from memory.errors import QuarterdeckError
from memory.model.value import Value
from memory.model.watching import BudgetStanding, CostFinding

SHOWN = 5  # findings told in one message

_log = structlog.get_logger(__name__)


class Teller(Protocol):
    """The configured channel."""

    async def tell(self, tenant: str, title: str, text: str, key: str) -> None:
        """Say something once for each key; raises `QuarterdeckError` where the channel cannot be reached."""


class NightTold(Value):
    """What a night brought: the day it looked at, what is new, and which budgets changed how they stand."""

    day: date | None
    findings: tuple[CostFinding, ...] = ()
    budgets: tuple[BudgetStanding, ...] = ()


class Night:
    """Looks at one house's bills."""

    def __init__(
        self, gathering: Gathering, radar: Radar, budgets: Budgets, trials: Trials, teller: Teller | None = None
    ) -> None:
        self._gathering = gathering
        self._radar = radar
        self._budgets = budgets
        self._trials = trials
        self._teller = teller
        self._done: dict[str, date] = {}

    def reach(self, teller: Teller) -> None:
        """Tell people there from now on."""
        self._teller = teller

    async def pass_by(self, tenant: str) -> NightTold:
        """Look at the last whole day of bills, unless this process has; doing it again tells nothing twice."""
        day = await self._gathering.last_day(tenant)
        if day is None or self._done.get(tenant) == day:
            return NightTold(day=None)
        found = await self._radar.look(tenant, day)
        standings = await self._budgets.look(tenant, day)
        await self._told(tenant, day, found, standings)
        await self._trials.run(tenant, day)
        self._done[tenant] = day
        _log.info("costs.watched", day=day.isoformat(), findings=len(found), budgets=len(standings))
        return NightTold(day=day, findings=found, budgets=standings)

    async def _told(
        self, tenant: str, day: date, found: tuple[CostFinding, ...], standings: tuple[BudgetStanding, ...]
    ) -> None:
        if self._teller is None:
            return
        try:
            if found:
                lines = [
                    f'- {finding_words.says(each)}. {each.proposal} Expected? Say "{each.id} is expected" and why'
                    for each in found[:SHOWN]
                ]
                more = [f"- and {len(found) - SHOWN} more" for _ in found[SHOWN : SHOWN + 1]]
                text = "\n".join([*lines, *more])
                await self._teller.tell(tenant, "Costs are not as they were", text, f"radar {found[0].id} {day}")
            for each in standings:
                key = f"budget {each.budget} {each.start} {each.amount} {each.state} {day}"
                await self._teller.tell(tenant, f"Budget {each.budget}", budget_words.says(each), key)
        except QuarterdeckError as error:
            _log.warning("costs.not_told", code=error.code, why=error.message)
