"""People as administrators handle them at the console: disable, enable, sign out."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from bot.surfaces.console.accounts import ROOM
from bot.surfaces.console.visitors import Reception
from bot.surfaces.desk import Scope
from bot.surfaces.identities import PeopleDesk
from memory.model.value import Identifier


class PeopleRoom:
    """Takes an administrator's forms about others."""

    def __init__(self, people: PeopleDesk, reception: Reception) -> None:
        self._people = people
        self._reception = reception

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        router.post("/people/{person}/disable")(self.disable)
        router.post("/people/{person}/enable")(self.enable)
        router.post("/people/{person}/sign-out")(self.sign_out)

    async def disable(self, request: Request, person: Identifier) -> Response:
        """Make somebody nobody, at once."""
        visitor, _ = await self._reception.form(request)
        await self._people.disable(visitor.require(Scope.ADMIN), person)
        return RedirectResponse(ROOM, 303)

    async def enable(self, request: Request, person: Identifier) -> Response:
        """Take that back."""
        visitor, _ = await self._reception.form(request)
        await self._people.enable(visitor.require(Scope.ADMIN), person)
        return RedirectResponse(ROOM, 303)

    async def sign_out(self, request: Request, person: Identifier) -> Response:
        """End all of somebody's sessions."""
        visitor, _ = await self._reception.form(request)
        await self._people.sign_out(visitor.require(Scope.ADMIN), person)
        return RedirectResponse(ROOM, 303)
