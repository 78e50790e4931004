"""What models may cost a month of the calendar, as the settings say it."""

from datetime import datetime, timedelta
from decimal import Decimal

from pydantic import Field

from memory.model.value import Value


class UsageBudget(Value):
    """The most that models may cost a tenant in a month of the calendar, in UTC, and where people are warned."""

    monthly: Decimal = Field(gt=0)
    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    warn_at: Decimal = Field(default=Decimal("0.8"), gt=0, le=1)


def month_of(moment: datetime) -> datetime:
    """Return the beginning of a moment's month."""
    return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def next_month(moment: datetime) -> datetime:
    """Return the beginning of the month after."""
    return month_of(month_of(moment) + timedelta(days=32))
