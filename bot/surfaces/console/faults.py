"""Errors as the console shows them: the one boundary between our errors and a person at the page."""

from typing import cast
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from bot.error_classes import http_status
from bot.surfaces.console.pages import Pages
from bot.surfaces.desk import Doorkeeper
from bot.telemetry import request_id
from memory.errors import (
    AuthenticationFailed,
    InputTooLarge,
    InvalidInput,
    NotFound,
    PolicyDenied,
    QuarterdeckError,
)

SIGN_IN = "/console/sign-in"


def in_page(request: Request) -> bool:
    """Return whether a part of a page is asked for, and not a page."""
    return request.headers.get("HX-Request") == "true"


class Faults:
    """Shows an error within the page where one is open, and as a page otherwise."""

    def __init__(self, pages: Pages, doorkeeper: Doorkeeper) -> None:
        self._pages = pages
        self._doorkeeper = doorkeeper

    def install(self, app: FastAPI) -> None:
        """Let every error of the application leave it in this form."""
        app.add_exception_handler(QuarterdeckError, self._ours)
        app.add_exception_handler(RequestValidationError, self._misfit)
        app.add_exception_handler(HTTPException, self._protocol)
        app.add_exception_handler(Exception, self._unforeseen)

    async def _ours(self, request: Request, raised: Exception) -> Response:
        error = cast("QuarterdeckError", raised)
        if isinstance(error, PolicyDenied):
            await self._doorkeeper.refused(error, getattr(request.state, "principal", None))
        if isinstance(error, AuthenticationFailed) and not in_page(request) and request.method == "GET":
            return self._to_the_door(request)
        return self._shown(request, error, http_status(error))

    async def _misfit(self, request: Request, _raised: Exception) -> Response:
        return self._shown(request, InvalidInput("expected an address of this console, found another"), 404)

    async def _protocol(self, request: Request, raised: Exception) -> Response:
        status = cast("HTTPException", raised).status_code
        kinds: dict[int, QuarterdeckError] = {
            404: NotFound("expected a page of this console, found no such page"),
            413: InputTooLarge("expected a shorter message", hint="Send the part that matters."),
        }
        return self._shown(request, kinds.get(status, InvalidInput("expected a request this page makes")), status)

    async def _unforeseen(self, request: Request, _raised: Exception) -> Response:
        """Answer a crash; the application this one is mounted in logs it."""
        ours = QuarterdeckError(
            "Something went wrong on our side.", hint="Nothing was lost. Try again in a moment."
        )
        return self._shown(request, ours, 500)

    def _to_the_door(self, request: Request) -> Response:
        """Send the person to sign in, and back afterwards.

        A link followed from another site comes without the cookie (SameSite=Strict), so that page asks once more
        by itself, as a page of ours.
        """
        if request.headers.get("Sec-Fetch-Site") == "cross-site":
            return self._pages.response("again.html", here=str(request.url.path))
        return RedirectResponse(f"{SIGN_IN}?next={quote(request.url.path)}", 303)

    def _shown(self, request: Request, error: QuarterdeckError, status: int) -> HTMLResponse:
        template = "problem.html" if in_page(request) else "fault.html"
        headers = {"HX-Trigger": "catchup"} if in_page(request) and request.method == "POST" else {}
        return self._pages.response(
            template,
            status,
            headers,
            error=error,
            request_id=request_id(),
            signed_out=status == 401,  # noqa: PLR2004  # RFC 9110
        )
