"""What an answer rests on: why it is as it is, and its charts as pictures."""

from fastapi import APIRouter, Request, Response

from bot.pictures import Format, Theme
from bot.surfaces.console.faults import in_page
from bot.surfaces.console.pages import Pages
from bot.surfaces.console.visitors import Reception
from bot.surfaces.desk import Scope
from bot.surfaces.ports import Ports
from memory.model.value import Identifier

KEPT_S = 3600  # a chart's id names one picture for ever; browsers keep it for an hour of a session


class Reasons:
    """Explains, and draws."""

    def __init__(self, ports: Ports, reception: Reception, pages: Pages) -> None:
        self._desk = ports.desk
        self._pictures = ports.pictures
        self._reception = reception
        self._pages = pages

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/why/{subject}")(self.why)
        router.get("/charts/{chart}.{form}")(self.chart)

    async def why(self, request: Request, subject: Identifier) -> Response:
        """Say why, of a plan or a message."""
        visitor = await self._reception.visitor(request)
        explanation = await self._desk.explain(visitor.require(Scope.OBSERVE), subject)
        return self._pages.response(
            "explanation.html" if in_page(request) else "why.html",
            visitor=visitor,
            place="talk",
            thread="",
            why=explanation,
        )

    async def chart(
        self, request: Request, chart: Identifier, form: Format, theme: Theme = Theme.LIGHT, narrow: bool = False
    ) -> Response:
        """Draw a chart, for a light or a dark page, wide or for a phone."""
        visitor = await self._reception.visitor(request)
        found = await self._desk.chart(visitor.require(Scope.OBSERVE), chart)
        picture = await self._pictures.draw(found, form, theme, narrow=narrow)
        return Response(
            picture, media_type=form.media_type(), headers={"Cache-Control": f"private, max-age={KEPT_S}"}
        )
