"""Standing approvals as people hold them: given by approvers, seen by everybody, revoked by who gave them."""

from datetime import timedelta
from typing import Protocol

from bot.audit.access import reader
from bot.surfaces.controls import StandingAsked
from memory.clock import Clock
from memory.errors import PolicyDenied
from memory.model.people import Principal, Role, Surface
from memory.model.run import RunStatus
from memory.model.standing import StandingApproval, StandingWish, Suggestion
from memory.store import Store
from tools.standing import suggestion

HISTORY = 200  # of the newest runs that went well, as many as are looked at for a suggestion


class Giving(Protocol):
    """What gives and ends them, as the runner does."""

    async def give(self, tenant: str, wish: StandingWish) -> StandingApproval:
        """Give one."""

    async def revoke(self, tenant: str, standing_id: str, by: str) -> StandingApproval:
        """End one."""


class StandingBook:
    """Serves `bot.surfaces.controls.StandingDesk`."""

    def __init__(self, store: Store, giving: Giving, clock: Clock) -> None:
        self._store = store
        self._giving = giving
        self._clock = clock

    async def all(self, principal: Principal) -> tuple[StandingApproval, ...]:
        """Return the tenant's, the newest first."""
        return await self._store.standing.of(reader(principal))

    async def give(self, principal: Principal, asked: StandingAsked, surface: Surface) -> StandingApproval:
        """Give one for the same as a plan this person approved."""
        wish = StandingWish(
            run=asked.run,
            approver=principal.id,
            plan_digest=asked.plan_digest,
            lasts=timedelta(minutes=asked.minutes),
            uses=asked.uses,
            at_most=asked.at_most,
            surface=surface,
        )
        return await self._giving.give(reader(principal), wish)

    async def revoke(self, principal: Principal, standing: str) -> StandingApproval:
        """End one of this person's own, or as an administrator, anybody's."""
        found = await self._store.standing.get(reader(principal), standing)
        if principal.id != found.approver and Role.ADMIN not in principal.roles:
            raise PolicyDenied(
                f"expected {found.approver}, who gave it, or an administrator, found {principal.id}",
                hint="Ask one of them to revoke it.",
            )
        return await self._giving.revoke(principal.tenant, standing, principal.id)

    async def suggestion(self, principal: Principal, run: str) -> Suggestion | None:
        """Return what this person approved again and again of late, the same as this run."""
        found = await self._store.runs.get(reader(principal), run)
        page = await self._store.runs.page(principal.tenant, statuses=(RunStatus.SUCCEEDED,), limit=HISTORY)
        return suggestion(page.items, principal.id, found, self._clock.now())
