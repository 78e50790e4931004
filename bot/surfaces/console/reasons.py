"""What an answer rests on: why it is as it is, and its charts as pictures."""

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from bot.pictures import Format, Theme
from bot.surfaces.console.faults import in_page
from bot.surfaces.console.pages import Pages
from bot.surfaces.console.visitors import Reception
from bot.surfaces.desk import Explanation, Scope
from bot.surfaces.ports import Ports
from bot.trace.picture import STYLE, Link, svg
from memory.model.value import Identifier
from memory.trace import Node

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
        router.get("/trace.css")(self.style)
        router.get("/charts/{chart}.{form}")(self.chart)

    async def why(self, request: Request, subject: Identifier) -> Response:
        """Say why, of a plan or a message."""
        visitor = await self._reception.visitor(request)
        who = visitor.require(Scope.OBSERVE)
        explanation = await self._desk.explain(who, subject)
        trace = await self._desk.trace(who, subject)
        return self._pages.response(
            "explanation.html" if in_page(request) else "why.html",
            visitor=visitor,
            place="talk",
            thread="",
            why=explanation,
            chains=trace.chains,
            picture=Markup(svg(trace, _leading(explanation), styled=False)),  # noqa: S704 - it escapes every text in it itself
        )

    async def style(self) -> Response:
        """Return how pictures of traces look."""
        return Response(STYLE, media_type="text/css", headers={"Cache-Control": f"private, max-age={KEPT_S}"})

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


def _leading(why: Explanation) -> Link:
    """Return where a thing leads: to its row in the table below the picture, or to the turn it belongs to."""
    shown = {each.receipt.index for each in why.entries}

    def link(node: Node) -> str:
        return f"#entry-{node.index}" if node.index in shown else f"/console/why/{node.first.correlation}"

    return link
