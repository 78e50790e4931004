"""Routes for plans: which there are, how they stand, and what people say to them."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from bot.surfaces.desk import Desk
from bot.surfaces.rest.keyed import Approver, Asker, IdempotencyKey, Observer
from bot.surfaces.rest.problems import described
from bot.surfaces.rest.shapes import Ballot, Cursor, Limit, RunView, Withdrawal
from memory.canonical import canonical
from memory.model.people import Principal, Surface
from memory.model.run import Run, RunStatus
from memory.model.value import Identifier
from memory.page import Page

Statuses = Annotated[list[RunStatus] | None, Query(description="Only plans that stand so; all without it")]


async def attested(request: Request) -> bytes:
    """Return the request as it is kept beside an approval: method, path and body, and none of its headers."""
    body = (await request.body()).decode(errors="replace")
    return canonical({"surface": "rest", "method": request.method, "path": request.url.path, "body": body})


class Deciding:
    """Brings people's decisions to the desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        decided = described(400, 404, 409, 413)
        router.get("/runs", tags=["plans"], summary="Plans", responses=described(400))(self.runs)
        router.get("/runs/{run}", tags=["plans"], summary="One plan", responses=described(404))(self.run)
        router.post("/runs/{run}/decisions", tags=["plans"], summary="Approve or deny", responses=decided)(
            self.decide
        )
        router.post("/runs/{run}/cancel", tags=["plans"], summary="Withdraw", responses=decided)(self.cancel)

    async def runs(
        self, observer: Observer, status: Statuses = None, cursor: Cursor = None, limit: Limit = 50
    ) -> Page[Run]:
        """Return the tenant's plans, newest first."""
        return await self._desk.runs(observer, tuple(status or ()), cursor, limit)

    async def run(self, run: Identifier, observer: Observer) -> RunView:
        """Return one plan: its record, and its card as you see it."""
        return self._view(await self._desk.run(observer, run), observer)

    async def decide(
        self, request: Request, run: Identifier, ballot: Ballot, approver: Approver, _key: IdempotencyKey = None
    ) -> RunView:
        """Say yes or no to exactly the plan with this digest.

        Whoever asked for a plan does not decide on it. Once enough people said yes it runs by itself.
        """
        decided = await self._desk.decide(
            approver,
            run,
            ballot.plan_digest,
            ballot.verdict,
            ballot.reason,
            Surface.REST,
            event=await attested(request),
            break_glass=ballot.break_glass,
        )
        return self._view(decided, approver)

    async def cancel(
        self, run: Identifier, withdrawal: Withdrawal, asker: Asker, _key: IdempotencyKey = None
    ) -> RunView:
        """Withdraw a plan that still waits."""
        return self._view(await self._desk.cancel(asker, run, withdrawal.reason), asker)

    def _view(self, run: Run, viewer: Principal) -> RunView:
        return RunView(run=run, card=self._desk.card(run, viewer))
