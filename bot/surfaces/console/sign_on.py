"""Signing in at the OpenID provider: off to it, back from it, and out when it says so.

The answer comes from another site, without the session's cookie. So the browser brings a cookie of its own that
was set when it left, and what it is shown then is a page that goes on by itself, as a page of ours.
"""

from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from bot.surfaces.console.doors import HOME, inside
from bot.surfaces.console.pages import Pages
from bot.surfaces.console.visitors import Reception, read_form
from bot.surfaces.desk import EVERY_SCOPE
from bot.surfaces.identities import SingleSignOn
from bot.surfaces.ports import Ports
from memory.errors import AuthenticationFailed, ConnectorError, InvalidInput, QuarterdeckError

LASTS_S: Final = 600
LONGEST_QUERY: Final = 8_000
ACCOUNTS: Final = "/console/accounts"
_HOW = "oidc"


class SignOnDoor:
    """The door that the provider keeps. While it does not answer, the other ways in work as ever."""

    def __init__(self, ports: Ports, sign_on: SingleSignOn, reception: Reception, pages: Pages) -> None:
        self._sign_on = sign_on
        self._doorkeeper = ports.doorkeeper
        self._metrics = ports.metrics
        self._reception = reception
        self._pages = pages

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/oidc/leave")(self.leave)
        router.get("/oidc/arrive")(self.arrive)
        router.post("/oidc/signed-out")(self.signed_out)

    async def leave(self, next: str = HOME) -> Response:  # noqa: A002  # the query's usual name
        """Send the browser to the provider."""
        try:
            leaving = await self._sign_on.leave(inside(next))
        except ConnectorError as error:
            return self._failed(error, 503)
        return RedirectResponse(leaving.url, 303, {"Set-Cookie": self._flow_cookie(leaving.browser)})

    async def arrive(self, request: Request) -> Response:
        """Take the provider's answer: a session, or an account that is to be linked to who is signed in."""
        if len(request.url.query) > LONGEST_QUERY:
            raise InvalidInput("expected an answer of the provider, found a longer address")
        query = dict(reversed(request.query_params.multi_items()))
        try:
            arrival = await self._sign_on.arrive(query, request.cookies.get(self._name, ""))
        except AuthenticationFailed as error:
            await self._doorkeeper.refused(error)
            return self._failed(error, 401)
        except ConnectorError as error:
            return self._failed(error, 503)
        except QuarterdeckError as error:  # an account that is somebody's cannot be linked
            return self._failed(error, 409)
        onward = ACCOUNTS if arrival.link else arrival.onward
        response = self._pages.response("again.html", here=onward)
        response.headers.append("Set-Cookie", self._flow_cookie("", 0))
        if arrival.person is not None:
            session = await self._reception.welcome(request, arrival.person, EVERY_SCOPE, _HOW)
            response.headers.append("Set-Cookie", session)
        return response

    async def signed_out(self, request: Request) -> Response:
        """End the sessions of whom the provider says has signed out there. Its token is all it needs."""
        fields = await read_form(request)
        answer = {"Cache-Control": "no-store"}
        try:
            await self._sign_on.signed_out(fields.get("logout_token", ""))
        except AuthenticationFailed as error:
            await self._doorkeeper.refused(error)
            return Response(status_code=400, headers=answer)
        return Response(status_code=200, headers=answer)

    @property
    def _name(self) -> str:
        return f"{self._reception.cookie_name}-leaving"

    def _flow_cookie(self, value: str, lasts_s: int = LASTS_S) -> str:
        """Return a cookie that comes back with the provider's answer, which is a visit from another site."""
        return self._reception.set_cookie(value, lasts_s, name=self._name, same_site="Lax")

    def _failed(self, error: QuarterdeckError, status: int) -> Response:
        self._metrics.sign_in(_HOW, error.code)
        return self._pages.response("sign_in.html", status, code="", onward=HOME, failed=error)
