"""What surfaces ask of costs that are watched: findings, budgets and forecasts, and what people say to them."""

from datetime import date
from decimal import Decimal
from typing import Protocol

from pydantic import Field

from agents.forecasting.months import Outlook
from memory.model.cost import CostFilter
from memory.model.people import Principal
from memory.model.value import Identifier, Value
from memory.model.watching import (
    Again,
    Budget,
    BudgetStanding,
    CostFinding,
    CostGroup,
    Expectation,
    Period,
    TrialSummary,
)


class FindingTold(Value):
    """A finding, and how it reads."""

    finding: CostFinding
    says: str


class BudgetTold(Value):
    """A budget, how it stands, and how that reads; `standing` is None before it was first looked at."""

    budget: Budget
    standing: BudgetStanding | None = None
    says: str = ""


class BudgetWanted(Value):
    """A budget as somebody sets it."""

    name: Identifier
    amount: Decimal = Field(gt=0, max_digits=18, decimal_places=4)
    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    period: Period = Period.MONTH
    filters: tuple[CostFilter, ...] = Field(default=(), max_length=20)


class DayCost(Value):
    """What one day was billed."""

    day: date
    cost: float


class GroupForecast(Value):
    """The outlook of one group of costs, and the last days that it rests on."""

    group: CostGroup
    outlook: Outlook
    past: tuple[DayCost, ...] = ()


class Forecasts(Value):
    """Outlooks, and how good those of before were."""

    as_of: date | None
    forecasts: tuple[GroupForecast, ...] = ()
    tried: tuple[TrialSummary, ...] = ()


class Findings(Value):
    """What stands out, the largest first."""

    items: tuple[FindingTold, ...]


class Budgets(Value):
    """Every budget, the worst first."""

    items: tuple[BudgetTold, ...]


class Gone(Value):
    """What there is no more."""

    gone: str


class CostWatchDesk(Protocol):
    """What is watched of the costs of a house, for people."""

    async def findings(self, principal: Principal, *, silenced: bool = False) -> tuple[FindingTold, ...]:
        """Return findings of the last 90 days, the largest first; those that are expected only with `silenced`."""

    async def expect(self, principal: Principal, finding: str, again: Again, reason: str) -> Expectation:
        """Say that a finding is expected; raises `NotFound`, `PolicyDenied`."""

    async def unexpect(self, principal: Principal, finding: str) -> None:
        """Take that back; raises `NotFound`, `PolicyDenied`."""

    async def budgets(self, principal: Principal) -> tuple[BudgetTold, ...]:
        """Return every budget and how it stands, the worst first."""

    async def set_budget(self, principal: Principal, wanted: BudgetWanted) -> BudgetTold:
        """Set a budget, in place of the one of its name, as an operator; raises `PolicyDenied`."""

    async def remove_budget(self, principal: Principal, name: str) -> None:
        """Remove a budget as an operator; raises `NotFound`, `PolicyDenied`."""

    async def forecasts(self, principal: Principal, by: str = "") -> Forecasts:
        """Return the outlook of everything, or of the largest by a dimension or tag; raises `InvalidInput`."""
