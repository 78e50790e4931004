"""Routes for costs that are watched: what stands out, what is expected, budgets, forecasts."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import Field

from bot.surfaces.cost_watch import Budgets, BudgetTold, BudgetWanted, CostWatchDesk, Findings, Forecasts, Gone
from bot.surfaces.rest.keyed import Asker, IdempotencyKey, Observer
from bot.surfaces.rest.problems import described
from bot.surfaces.rest.shapes import Form
from memory.model.value import Identifier
from memory.model.watching import Again, Expectation

Finding = Annotated[Identifier, Path(description="The id of a finding")]
Name = Annotated[Identifier, Path(description="The name of a budget")]
By = Annotated[str, Query(max_length=260, description="service, account, region or tag:KEY; empty: everything")]


class Expecting(Form):
    """That a finding is expected, when again, and why."""

    again: Again = Again.ONCE
    reason: str = Field(default="", max_length=500)


class BudgetSet(BudgetWanted):
    """A budget as it is to be."""


class CostWatchRoutes:
    """Brings requests to what is watched."""

    def __init__(self, desk: CostWatchDesk) -> None:
        self._desk = desk

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        shared: dict[str, Any] = {"tags": ["costs"], "responses": described(400, 403, 404)}
        get, post = router.get, router.post
        one, budget = "/costs/findings/{finding}", "/costs/budgets/{name}"
        get("/costs/findings", summary="What stands out", **shared)(self.findings)
        post(f"{one}/expected", summary="Say that it is expected", **shared)(self.expect)
        post(f"{one}/unexpected", summary="Say that it is not expected after all", **shared)(self.unexpect)
        get("/costs/budgets", summary="Budgets and how they stand", **shared)(self.budgets)
        post("/costs/budgets", summary="Set a budget", **shared)(self.set_budget)
        post(f"{budget}/removed", summary="Remove a budget", **shared)(self.remove_budget)
        get("/costs/forecast", summary="What it will come to, and how good that was", **shared)(self.forecast)

    async def findings(
        self,
        observer: Observer,
        *,
        expected: Annotated[bool, Query(description="Also those that somebody expects")] = False,
    ) -> Findings:
        """Return what stood out in the last 90 days, with size, drivers and what to do."""
        return Findings(items=await self._desk.findings(observer, silenced=expected))

    async def expect(
        self, finding: Finding, expecting: Expecting, asker: Asker, key: IdempotencyKey = None
    ) -> Expectation:
        """Learn that a finding is expected: it and what is alike are told no more."""
        del key  # saying it again changes nothing
        return await self._desk.expect(asker, finding, expecting.again, expecting.reason)

    async def unexpect(self, finding: Finding, asker: Asker, key: IdempotencyKey = None) -> Gone:
        """Take it back: what it silenced is told again."""
        del key  # a second time finds nothing
        await self._desk.unexpect(asker, finding)
        return Gone(gone=finding)

    async def budgets(self, observer: Observer) -> Budgets:
        """Return every budget, what is spent of it, what it will come to, and the day it is used up."""
        return Budgets(items=await self._desk.budgets(observer))

    async def set_budget(self, wanted: BudgetSet, asker: Asker, key: IdempotencyKey = None) -> BudgetTold:
        """Set a budget, in place of the one of its name, and return how it stands."""
        del key  # setting it again sets the same
        return await self._desk.set_budget(asker, wanted)

    async def remove_budget(self, name: Name, asker: Asker, key: IdempotencyKey = None) -> Gone:
        """Remove a budget."""
        del key  # a second time finds none
        await self._desk.remove_budget(asker, name)
        return Gone(gone=name)

    async def forecast(self, observer: Observer, by: By = "") -> Forecasts:
        """Return this month and the next three with bounds, and how good forecasts of before turned out to be."""
        return await self._desk.forecasts(observer, by)
