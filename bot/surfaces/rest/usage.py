"""The routes of our own cost: what was used, what it brought, and usage to take away."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from bot.surfaces.rest.keyed import Observer
from bot.surfaces.rest.problems import described
from bot.surfaces.usage import ReturnView, UsageDesk, UsageForm, UsageView
from memory.model.usage import UsageBy
from memory.model.value import Moment

From = Annotated[
    Moment | None, Query(alias="from", description="When the window begins; this month, if left out.")
]
Until = Annotated[Moment | None, Query(alias="to", description="When it ends, excluded; now, if left out.")]
Grouped = Annotated[UsageBy, Query(description="What usage is told apart by.")]
Form = Annotated[UsageForm, Query(description="csv, jsonl, or focus: a bill in FOCUS 1.2.")]


class UsageRoutes:
    """Brings requests to whoever knows what was used."""

    def __init__(self, desk: UsageDesk) -> None:
        self._desk = desk

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        shared: dict[str, Any] = {"tags": ["costs"], "responses": described(400, 403)}
        router.get("/usage", summary="What was used", **shared)(self.usage)
        router.get("/usage/returns", summary="What it cost and what it brought", **shared)(self.returns)
        router.get("/usage/export", summary="Usage to take away", response_class=StreamingResponse, **shared)(
            self.export
        )

    async def usage(
        self, observer: Observer, since: From = None, until: Until = None, by: Grouped = UsageBy.MODEL
    ) -> UsageView:
        """Return tokens, time and money of a window, in all and by group."""
        return await self._desk.usage(observer, since, until, by)

    async def returns(self, observer: Observer, since: From = None, until: Until = None) -> ReturnView:
        """Return own cost against measured savings and minutes saved, with what is assumed."""
        return await self._desk.returns(observer, since, until)

    async def export(
        self, observer: Observer, since: From = None, until: Until = None, form: Form = UsageForm.CSV
    ) -> StreamingResponse:
        """Return every fact of a window, or a bill of them, piece by piece."""
        pieces = self._desk.export(observer, since, until, form)
        first = await anext(pieces, "")  # what is refused is refused before anything is sent

        async def body() -> Any:
            yield first
            async for piece in pieces:
                yield piece

        return StreamingResponse(body(), media_type=form.media_type())
