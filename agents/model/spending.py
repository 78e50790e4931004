"""What a tenant lets models cost in a day: put aside before a call, settled after it, shared by all processes.

Fails closed: where nobody can say what was spent, no model that costs anything is asked.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from agents.model.fleet import Fleet, Model
from agents.model.question import Question
from memory.clock import Clock
from memory.errors import ModelOverBudget, StoreUnavailable

_NOTHING = Decimal(0)
_UNKNOWN = "was not asked: what models have cost today cannot be read"


class Spending(Protocol):
    """Counts money by tenant, day in UTC, and currency; as `memory.store.model_spending.ModelSpending`."""

    async def reserve(self, tenant: str, day: date, currency: str, amount: Decimal, most: Decimal) -> bool:
        """Put money aside where that leaves the day below `most` or at it; return whether it did."""

    async def settle(self, tenant: str, day: date, currency: str, change: Decimal) -> None:
        """Add what a call cost more than was put aside for it, or give back the rest."""

    async def spent(self, tenant: str, day: date, currency: str) -> Decimal:
        """Return what is spent, and put aside for what is under way."""


class Purse:
    """Every tenant's, by the rules of a fleet. Nothing is counted of tenants without a bound."""

    def __init__(self, fleet: Fleet, spending: Spending, clock: Clock) -> None:
        self._fleet = fleet
        self._spending = spending
        self._clock = clock

    async def spent(self, tenant: str) -> dict[str, Decimal]:
        """Return what is spent today, by currency; raises `ModelOverBudget` where nobody can say."""
        if self._fleet.rules_of(tenant).most_cost is None:
            return {}
        day = self._clock.now().date()
        try:
            return {each: await self._spending.spent(tenant, day, each) for each in self._currencies()}
        except StoreUnavailable as error:
            raise ModelOverBudget(_UNKNOWN) from error

    async def reserve(self, tenant: str, model: Model, question: Question) -> Decimal:
        """Put aside what a question may cost at most, and return how much that is; raises `ModelOverBudget`."""
        most = self._fleet.rules_of(tenant).most_cost
        if most is None or model.free:
            return _NOTHING
        given = question.length() - question.most_tokens
        amount = model.cost(given, 0, question.most_tokens) or _NOTHING
        try:
            fits = await self._spending.reserve(tenant, self._clock.now().date(), model.currency, amount, most)
        except StoreUnavailable as error:
            raise ModelOverBudget(_UNKNOWN) from error
        if not fits:
            raise ModelOverBudget(f"was not asked: the {most} {model.currency} a day for models are spent")
        return amount

    async def settle(self, tenant: str, model: Model, at: datetime, reserved: Decimal, cost: Decimal) -> None:
        """Count what a call of that moment cost. Where that fails, all that was put aside counts."""
        if self._fleet.rules_of(tenant).most_cost is None or reserved == cost:
            return
        try:
            await self._spending.settle(tenant, at.date(), model.currency, cost - reserved)
        except StoreUnavailable:
            return  # too much counts as spent, which is the safe side

    def _currencies(self) -> tuple[str, ...]:
        return tuple(sorted({each.currency for each in self._fleet.models}))


class Spendings:
    """Counts in memory, for one process alone: benches, tests."""

    def __init__(self) -> None:
        self._nanos: dict[tuple[str, date, str], Decimal] = {}

    async def reserve(self, tenant: str, day: date, currency: str, amount: Decimal, most: Decimal) -> bool:
        """Put money aside where there is enough."""
        spent = self._nanos.get((tenant, day, currency), _NOTHING)
        if spent >= most or spent + amount > most:
            return False
        self._nanos[tenant, day, currency] = spent + amount
        return True

    async def settle(self, tenant: str, day: date, currency: str, change: Decimal) -> None:
        """Add a change."""
        self._nanos[tenant, day, currency] = self._nanos.get((tenant, day, currency), _NOTHING) + change

    async def spent(self, tenant: str, day: date, currency: str) -> Decimal:
        """Return the sum."""
        return self._nanos.get((tenant, day, currency), _NOTHING)
