"""A budget stands as what is spent, and what is expected, let it."""

from datetime import date
from decimal import Decimal

import pytest

from agents.forecasting.outlook import outlook
from agents.radar.budgets import period_of, says, standing
from memory.model.watching import Budget, BudgetState, Period
from tests.agents.forecasting.made import month_of, steady
from tests.fakes.time import MIDNIGHT

KNOWN = steady(228, weekend=1.0)  # a hundred a day, to the 15th of August 2024


def budget(amount: int, period: Period = Period.MONTH) -> Budget:
    return Budget(
        tenant="acme",
        name="all",
        amount=Decimal(amount),
        currency="USD",
        period=period,
        by="alice",
        at=MIDNIGHT,
    )


@pytest.mark.parametrize(
    ("amount", "state", "day"),
    [
        (4000, BudgetState.WITHIN, None),
        (2250, BudgetState.LIKELY, date(2024, 8, 23)),
        (1400, BudgetState.BREACHED, date(2024, 8, 15)),
    ],
)
def test_the_day_on_which_it_is_used_up_is_told_before(amount: int, state: BudgetState, day: date | None) -> None:
    found = standing(budget(amount), KNOWN, outlook(KNOWN))
    assert (found.state, found.breach_on) == (state, day)
    assert found.spent == 1500
    assert float(found.expected) == pytest.approx(3100, rel=0.01)
    assert (f"on {day}" in says(found)) == (state is BudgetState.LIKELY)


def test_a_quarter_counts_its_months_so_far() -> None:
    found = standing(budget(9000, Period.QUARTER), KNOWN, outlook(KNOWN))
    assert (found.start, found.end) == (date(2024, 7, 1), date(2024, 9, 30))
    assert float(found.spent) == pytest.approx(month_of(KNOWN, 2024, 7) + 1500)
    assert found.state is BudgetState.LIKELY
    assert period_of(budget(1, Period.QUARTER), date(2024, 12, 31))[1] == date(2025, 1, 1)
