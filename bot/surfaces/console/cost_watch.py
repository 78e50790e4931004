"""Watched costs at the console: what stands out, what it will come to, saying what is expected, and budgets."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from agents.radar.outlooks import daily_chart, monthly_chart, sure
from bot.pictures import Format, Pictures, Theme
from bot.surfaces.console.pages import Pages
from bot.surfaces.console.visitors import Reception
from bot.surfaces.cost_watch import BudgetWanted, CostWatchDesk, GroupForecast
from bot.surfaces.desk import Scope
from memory.errors import InvalidInput, NotFound
from memory.model.people import Role
from memory.model.talk import Chart
from memory.model.watching import Again, BudgetState, Period

ROOM: Final = "/console/costs/watch"
STATES: Final = {
    BudgetState.WITHIN: "lasts",
    BudgetState.AT_RISK: "may not last",
    BudgetState.LIKELY: "will not last",
    BudgetState.BREACHED: "used up",
}
BY: Final = (("", "everything"), ("service", "service"), ("account", "account"), ("region", "region"))
LONGEST: Final = 200
_MAY: Final = frozenset({Role.OPERATOR, Role.ADMIN})


class CostWatchPages:
    """Shows what is watched, and takes what people say to it."""

    def __init__(self, desk: CostWatchDesk, reception: Reception, pages: Pages, pictures: Pictures) -> None:
        self._desk = desk
        self._reception = reception
        self._pages = pages
        self._pictures = pictures

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/costs/watch")(self.show)
        router.get("/costs/watch/outlook")(self.outlook)
        router.get("/costs/watch/months.svg")(self.months)
        router.get("/costs/watch/days.svg")(self.days)
        router.post("/costs/watch/expected")(self.expect)
        router.post("/costs/watch/budgets")(self.set_budget)
        router.post("/costs/watch/budgets/removed")(self.remove_budget)

    async def show(self, request: Request, by: str = "") -> Response:
        """Show findings and budgets; the outlook, which takes longer, is fetched beside them."""
        visitor = await self._reception.visitor(request)
        who = visitor.require(Scope.OBSERVE)
        return self._pages.response(
            "cost_watch.html",
            visitor=visitor,
            place="costs",
            thread="",
            findings=await self._desk.findings(who, silenced=True),
            budgets=await self._desk.budgets(who),
            may=bool(_MAY & set(visitor.principal.roles)) and visitor.may(Scope.PROPOSE),
            again=list(Again),
            periods=list(Period),
            states=STATES,
            everything_by=BY,
            by=by[:LONGEST],
        )

    async def outlook(self, request: Request, by: str = "") -> Response:
        """Show what this month and the next three will come to, as a part of the page."""
        visitor = await self._reception.visitor(request)
        told = await self._desk.forecasts(visitor.require(Scope.OBSERVE), by[:LONGEST])
        return self._pages.response("cost_outlook.html", told=told, by=by[:LONGEST], sure=sure)

    async def months(
        self, request: Request, number: int = 0, by: str = "", theme: Theme = Theme.LIGHT, narrow: bool = False
    ) -> Response:
        """Draw the months of one outlook with their bounds."""
        told = await self._one(request, number, by)
        return await self._drawn(monthly_chart(told.group, told.outlook), theme, narrow=narrow)

    async def days(
        self, request: Request, number: int = 0, by: str = "", theme: Theme = Theme.LIGHT, narrow: bool = False
    ) -> Response:
        """Draw the days of one outlook, billed and expected."""
        told = await self._one(request, number, by)
        past = [(each.day, each.cost) for each in told.past]
        return await self._drawn(daily_chart(told.group, told.outlook, past), theme, narrow=narrow)

    async def _one(self, request: Request, number: int, by: str) -> GroupForecast:
        visitor = await self._reception.visitor(request)
        told = await self._desk.forecasts(visitor.require(Scope.OBSERVE), by[:LONGEST])
        if not 0 <= number < len(told.forecasts):
            raise NotFound(f"expected one of {len(told.forecasts)} forecasts, found {number}")
        return told.forecasts[number]

    async def _drawn(self, chart: Chart, theme: Theme, *, narrow: bool) -> Response:
        picture = await self._pictures.draw(chart, Format.SVG, theme, narrow=narrow)
        return Response(picture, media_type=Format.SVG.media_type())

    async def expect(self, request: Request) -> Response:
        """Say that a finding is expected, or (`again` is "take_back") that it is not after all."""
        visitor, form = await self._reception.form(request)
        who, finding, again = visitor.require(Scope.PROPOSE), _text(form, "finding"), _text(form, "again")
        if again == "take_back":
            await self._desk.unexpect(who, finding)
        else:
            if again not in set(Again):
                raise InvalidInput(f"expected once, monthly or always, found {again[:40]!r}")
            await self._desk.expect(who, finding, Again(again), _text(form, "reason"))
        return RedirectResponse(ROOM, 303)

    async def set_budget(self, request: Request) -> Response:
        """Set a budget on everything; filters are set by the terminal or the API."""
        visitor, form = await self._reception.form(request)
        who = visitor.require(Scope.PROPOSE)
        try:
            wanted = BudgetWanted(
                name=_text(form, "name"),
                amount=Decimal(_text(form, "amount").replace(",", "")),
                currency=_text(form, "currency").upper(),
                period=Period(_text(form, "period")),
            )
        except (InvalidOperation, ValidationError, ValueError):
            raise InvalidInput(
                "expected a name, an amount above zero, three letters of a currency, and month or quarter"
            ) from None
        await self._desk.set_budget(who, wanted)
        return RedirectResponse(ROOM, 303)

    async def remove_budget(self, request: Request) -> Response:
        """Remove a budget."""
        visitor, form = await self._reception.form(request)
        await self._desk.remove_budget(visitor.require(Scope.PROPOSE), _text(form, "name"))
        return RedirectResponse(ROOM, 303)


def _text(form: Mapping[str, str], name: str) -> str:
    return form.get(name, "").strip()[:500]
