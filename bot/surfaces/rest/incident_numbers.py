"""The routes of the numbers of incidents, and of their charts as pictures."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import StringConstraints

from bot.pictures import Format, Pictures
from bot.surfaces.incident_numbers import By, NumbersDesk, NumbersView
from bot.surfaces.rest.keyed import Observer
from bot.surfaces.rest.problems import described
from memory.errors import NotFound
from memory.model.value import Moment

From = Annotated[Moment | None, Query(alias="from", description="When the window begins; 90 days before its end.")]
Until = Annotated[Moment | None, Query(alias="to", description="When it ends, excluded; now, if left out.")]
GroupedBy = Annotated[By, Query(description="What the numbers are told apart by.")]
ChartName = Annotated[str, StringConstraints(max_length=120), Path(description="The chart's id")]


class Numbering:
    """Brings requests to whoever counts incidents. Mounted before the routes of single incidents."""

    def __init__(self, desk: NumbersDesk, pictures: Pictures) -> None:
        self._desk = desk
        self._pictures = pictures

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        pictures: dict[int | str, Any] = {200: {"content": {form.media_type(): {} for form in Format}}}
        router.get(
            "/incidents/numbers",
            tags=["watch"],
            summary="How fast, and how often by itself",
            responses=described(400),
        )(self.numbers)
        router.get(
            "/incidents/numbers/charts/{chart}.{form}",
            tags=["watch"],
            summary="The numbers as a picture",
            response_class=Response,
            responses=described(400, 404) | pictures,
        )(self.chart)

    async def numbers(
        self, observer: Observer, since: From = None, until: Until = None, by: GroupedBy = By.SERVICE
    ) -> NumbersView:
        """Return times to detect, acknowledge and recover, and shares, each with how far it can be trusted."""
        return await self._desk.numbers(observer, since, until, by)

    async def chart(
        self,
        chart: ChartName,
        form: Format,
        observer: Observer,
        since: From = None,
        until: Until = None,
        by: GroupedBy = By.SERVICE,
    ) -> Response:
        """Draw one of the charts of a window."""
        found = await self._desk.numbers(observer, since, until, by)
        drawn = next((each for each in found.charts if each.id == chart), None)
        if drawn is None:
            raise NotFound(f"expected the id of a chart of these numbers, found {chart[:60]!r}, which is none")
        return Response(await self._pictures.draw(drawn, form), media_type=form.media_type())
