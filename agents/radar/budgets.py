"""How a budget stands: what is spent, what it will come to, and on which day it is used up. Pure."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from agents.forecasting.months import MonthForecast, Outlook
from agents.forecasting.series import Series, later
from memory.model.watching import Budget, BudgetStanding, BudgetState, Period

CENT: Final = Decimal("0.01")
SURE: Final = 0.8  # four times in five
_QUARTER: Final = 3  # months


def period_of(budget: Budget, day: date) -> tuple[date, date]:
    """Return the first day of the period a day is in, and the first of the next."""
    months = 1 if budget.period is Period.MONTH else _QUARTER
    start = date(day.year, (day.month - 1) // months * months + 1, 1)
    return start, later(start, months)


def standing(budget: Budget, known: Series, found: Outlook) -> BudgetStanding:
    """Return how a budget stands at the end of the last day that is known."""
    start, end = period_of(budget, found.as_of)
    days = zip(known.dates(), known.costs, strict=True)
    spent = sum(float(cost) for day, cost in days if start <= day <= found.as_of)
    ahead = [found.as_of + timedelta(number + 1) for number in range(len(found.daily))]
    rest = [cost for day, cost in zip(ahead, found.daily, strict=True) if day < end]
    expected = spent + sum(rest)
    reach = _reach([month for month in found.months if start <= month.month < end])
    amount = float(budget.amount)
    return BudgetStanding(
        tenant=budget.tenant,
        budget=budget.name,
        amount=budget.amount,
        currency=budget.currency,
        start=start,
        end=end - timedelta(1),
        as_of=found.as_of,
        state=_state(amount, spent, expected, reach),
        spent=_money(spent),
        expected=_money(expected),
        low=None if reach is None else _money(expected - reach[0]),
        high=None if reach is None else _money(expected + reach[1]),
        breach_on=_used_up(amount, spent, rest, found.as_of),
    )


def _reach(months: list[MonthForecast]) -> tuple[float, float] | None:
    """Return how far below and above four times in five reach; months of a quarter may all err the same way."""
    below = above = 0.0
    for month in months:
        bounds = next((each for each in month.intervals if each.level == SURE), None)
        if bounds is not None:
            below += month.expected - bounds.low
            above += bounds.high - month.expected
        elif month.expected != month.so_far:
            return None
    return below, above


def _state(amount: float, spent: float, expected: float, reach: tuple[float, float] | None) -> BudgetState:
    if spent > amount:
        return BudgetState.BREACHED
    if expected > amount:
        return BudgetState.LIKELY
    if reach is not None and expected + reach[1] > amount:
        return BudgetState.AT_RISK
    return BudgetState.WITHIN


def _used_up(amount: float, spent: float, rest: list[float], as_of: date) -> date | None:
    if spent > amount:
        return as_of
    so_far = spent
    for number, cost in enumerate(rest, 1):
        so_far += cost
        if so_far > amount:
            return as_of + timedelta(number)
    return None


def _money(amount: float) -> Decimal:
    return Decimal(str(amount)).quantize(CENT)


def says(standing: BudgetStanding) -> str:
    """Return how it stands as one sentence."""
    money = f"{standing.spent:,.2f} of {standing.amount:,.2f} {standing.currency}"
    coming = f"{standing.expected:,.2f} expected by {standing.end}"
    match standing.state:
        case BudgetState.BREACHED:
            return f"Budget {standing.budget} is used up: {money} spent by {standing.as_of}, {coming}"
        case BudgetState.LIKELY:
            return f"Budget {standing.budget} will probably be used up on {standing.breach_on}: {money}, {coming}"
        case BudgetState.AT_RISK:
            most = f"up to {standing.high:,.2f} in four of five cases"
            return f"Budget {standing.budget} may not last: {money}, {coming}, {most}"
        case BudgetState.WITHIN:
            return f"Budget {standing.budget} lasts: {money}, {coming}"
