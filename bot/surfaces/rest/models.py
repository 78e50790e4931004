"""Routes for the language models: which there are, whether they are well, what one says, what a trial shows."""

from typing import Any

from fastapi import APIRouter, Response
from pydantic import Field

from agents.model.trial import Verdict
from bot.surfaces.models import LONGEST_TRY, HealthView, ModelDesk, ModelsView, Tried
from bot.surfaces.rest.keyed import Administrator, Observer
from bot.surfaces.rest.problems import described
from bot.surfaces.rest.shapes import Form
from memory.model.value import Identifier


class Attempt(Form):
    """A text for a model. Without a name, the one that fits best is asked."""

    text: str = Field(min_length=1, max_length=LONGEST_TRY)
    model: str = Field(default="", max_length=120)


class ModelRoutes:
    """Brings requests to the models' desk."""

    def __init__(self, desk: ModelDesk) -> None:
        self._desk = desk

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        shared: dict[str, Any] = {"tags": ["models"], "responses": described(400, 403, 404, 503)}
        router.get("/models", summary="Which language models there are", **shared)(self.models)
        router.get("/models/health", summary="Whether they are well", **shared)(self.health)
        router.post("/models/tried", summary="Put a text to one", **shared)(self.tried)
        router.get("/models/experiments/{experiment}", summary="What an experiment shows", **shared)(self.shown)

    async def models(self, observer: Observer, response: Response) -> ModelsView:
        """Return the providers and models, how each fares, and what was spent today."""
        response.headers["Cache-Control"] = "no-store"
        return await self._desk.models(observer)

    async def health(self, administrator: Administrator, response: Response) -> HealthView:
        """Ask every provider how it is, by its runtime's own means."""
        response.headers["Cache-Control"] = "no-store"
        return await self._desk.check(administrator)

    async def tried(self, attempt: Attempt, administrator: Administrator) -> Tried:
        """Return what a model says, what that took, and what came of those before it."""
        return await self._desk.try_(administrator, attempt.text, attempt.model)

    async def shown(self, experiment: Identifier, administrator: Administrator) -> Verdict:
        """Return how each arm fared in thirty days, and what may be concluded."""
        return await self._desk.experiment(administrator, experiment)
