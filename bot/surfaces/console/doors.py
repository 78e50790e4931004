"""Coming in and going out: an API key or a one-time link becomes a session, signing out ends it."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from bot.sessions import Invitation, Sessions
from bot.surfaces.console.pages import Pages
from bot.surfaces.console.visitors import Reception, read_form
from bot.surfaces.desk import Doorkeeper
from bot.surfaces.ports import Ports
from memory.errors import AuthenticationFailed
from memory.model.people import Principal

HOME = "/console/"


class Doors:
    """Signs people in and out. A failed attempt says that it failed, and never what exactly was wrong."""

    def __init__(self, ports: Ports, sessions: Sessions, reception: Reception, pages: Pages) -> None:
        self._doorkeeper: Doorkeeper = ports.doorkeeper
        self._metrics = ports.metrics
        self._sessions = sessions
        self._reception = reception
        self._pages = pages

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/sign-in")(self.door)
        router.get("/enter")(self.door)  # where sign-in links lead
        router.post("/sign-in")(self.enter)
        router.post("/sign-out")(self.leave)

    async def door(self, code: str = "", next: str = HOME) -> Response:  # noqa: A002  # the query's usual name
        """Show the way in. A link's code is not used up by looking: previews and prefetching follow links too."""
        return self._pages.response("sign_in.html", code=code[:200], onward=inside(next), failed=None)

    async def enter(self, request: Request) -> Response:
        """Open a session."""
        self._reception.check_origin(request)
        fields = await read_form(request)
        how = "link" if fields.get("code") else "key"
        onward = inside(fields.get("next", HOME))
        try:
            principal, scopes = await self._recognised(fields)
        except AuthenticationFailed as error:
            self._metrics.sign_in(how, error.code)
            return self._pages.response("sign_in.html", 401, code="", onward=onward, failed=error)
        cookie = await self._reception.welcome(request, principal, scopes, how)
        return RedirectResponse(onward, 303, {"Set-Cookie": cookie})

    async def leave(self, request: Request) -> Response:
        """End the session, on every device that took part in it."""
        visitor, _ = await self._reception.form(request)
        await self._sessions.end(visitor.session)
        return RedirectResponse("/console/sign-in", 303, {"Set-Cookie": self._reception.set_cookie("", 0)})

    async def _recognised(self, fields: Mapping[str, str]) -> tuple[Principal, frozenset[str]]:
        if code := fields.get("code", ""):
            invitation = await self._redeemed(code)
            principal = await self._doorkeeper.person(invitation.tenant, invitation.person)
            return principal, frozenset(invitation.scopes)
        key = fields.get("key", "").strip()
        if not key:
            raise AuthenticationFailed("expected an API key, found an empty field")
        return await self._doorkeeper.by_api_key(key)

    async def _redeemed(self, code: str) -> Invitation:
        try:
            return await self._sessions.redeem(code)
        except AuthenticationFailed as error:
            await self._doorkeeper.refused(error)
            raise


def inside(path: str) -> str:
    """Return a path of the console to go on to; whatever leads elsewhere becomes the console's first page."""
    plain = path.isascii() and path.isprintable() and not set(path) & set("\\?#")
    return path if plain and path.startswith(HOME) and "//" not in path else HOME
