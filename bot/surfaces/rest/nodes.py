"""The route of the nodes."""

from fastapi import APIRouter, Response

from bot.surfaces.nodes import NodeDesk, NodesView
from bot.surfaces.rest.keyed import Observer
from bot.surfaces.rest.problems import described


class Noding:
    """Brings requests to the registry of nodes."""

    def __init__(self, desk: NodeDesk) -> None:
        self._desk = desk

    def mount(self, router: APIRouter) -> None:
        """Add the route."""
        router.get("/nodes", tags=["watch"], summary="Which nodes there are", responses=described())(self.nodes)

    async def nodes(self, observer: Observer, response: Response) -> NodesView:
        """Return the nodes that are there, how each fares, and who leads in what."""
        response.headers["Cache-Control"] = "no-store"
        return await self._desk.nodes(observer)
