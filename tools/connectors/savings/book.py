"""The port to the savings of a house."""

from decimal import Decimal
from typing import Protocol

from memory.model.saving import Measured, SavingsPlan


class Book(Protocol):
    """Where savings are found. It only looks."""

    async def ranked(self, tenant: str, target: Decimal | None) -> tuple[SavingsPlan, tuple[str, ...]]:
        """Return the savings ranked, all of them or what gets a month to the target, and what is not known."""

    async def measured(self, tenant: str) -> tuple[Measured, ...]:
        """Return what savings that were taken up brought."""
