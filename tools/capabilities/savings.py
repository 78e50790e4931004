"""What could be saved, how to get under a sum, and proposing to do it. Looking changes nothing.

`savings.take` is never carried out itself: it becomes a plan of the calls that would save, and that waits.
"""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from memory.model.plan import Effect, Tier
from tools.capabilities.phrasings import savings as phrasings
from tools.contract import Arguments, Capability, Slot

Amount = Annotated[float, Field(ge=0, le=10**12, allow_inf_nan=False), Slot.MONEY]


class Target(Arguments):
    """What a month shall cost at most; without it, all there is to save."""

    amount: Amount | None = None

    def money(self) -> Decimal | None:
        """Return it exactly."""
        return None if self.amount is None else Decimal(repr(self.amount))


class Under(Arguments):
    """What a month shall cost at most."""

    amount: Amount

    def money(self) -> Decimal:
        """Return it exactly."""
        return Decimal(repr(self.amount))


class AllOfThem(Arguments):
    """No arguments."""


SAVINGS_LIST = Capability(
    name="savings.list",
    title="Savings",
    summary="What could be saved a month: what is idle, too large, orphaned, or paid for at a dearer price.",
    says="Show what could be saved",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=AllOfThem,
    examples=phrasings.SAVINGS_LIST,
)

SAVINGS_UNDER = Capability(
    name="savings.under",
    title="Get under a sum",
    summary="A ranked plan that gets a month under a sum, with its risks: what to do first, and what it brings.",
    says="Show how to get under {amount} a month",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=Under,
    examples=phrasings.SAVINGS_UNDER,
)

SAVINGS_MEASURED = Capability(
    name="savings.measured",
    title="What was saved",
    summary="What savings that were taken up brought, against what would have been paid.",
    says="Show what was saved",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=AllOfThem,
    examples=phrasings.SAVINGS_MEASURED,
)

SAVINGS_TAKE = Capability(
    name="savings.take",
    title="Take up savings",
    summary="Make one plan of the savings that tools can do, to be approved as any other.",
    says="Take up the savings that get a month under {amount}",
    effect=Effect.WRITE,
    tier=Tier.EXECUTE,
    arguments=Target,
    examples=phrasings.SAVINGS_TAKE,
)

EVERY = (SAVINGS_LIST, SAVINGS_UNDER, SAVINGS_MEASURED, SAVINGS_TAKE)
