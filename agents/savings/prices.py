"""What things cost, and how a month is counted. Every price is a setting; these are only the usual ones."""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from pydantic import Field

from memory.model.value import Value

HOURS_A_MONTH: Final = Decimal(730)  # 8760 / 12
DAYS_A_MONTH: Final = Decimal(365) / 12
GIB: Final = 2**30
_CENT: Final = Decimal("0.01")

Price = Decimal


class Prices(Value):
    """What is paid for a unit. The first three are OpenCost's own defaults; the shares are list prices of clouds.

    `colder` is what the colder tier costs for storing and `colder_read` for reading, each as a multiple of
    what the usual tier costs for the same; `commitment` is how much cheaper committed use is.
    """

    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    cpu_hour: Price = Field(default=Decimal("0.031611"), ge=0)
    gib_hour: Price = Field(default=Decimal("0.004237"), ge=0)
    volume_gib_month: Price = Field(default=Decimal("0.04"), ge=0)
    colder: Price = Field(default=Decimal("0.54"), ge=0, le=1)
    colder_read: Price = Field(default=Decimal("2.5"), ge=1)
    commitment: Price = Field(default=Decimal("0.28"), ge=0, lt=1)


def cents(amount: Decimal) -> Decimal:
    """Return money rounded to the cent, half to even."""
    return amount.quantize(_CENT, ROUND_HALF_EVEN)


def exact(number: float) -> Decimal:
    """Return a measured number as a decimal, by the digits that are shown of it."""
    return Decimal(repr(float(number)))
