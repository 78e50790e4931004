"""Routes for costs: ask in words, see where bills come from and what was set aside, bring in what is new."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import Field

from agents.costs.answer import CostAnswer
from bot.surfaces.costs import BadRows, CostReport, CostsDesk, Refreshed
from bot.surfaces.rest.keyed import Administrator, IdempotencyKey, Observer
from bot.surfaces.rest.problems import described
from bot.surfaces.rest.shapes import Form

Words = Annotated[str, Query(description="The question, in any words.", max_length=2000)]
Before = Annotated[
    list[str] | None, Query(description="Questions before it that it leans on, the oldest first.", max_length=8)
]
Name = Annotated[str, Query(max_length=100)]
Most = Annotated[int, Query(ge=1, le=500)]


class Wanted(Form):
    """Which source is to be asked for what is new; empty: every one."""

    source: str = Field(default="", max_length=100)


class CostRoutes:
    """Brings requests to the bills."""

    def __init__(self, desk: CostsDesk) -> None:
        self._desk = desk

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        shared: dict[str, Any] = {"tags": ["costs"], "responses": described(400, 403)}
        router.get("/costs", summary="What was taken in, and how fresh it is", **shared)(self.report)
        router.get("/costs/answer", summary="Ask about costs in words", **shared)(self.answer)
        router.get("/costs/bad-rows", summary="Rows that were set aside", **shared)(self.bad_rows)
        router.post("/costs/refresh", summary="Bring in what is new", **shared)(self.refresh)

    async def report(self, observer: Observer) -> CostReport:
        """Return how fresh the bills are, their totals, and what each source and file brought."""
        return await self._desk.report(observer)

    async def answer(
        self, observer: Observer, response: Response, q: Words = "", after: Before = None
    ) -> CostAnswer:
        """Return the sentence, table, exact filters and where to go on. Sums are exact decimals, as text."""
        response.headers["Cache-Control"] = "no-store"
        return await self._desk.ask(observer, q, tuple(after or ()))

    async def bad_rows(
        self, observer: Observer, source: Name = "", reason: Name = "", limit: Most = 50
    ) -> BadRows:
        """Return rows that could not be counted, as they stood, and how many there are for each reason."""
        return await self._desk.bad_rows(observer, source, reason, limit)

    async def refresh(self, wanted: Wanted, administrator: Administrator, key: IdempotencyKey = None) -> Refreshed:
        """Ask every source, or one, for what is new, and take it in. Taking in twice changes nothing."""
        _ = key
        return Refreshed(sources=await self._desk.refresh(administrator, wanted.source))
