"""What surfaces ask of the controls: the switch that stops all actions, the limits, and standing approvals.

As with the desk, everything carries the person who asks, and roles decide.
"""

from dataclasses import dataclass
from typing import Protocol

from pydantic import Field

from bot.surfaces.policies import PolicyDesk
from memory.model.limits import LimitScope, Resource, Stop
from memory.model.people import Principal, Surface
from memory.model.standing import StandingApproval, Suggestion
from memory.model.value import Digest, Identifier, Moment, Value


class SwitchState(Value):
    """Whether actions are stopped, and by whom; `name` is what the person is called."""

    stopped: Stop | None = None
    name: str = ""


class LimitUse(Value):
    """One limit and how much of it is used. `whose` is empty for the tenant; `frees_at` is when some is free."""

    resource: Resource
    scope: LimitScope
    whose: str = ""
    found: int
    most: int
    frees_at: Moment | None = None

    def share(self) -> float:
        """Return how much of the limit is used, from 0; a limit of nothing is used up."""
        return self.found / self.most if self.most else 1.0


class StandingAsked(Value):
    """What a standing approval is asked to cover: a plan this person approved, and the same for a while.

    `at_most` widens numbers of its calls up to a bound, by argument.
    """

    run: Identifier
    plan_digest: Digest
    minutes: int = Field(default=30, ge=1, le=10_080)
    uses: int = Field(default=5, ge=1, le=1000)
    at_most: dict[str, float] = Field(default_factory=dict)


class Switch(Protocol):
    """Stops and lets through. Everybody of the tenant may know how it stands; administrators may throw it."""

    async def state(self, principal: Principal) -> SwitchState:
        """Return how the switch stands."""

    async def stop(self, principal: Principal, reason: str) -> Stop:
        """Stop everything above observe; raises `PolicyDenied`, or `Conflict` when it is stopped already."""

    async def resume(self, principal: Principal, reason: str) -> Stop:
        """Let actions through again, and return the stop that is over; raises `PolicyDenied` or `Conflict`."""


class Quotas(Protocol):
    """Tells what is spent."""

    async def usage(self, principal: Principal) -> tuple[LimitUse, ...]:
        """Return the limits that are the tenant's or this person's, everybody's for who audits; fullest first."""


class StandingDesk(Protocol):
    """Gives, shows and revokes standing approvals."""

    async def all(self, principal: Principal) -> tuple[StandingApproval, ...]:
        """Return the tenant's, the newest first, those that are over too."""

    async def give(self, principal: Principal, asked: StandingAsked, surface: Surface) -> StandingApproval:
        """Give one; raises `ApprovalRefused`, `PolicyDenied` or `NotFound`."""

    async def revoke(self, principal: Principal, standing: str) -> StandingApproval:
        """End one: its approver or an administrator may. Raises `PolicyDenied`, `NotFound` or `Conflict`."""

    async def suggestion(self, principal: Principal, run: str) -> Suggestion | None:
        """Return what this person has approved so often that a standing approval would save them the asking."""


@dataclass(frozen=True)
class Controls:
    """All of them."""

    switch: Switch
    quotas: Quotas
    standing: StandingDesk
    policies: PolicyDesk
