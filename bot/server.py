"""The web application: REST under /v1, the console, MCP and Slack under their names, probes beside them."""

import re
import time
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import structlog
from fastapi import APIRouter, FastAPI
from fastapi.responses import RedirectResponse
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.sessions import Sessions
from bot.surfaces.console import ConsoleSettings, console_app
from bot.surfaces.inbound import LONGEST_BODY
from bot.surfaces.mcp.mounted import McpMount
from bot.surfaces.ports import Ports
from bot.surfaces.rest import problems
from bot.surfaces.rest.keyed import Replays
from bot.surfaces.rest.probes import probes
from bot.surfaces.rest.published import published
from bot.surfaces.rest.reference import reference
from bot.surfaces.rest.router import DESCRIPTION, TAGS, TITLE, open_router, rest_router
from bot.surfaces.speech import LARGEST_CLIP
from bot.telemetry import begin_request
from memory.errors import InputTooLarge
from tools.contract import Capability

SLACK = "/slack"  # where Slack's door is, if there is one
HOOKS = "/hooks"  # where alerts come in, if any do

_log = structlog.get_logger(__name__)
_SOUND = re.compile(r"/v1/(?:voice|incidents/[^/]+/calls)")  # where recordings come in
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,80}")


def create_app(
    ports: Ports,
    replays: Replays,
    sessions: Sessions,
    *,
    capabilities: Sequence[Capability],
    console: ConsoleSettings,
    slack: ASGIApp | None = None,
    teams: APIRouter | None = None,
    hooks: APIRouter | None = None,
    telephone: APIRouter | None = None,
) -> FastAPI:
    """Return the whole web application. It owns nothing: what it is given is opened and closed elsewhere."""
    app = FastAPI(
        title=TITLE,
        version=version("quarterdeck"),
        description=DESCRIPTION,
        openapi_tags=TAGS,
        openapi_url="/v1/openapi.json",
        docs_url=None,  # the usual pages load scripts from elsewhere
        redoc_url=None,
        telemetry=None,
    )
    problems.install(app)
    if slack is not None:  # before all others: routes are looked through in order, and Slack waits for its answer
        app.mount(SLACK, slack)
    app.include_router(rest_router(ports, replays, capabilities))
    app.include_router(open_router())
    app.include_router(published(ports, replays))
    app.include_router(probes(ports))
    app.include_router(reference(app.openapi))
    app.mount("/console", console_app(ports, sessions, console))
    app.add_api_route("/", _to_console, include_in_schema=False)
    app.mount("/mcp", McpMount(app, ports.doorkeeper, console.public_url))
    if teams is not None:
        app.include_router(teams)
    if hooks is not None:
        app.include_router(hooks)
    if telephone is not None:
        app.include_router(telephone)
    app.add_middleware(BodyLimit)
    app.add_middleware(Threshold, ports=ports)
    return app


async def _to_console() -> RedirectResponse:
    return RedirectResponse("/console/")


class BodyLimit:
    """Stops reading a body that is too long, whatever it declares; raises `InputTooLarge` where it is read.

    Slack's door and those of alerts have limits of their own.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"].startswith((f"{SLACK}/", f"{HOOKS}/")):
            await self._app(scope, receive, send)
            return
        most = LARGEST_CLIP if _SOUND.fullmatch(scope["path"]) else LONGEST_BODY
        declared = Headers(scope=scope).get("Content-Length", "")
        size = int(declared) if declared.isdecimal() else 0
        received = 0

        async def measured() -> Message:
            nonlocal received
            _check_size(size, most)
            message = await receive()
            received += len(message.get("body", b""))
            _check_size(received, most)
            return message

        await self._app(scope, measured, send)


def _check_size(size: int, most: int) -> None:
    if size > most:
        raise InputTooLarge(
            f"expected a request of at most {most} bytes, found a longer one",
            hint="Send the part that matters, and a link to the rest.",
        )


class Threshold:
    """Gives every request its id, echoes it, times the request and writes one line about it.

    Neither the query nor the body is logged: a query may carry a sign-in code.
    """

    def __init__(self, app: ASGIApp, ports: Ports) -> None:
        self._app = app
        self._ports = ports

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = self._request_id(scope)
        begin_request(request)
        began = time.perf_counter()
        answered: dict[str, Any] = {"status": 500, "live": False}

        async def echo(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request
                live = headers.get("Content-Type", "").startswith("text/event-stream")
                answered.update(status=message["status"], live=live)
            await send(message)

        try:
            await self._app(scope, receive, echo)
        finally:
            if not answered["live"]:  # an open ear is not a slow request
                self._note(scope, answered["status"], time.perf_counter() - began)

    def _request_id(self, scope: Scope) -> str:
        given = Headers(scope=scope).get("X-Request-Id", "")
        return given if _REQUEST_ID.fullmatch(given) else self._ports.ids.new("req")

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "")
        self._ports.metrics.request(
            scope["method"], f"{scope.get('root_path', '')}{route}" if route else "unknown", status, seconds
        )
        _log.info(
            "request", method=scope["method"], path=scope["path"], status=status, ms=round(seconds * 1000, 1)
        )
