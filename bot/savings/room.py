"""Savings as hands, people and plans ask for them."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from bot.audit.access import reader
from bot.savings.service import Found, Savings
from bot.surfaces.savings import MeasuredView, SavingsView
from memory.clock import Clock
from memory.errors import InvalidInput, PolicyDenied
from memory.model.people import Principal, Role
from memory.model.saving import Adoption, Measured, SavingsPlan
from tools.saving_words import headline

_TAKING = frozenset({Role.OPERATOR, Role.APPROVER, Role.ADMIN})


class SavingsRoom:
    """Serves `bot.surfaces.savings.SavingsDesk`."""

    def __init__(self, savings: Savings, clock: Clock) -> None:
        self._savings = savings
        self._clock = clock

    async def savings(self, principal: Principal, target: Decimal | None) -> SavingsView:
        """Return all there is to save, ranked, or what gets a month to the target."""
        return _view(*await self._savings.plan(reader(principal), target))

    async def what_if(self, principal: Principal, chosen: Sequence[str]) -> SavingsView:
        """Return what a month would be with exactly these savings."""
        plan, found = await self._savings.what_if(reader(principal), chosen)
        return _view(plan, found).model_copy(update={"command": ""})

    async def adopt(self, principal: Principal, saving: str, at: datetime | None) -> Adoption:
        """Note that a saving was taken up by hand."""
        tenant = reader(principal)
        if not _TAKING & set(principal.roles):
            raise PolicyDenied(f"expected somebody who may change things, found {principal.id}, who only looks")
        if at is not None and at > self._clock.now():
            raise InvalidInput(f"expected a moment that is over, found {at:%Y-%m-%d %H:%M}")
        return await self._savings.adopt(tenant, saving, principal.id, at=at)

    async def measured(self, principal: Principal) -> MeasuredView:
        """Return what savings that were taken up brought."""
        return MeasuredView(items=await self._savings.measured(reader(principal)))


class SavingsBook:
    """Serves `tools.connectors.savings.Book`."""

    def __init__(self, savings: Savings) -> None:
        self._savings = savings

    async def ranked(self, tenant: str, target: Decimal | None) -> tuple[SavingsPlan, tuple[str, ...]]:
        """Return the savings ranked, and what is not known."""
        plan, found = await self._savings.plan(tenant, target)
        return plan, found.missing

    async def measured(self, tenant: str) -> tuple[Measured, ...]:
        """Return what savings that were taken up brought."""
        return await self._savings.measured(tenant)


def _view(plan: SavingsPlan, found: Found) -> SavingsView:
    says = "take up the savings"
    if plan.target is not None:
        says += f" under {plan.target:,.2f} a month"
    return SavingsView(
        at=found.at,
        says=headline(plan),
        plan=plan,
        missing=found.missing,
        command=says if plan.calls() else "",
    )
