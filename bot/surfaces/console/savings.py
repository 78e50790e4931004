"""Savings and our own cost at the console. Taking savings up is said in a conversation, and approved there."""

from decimal import Decimal, InvalidOperation
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.surfaces.console.pages import Pages
from bot.surfaces.console.visitors import Reception
from bot.surfaces.desk import Scope
from bot.surfaces.ports import Ports
from bot.surfaces.savings import SavingsDesk, SavingsView
from bot.surfaces.usage import UsageDesk
from memory.errors import InvalidInput
from memory.model.people import Principal
from memory.model.usage import UsageBy
from tools.saving_words import confidence

MOST: Final = 200  # savings that are played through at once


class SavingPages:
    """Shows what could be saved, how to get under a sum, and what was saved."""

    def __init__(self, desk: SavingsDesk, reception: Reception, pages: Pages) -> None:
        self._desk = desk
        self._reception = reception
        self._pages = pages

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/savings")(self.show)

    async def show(self, request: Request, under: str = "") -> Response:
        """Show savings, ranked, and what those taken up brought; or (`saving`) a month with exactly those."""
        visitor = await self._reception.visitor(request)
        who = visitor.require(Scope.OBSERVE)
        chosen = request.query_params.getlist("saving")[:MOST]
        return self._pages.response(
            "savings.html",
            visitor=visitor,
            place="savings",
            thread="",
            view=await self._view(who, under, chosen),
            chosen=chosen,
            confidence=confidence,
            measured=(await self._desk.measured(who)).items,
            under=under,
            may=visitor.may(Scope.PROPOSE),
        )

    async def _view(self, who: Principal, under: str, chosen: list[str]) -> SavingsView:
        if chosen:
            return await self._desk.what_if(who, chosen)
        return await self._desk.savings(who, _amount(under))


class UsagePages:
    """Shows what Quarterdeck itself takes, and what it brings."""

    def __init__(self, desk: UsageDesk, reception: Reception, pages: Pages) -> None:
        self._desk = desk
        self._reception = reception
        self._pages = pages

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/usage")(self.show)

    async def show(self, request: Request, by: UsageBy = UsageBy.MODEL) -> Response:
        """Show usage of this month, told apart."""
        visitor = await self._reception.visitor(request)
        who = visitor.require(Scope.OBSERVE)
        view = await self._desk.usage(who, None, None, by)
        return self._pages.response(
            "usage.html",
            visitor=visitor,
            place="usage",
            thread="",
            view=view,
            rows=(view.all, *view.lines),
            returns=await self._desk.returns(who, None, None),
            every=tuple(UsageBy),
        )


def savings_and_usage(ports: Ports, reception: Reception, pages: Pages, router: APIRouter) -> None:
    """Add the pages there are, and let others lead to them."""
    pages.offer_savings(savings=ports.savings is not None, usage=ports.usage is not None)
    if ports.savings is not None:
        SavingPages(ports.savings, reception, pages).mount(router)
    if ports.usage is not None:
        UsagePages(ports.usage, reception, pages).mount(router)


def _amount(text: str) -> Decimal | None:
    if not text.strip():
        return None
    try:
        amount = Decimal(text.replace(",", "").strip())
    except InvalidOperation:
        raise InvalidInput(f"expected a sum such as 5000, found {text[:40]!r}") from None
    if not amount.is_finite() or amount < 0:
        raise InvalidInput(f"expected a sum such as 5000, found {text[:40]!r}")
    return amount
