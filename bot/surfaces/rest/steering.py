"""Routes by which people steer a run that is under way, each granted at the next safe point: between two calls."""

from fastapi import APIRouter

from bot.surfaces.desk import Desk, Steer
from bot.surfaces.rest.keyed import IdempotencyKey, Steerer
from bot.surfaces.rest.problems import described
from bot.surfaces.rest.shapes import Ending, RunView, Steering
from memory.model.people import Principal
from memory.model.run import Run
from memory.model.value import Identifier


class SteeringRoutes:
    """Brings people's wishes to the desk. Its requester may steer a run, and whoever policy lets approve it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        told = described(400, 403, 404, 409, 413)
        router.post("/runs/{run}/pause", tags=["plans"], summary="Pause", responses=told)(self.pause)
        router.post("/runs/{run}/resume", tags=["plans"], summary="Resume", responses=told)(self.resume)
        router.post("/runs/{run}/stop", tags=["plans"], summary="Cancel under way", responses=told)(self.stop)

    async def pause(
        self, run: Identifier, why: Steering, steerer: Steerer, _key: IdempotencyKey = None
    ) -> RunView:
        """Let a run stand still from its next safe point on."""
        return self._view(await self._desk.steer(steerer, run, Steer.PAUSE, why.reason), steerer)

    async def resume(
        self, run: Identifier, why: Steering, steerer: Steerer, _key: IdempotencyKey = None
    ) -> RunView:
        """Let a paused run go on."""
        return self._view(await self._desk.steer(steerer, run, Steer.RESUME, why.reason), steerer)

    async def stop(self, run: Identifier, why: Ending, steerer: Steerer, _key: IdempotencyKey = None) -> RunView:
        """End a run that is under way. What it did is taken back in reverse, unless it is to be left."""
        ended = await self._desk.steer(steerer, run, Steer.CANCEL, why.reason, leave=why.leave)
        return self._view(ended, steerer)

    def _view(self, run: Run, viewer: Principal) -> RunView:
        return RunView(run=run, card=self._desk.card(run, viewer))
