"""Watched costs at the console: what stands out, saying that it is expected, and budgets."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from bot.surfaces.console.pages import Pages
from bot.surfaces.console.visitors import Reception
from bot.surfaces.cost_watch import BudgetWanted, CostWatchDesk
from bot.surfaces.desk import Scope
from memory.errors import InvalidInput
from memory.model.people import Role
from memory.model.watching import Again, Period

ROOM: Final = "/console/costs/watch"
_MAY: Final = frozenset({Role.OPERATOR, Role.ADMIN})


class CostWatchPages:
    """Shows what is watched, and takes what people say to it."""

    def __init__(self, desk: CostWatchDesk, reception: Reception, pages: Pages) -> None:
        self._desk = desk
        self._reception = reception
        self._pages = pages

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/costs/watch")(self.show)
        router.post("/costs/watch/expected")(self.expect)
        router.post("/costs/watch/budgets")(self.set_budget)
        router.post("/costs/watch/budgets/removed")(self.remove_budget)

    async def show(self, request: Request) -> Response:
        """Show findings and budgets."""
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
        )

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
