"""Routes of the controls: the switch, the limits, standing approvals."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from bot.surfaces.controls import Controls, LimitUse, StandingAsked, SwitchState
from bot.surfaces.rest.keyed import Administrator, Approver, IdempotencyKey, Observer
from bot.surfaces.rest.problems import described
from bot.surfaces.rest.shapes import Form
from memory.errors import PolicyDenied
from memory.model.limits import Stop
from memory.model.people import Principal, Surface
from memory.model.standing import StandingApproval, Suggestion
from memory.model.value import Identifier, Value

OnlyTenant = Annotated[Identifier | None, Query(description="Has to be your own; to be sure whose it is")]


class SwitchRequest(Form):
    """Why actions are stopped, or go on; the tenant only to be sure whose it is."""

    reason: str = Field(default="", max_length=1000, examples=["The deploy system misbehaves."])
    tenant: Identifier | None = None


class StandingRequest(Form, StandingAsked):
    """What a standing approval is to cover: a plan you approved, and the same for a while."""


class Usage(Value):
    """The limits there are, and how much of each is used."""

    items: tuple[LimitUse, ...]


class StandingApprovals(Value):
    """The standing approvals of the tenant, the newest first."""

    items: tuple[StandingApproval, ...]


class Suggested(Value):
    """What you have approved again and again, if there is such a thing."""

    suggestion: Suggestion | None = None


class Controlling:
    """Brings requests to the controls."""

    def __init__(self, controls: Controls) -> None:
        self._switch = controls.switch
        self._quotas = controls.quotas
        self._standing = controls.standing

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        changed = described(400, 404, 409)
        router.get("/switch", tags=["controls"], summary="Are actions stopped?", responses=described())(self.state)
        router.post("/switch/stop", tags=["controls"], summary="Stop all actions", responses=changed)(self.stop)
        router.post("/switch/resume", tags=["controls"], summary="Let actions go on", responses=changed)(
            self.resume
        )
        router.get("/quota", tags=["controls"], summary="What is spent", responses=described())(self.usage)
        router.get("/standing", tags=["controls"], summary="Standing approvals", responses=described())(self.all)
        router.post("/standing", tags=["controls"], summary="Approve the same again", responses=changed)(self.give)
        router.post("/standing/{standing}/revoke", tags=["controls"], summary="Revoke one", responses=changed)(
            self.revoke
        )
        router.get("/runs/{run}/suggestion", tags=["controls"], summary="Often approved?", responses=changed)(
            self.suggestion
        )

    async def state(self, observer: Observer) -> SwitchState:
        """Return whether actions are stopped, by whom, when and why."""
        return await self._switch.state(observer)

    async def stop(self, request: SwitchRequest, admin: Administrator, _key: IdempotencyKey = None) -> Stop:
        """Stop everything above observe, on every node, at once. For administrators.

        A step that is under way comes to its end and is verified; nothing new begins. Looking still works.
        """
        return await self._switch.stop(_of_own_tenant(admin, request.tenant), request.reason)

    async def resume(self, request: SwitchRequest, admin: Administrator, _key: IdempotencyKey = None) -> Stop:
        """Let actions go on. What was paused goes on too, once the gate has assessed it anew."""
        return await self._switch.resume(_of_own_tenant(admin, request.tenant), request.reason)

    async def usage(self, observer: Observer) -> Usage:
        """Return your limits and the tenant's, the fullest first; everybody's for auditors and administrators."""
        return Usage(items=await self._quotas.usage(observer))

    async def all(self, observer: Observer) -> StandingApprovals:
        """Return the standing approvals, those that are over too."""
        return StandingApprovals(items=await self._standing.all(observer))

    async def give(
        self, request: StandingRequest, approver: Approver, _key: IdempotencyKey = None
    ) -> StandingApproval:
        """Say yes to the same as a plan you approved, for a while. Never for what cannot be taken back."""
        asked = StandingAsked.model_validate(request.model_dump())
        return await self._standing.give(approver, asked, Surface.REST)

    async def revoke(
        self, standing: Identifier, approver: Approver, _key: IdempotencyKey = None
    ) -> StandingApproval:
        """End a standing approval of yours, or as an administrator, anybody's."""
        return await self._standing.revoke(approver, standing)

    async def suggestion(self, run: Identifier, observer: Observer) -> Suggested:
        """Say whether you have approved the same as this plan often: a standing approval may be worth it."""
        return Suggested(suggestion=await self._standing.suggestion(observer, run))


def _of_own_tenant(person: Principal, tenant: str | None) -> Principal:
    if tenant not in {None, person.tenant}:
        raise PolicyDenied(f"expected your own tenant, found {tenant}")
    return person
