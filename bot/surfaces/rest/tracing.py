"""Routes for what led to what: as data, and as a picture."""

from fastapi import APIRouter
from fastapi.responses import Response

from bot.surfaces.ports import Ports
from bot.surfaces.rest.keyed import Observer
from bot.surfaces.rest.problems import described
from bot.trace import Trace
from bot.trace.picture import svg
from memory.model.value import Identifier

SVG = "image/svg+xml"


class Tracing:
    """Traces actions to their beginning."""

    def __init__(self, ports: Ports) -> None:
        self._desk = ports.desk

    def mount(self, router: APIRouter) -> None:
        """Add the routes; the picture's goes first, for an id may hold a dot."""
        router.get(
            "/log/trace/{subject}.svg",
            tags=["why"],
            summary="What led to what, as a picture",
            response_class=Response,
            responses=described(404) | {200: {"content": {SVG: {}}}},
        )(self.picture)
        router.get("/log/trace/{subject}", tags=["why"], summary="What led to what", responses=described(404))(
            self.trace
        )

    async def trace(self, observer: Observer, subject: Identifier) -> Trace:
        """Return the causal graph of a turn, by the id of its correlation, plan, message or any entry.

        `chains` tells of each action whether it can be traced to the message it began with, and what is missing.
        """
        return await self._desk.trace(observer, subject)

    async def picture(self, observer: Observer, subject: Identifier) -> Response:
        """Draw the causal graph, light or dark as the reader's system is."""
        return Response(svg(await self._desk.trace(observer, subject)), media_type=SVG)
