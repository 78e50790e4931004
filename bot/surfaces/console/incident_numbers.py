"""The numbers of incidents at the console: how fast, and how much by itself, with charts and honest intervals."""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from bot.pictures import Format, Pictures, Theme
from bot.surfaces.console.pages import Pages
from bot.surfaces.console.visitors import Reception
from bot.surfaces.desk import Scope
from bot.surfaces.incident_numbers import By, NumbersDesk, NumbersView
from bot.surfaces.number_words import HEADS, METHODS, nothing, row, title
from memory.clock import Clock
from memory.errors import NotFound
from memory.model.value import Identifier

SPANS: Final = (30, 90, 365)  # days, to choose from
Days = Annotated[int, Query(ge=1, le=3660)]


class NumberPages:
    """Shows the numbers. Mounted before the pages of single incidents."""

    def __init__(
        self, desk: NumbersDesk, reception: Reception, pages: Pages, pictures: Pictures, clock: Clock
    ) -> None:
        self._desk = desk
        self._reception = reception
        self._pages = pages
        self._pictures = pictures
        self._clock = clock

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/incidents/numbers")(self.show)
        router.get("/incidents/numbers/charts/{chart}.svg")(self.chart)

    async def show(self, request: Request, days: Days = 90, by: By = By.SERVICE) -> Response:
        """Show the numbers of the last days, of all incidents and told apart."""
        visitor = await self._reception.visitor(request)
        view = await self._view(request, days, by)
        return self._pages.response(
            "incident_numbers.html",
            visitor=visitor,
            place="incidents",
            thread="",
            title=title(view) if view.all.incidents else nothing(view),
            heads=(view.by.value, *HEADS),
            rows=[(each.name or "all", row(each)) for each in (view.all, *view.groups) if view.all.incidents],
            methods=METHODS,
            charts=view.charts,
            folder=f"/console/incidents/numbers/charts/{days}:{by.value}:",
            days=days,
            by=by,
            every=tuple(By),
            spans=SPANS,
        )

    async def chart(
        self, request: Request, chart: Identifier, theme: Theme = Theme.LIGHT, narrow: bool = False
    ) -> Response:
        """Draw one of the charts; its name begins with the days and what they are told apart by."""
        days, _, rest = chart.partition(":")
        by, _, name = rest.partition(":")
        if not days.isdecimal() or by not in tuple(By):
            raise NotFound(f"expected the chart of some numbers, found {chart[:60]!r}")
        view = await self._view(request, int(days), By(by))
        found = next((each for each in view.charts if each.id == name), None)
        if found is None:
            raise NotFound(f"expected a chart of these numbers, found {name[:60]!r}, which is none")
        drawn = await self._pictures.draw(found, Format.SVG, theme, narrow=narrow)
        return Response(drawn, media_type=Format.SVG.media_type())

    async def _view(self, request: Request, days: int, by: By) -> NumbersView:
        who = (await self._reception.visitor(request)).require(Scope.OBSERVE)
        return await self._desk.numbers(who, self._clock.now() - timedelta(days=days), None, by)
