"""What language models cost a tenant in a day, counted for all processes together.

Money is put aside before it is spent, in the same statement that sees whether there is enough: two processes never
spend the last of it both. What a process that died had put aside stays spent until the day is over.
"""

from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Final

from sqlalchemy import ColumnElement, select, update

from memory.store.engines import insert
from memory.store.model_tables import model_spending
from memory.store.work import Work

NANO: Final = Decimal("1e-9")


class ModelSpending:
    """Every tenant's."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def reserve(self, tenant: str, day: date, currency: str, amount: Decimal, most: Decimal) -> bool:
        """Put money aside where that leaves the day below `most` or at it; return whether it did."""
        nanos, bound = _nanos(amount), _nanos(most)
        row = {"tenant": tenant, "day": day.isoformat(), "currency": currency, "nanos": 0}
        spent = model_spending.c.nanos
        fits = update(model_spending).where(_of(tenant, day, currency), spent < bound, spent + nanos <= bound)
        async with self._work.writing() as connection:
            await connection.execute(insert(connection, model_spending).values(**row).on_conflict_do_nothing())
            return bool((await connection.execute(fits.values(nanos=spent + nanos))).rowcount)

    async def settle(self, tenant: str, day: date, currency: str, change: Decimal) -> None:
        """Add what a call cost more than was put aside for it, or give back the rest."""
        spent = model_spending.c.nanos
        paid = update(model_spending).where(_of(tenant, day, currency)).values(nanos=spent + _nanos(change))
        async with self._work.writing() as connection:
            await connection.execute(paid)

    async def spent(self, tenant: str, day: date, currency: str) -> Decimal:
        """Return what is spent, and put aside for what is under way."""
        query = select(model_spending.c.nanos).where(_of(tenant, day, currency))
        async with self._work.reading() as connection:
            return Decimal((await connection.execute(query)).scalar_one_or_none() or 0) * NANO


def _of(tenant: str, day: date, currency: str) -> ColumnElement[bool]:
    return (
        (model_spending.c.tenant == tenant)
        & (model_spending.c.day == day.isoformat())
        & (model_spending.c.currency == currency)
    )


def _nanos(amount: Decimal) -> int:
    return int((amount / NANO).to_integral_value(ROUND_CEILING))
