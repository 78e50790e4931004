"""The language models at the console: who serves them, how each fares, and what was spent today."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.surfaces.console.pages import Pages
from bot.surfaces.console.visitors import Reception
from bot.surfaces.desk import Scope
from bot.surfaces.models import ModelDesk
from bot.surfaces.ports import Ports


class ModelPages:
    """Shows the models; an administrator has every provider asked how it is."""

    def __init__(self, desk: ModelDesk, reception: Reception, pages: Pages) -> None:
        self._desk = desk
        self._reception = reception
        self._pages = pages

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/models")(self.room)
        router.get("/models/health")(self.health)

    async def room(self, request: Request) -> Response:
        """Show the providers and the models."""
        visitor = await self._reception.visitor(request)
        visitor.require(Scope.OBSERVE)
        found = await self._desk.models(visitor.principal)
        admin = visitor.may(Scope.ADMIN)
        return self._pages.response(
            "models.html", visitor=visitor, place="models", thread="", found=found, admin=admin
        )

    async def health(self, request: Request) -> Response:
        """Return how every provider is, as a list."""
        visitor = await self._reception.visitor(request)
        found = await self._desk.check(visitor.require(Scope.ADMIN))
        return self._pages.response("model_health.html", found=found)


def models_room(ports: Ports, reception: Reception, pages: Pages, router: APIRouter) -> None:
    """Add the page, where there are models."""
    pages.offer_models(there=ports.models is not None)
    if ports.models is not None:
        ModelPages(ports.models, reception, pages).mount(router)
