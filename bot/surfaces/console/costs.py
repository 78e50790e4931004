"""Costs at the console: a question and its answer, how fresh the bills are, and what was set aside."""

from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from agents.costs.answer import CostAnswer
from agents.costs.narrating import line_of
from bot.pictures import Format, Pictures, Theme
from bot.surfaces.console.pages import Pages
from bot.surfaces.console.visitors import Reception
from bot.surfaces.costs import CostsDesk
from bot.surfaces.desk import Scope
from memory.errors import NotFound
from memory.model.people import Role

ROOM: Final = "/console/costs"
LONGEST: Final = 2000
SUGGESTED: Final = (
    "what did we spend last month by service?",
    "why is the bill up?",
    "top ten services this month against last",
    "untagged spend",
    "daily spend over the last 30 days",
)


class CostPages:
    """Shows answers to questions about costs."""

    def __init__(self, desk: CostsDesk, reception: Reception, pages: Pages, pictures: Pictures) -> None:
        self._desk = desk
        self._reception = reception
        self._pages = pages
        self._pictures = pictures

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/costs")(self.room)
        router.get("/costs/chart.svg")(self.chart)
        router.get("/costs/bad-rows")(self.bad_rows)
        router.post("/costs/refresh")(self.refresh)

    async def room(self, request: Request) -> Response:
        """Show the answer to the question in the address, or the questions one may ask."""
        visitor = await self._reception.visitor(request)
        who = visitor.require(Scope.OBSERVE)
        asked = request.query_params.get("q", "").strip()[:LONGEST]
        answer = await self._desk.ask(who, asked) if asked else None
        return self._pages.response(
            "costs.html",
            visitor=visitor,
            place="costs",
            thread="",
            asked=asked,
            answer=answer,
            lines=_lines(answer) if answer is not None else (),
            report=await self._desk.report(who),
            suggested=SUGGESTED,
            admin=Role.ADMIN in visitor.principal.roles and visitor.may(Scope.ADMIN),
        )

    async def chart(self, request: Request, theme: Theme = Theme.LIGHT, narrow: bool = False) -> Response:
        """Draw the chart of the answer to the question in the address."""
        visitor = await self._reception.visitor(request)
        who = visitor.require(Scope.OBSERVE)
        answer = await self._desk.ask(who, request.query_params.get("q", "").strip()[:LONGEST])
        if not answer.charts:
            raise NotFound("expected an answer with a chart, found one without")
        picture = await self._pictures.draw(answer.charts[0], Format.SVG, theme, narrow=narrow)
        return Response(picture, media_type=Format.SVG.media_type())

    async def bad_rows(self, request: Request) -> Response:
        """Show rows that were set aside."""
        visitor = await self._reception.visitor(request)
        who = visitor.require(Scope.OBSERVE)
        source, reason = (request.query_params.get(name, "")[:100] for name in ("source", "reason"))
        found = await self._desk.bad_rows(who, source, reason)
        return self._pages.response(
            "bad_rows.html", visitor=visitor, place="costs", thread="", found=found, source=source, reason=reason
        )

    async def refresh(self, request: Request) -> Response:
        """Bring in what is new."""
        visitor, _ = await self._reception.form(request)
        await self._desk.refresh(visitor.require(Scope.ADMIN))
        return RedirectResponse(ROOM, 303)


def _lines(answer: CostAnswer) -> Sequence[str]:
    return [line_of(line, answer) for line in answer.lines] if len(answer.lines) > 1 else ()
