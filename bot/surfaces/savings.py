"""What surfaces ask of savings: what there is, how to get under a sum, what if, and what was saved."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from memory.model.people import Principal
from memory.model.saving import Adoption, Measured, SavingsPlan
from memory.model.value import Identifier, Moment, Value


class SavingsView(Value):
    """A ranked plan of savings at a moment. `says` sums it up; `missing` is what could not be looked at.

    `command` is the message that proposes what tools can do of it; empty where they can do none.
    """

    at: Moment
    says: str
    plan: SavingsPlan
    missing: tuple[str, ...] = ()
    command: str = ""


class MeasuredView(Value):
    """What savings that were taken up brought."""

    items: tuple[Measured, ...]


class Adopting(Value):
    """A saving that was taken up by hand: which, and when (now, if left out)."""

    saving: Identifier
    at: Moment | None = None


class SavingsDesk(Protocol):
    """Answers about savings. Taking them up through tools is asked of the desk, in words."""

    async def savings(self, principal: Principal, target: Decimal | None) -> SavingsView:
        """Return all there is to save, ranked, or what gets a month to the target."""

    async def what_if(self, principal: Principal, chosen: Sequence[str]) -> SavingsView:
        """Return what a month would be with exactly these savings; nothing is done. Raises `NotFound`."""

    async def measured(self, principal: Principal) -> MeasuredView:
        """Return what savings that were taken up brought."""

    async def adopt(self, principal: Principal, saving: str, at: datetime | None) -> Adoption:
        """Note that a saving was taken up by hand; raises `NotFound` or `PolicyDenied`."""
