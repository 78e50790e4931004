"""Moments of calls at an incident's page: what may have been decided, and the buttons to say whether it was."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from bot.surfaces.console.faults import in_page
from bot.surfaces.console.pages import Pages
from bot.surfaces.console.visitors import Reception, Visitor
from bot.surfaces.desk import Scope
from bot.surfaces.scribing import ScribeDesk
from memory.model.value import Identifier


class Scribing:
    """Shows moments and takes what people make of them."""

    def __init__(self, scribe: ScribeDesk, reception: Reception, pages: Pages) -> None:
        self._scribe = scribe
        self._reception = reception
        self._pages = pages

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/incidents/{which}/moments")(self.moments)
        router.post("/incidents/{which}/moments/{moment}/accept")(self.accept)
        router.post("/incidents/{which}/moments/{moment}/decline")(self.decline)

    async def moments(self, request: Request, which: Identifier) -> Response:
        """List what sounded like a decision."""
        visitor = await self._reception.visitor(request)
        visitor.require(Scope.OBSERVE)
        return await self._listed(visitor, which)

    async def accept(self, request: Request, which: Identifier, moment: Identifier) -> Response:
        """Say that it was decided, in these words."""
        visitor, fields = await self._reception.form(request)
        await self._scribe.accept(visitor.require(Scope.PROPOSE), moment, fields.get("text", "").strip())
        return await self._changed(request, visitor, which)

    async def decline(self, request: Request, which: Identifier, moment: Identifier) -> Response:
        """Say that nothing was decided."""
        visitor, _ = await self._reception.form(request)
        await self._scribe.decline(visitor.require(Scope.PROPOSE), moment)
        return await self._changed(request, visitor, which)

    async def _changed(self, request: Request, visitor: Visitor, which: str) -> Response:
        if not in_page(request):
            return RedirectResponse(f"/console/incidents/{which}", 303)
        return await self._listed(visitor, which)

    async def _listed(self, visitor: Visitor, which: str) -> Response:
        found = await self._scribe.moments(visitor.principal, which)
        return self._pages.response("incident_moments.html", visitor=visitor, which=which, moments=found)
