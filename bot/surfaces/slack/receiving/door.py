"""The door that Slack knocks at, as an ASGI application: `events` takes what it sends, the rest installs the app.

What comes to `events` is read up to a limit and verified as bytes before anything is parsed. Of what fails nothing
is kept and nothing repeated: only that it failed, and why.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from bot.surfaces.desk import Doorkeeper
from bot.surfaces.slack.verifying import verify
from memory.clock import Clock
from memory.errors import AuthenticationFailed, InputTooLarge

LONGEST: Final = 1024 * 1024  # bytes; a click comes with the whole message it was made in, encoded twice

Page = Callable[[Request], Awaitable[Response]]


class Events:
    """Takes requests of Slack's: events, commands, clicks and modals, all at one address."""

    def __init__(self, app: AsyncApp, secret: bytes, doorkeeper: Doorkeeper, clock: Clock) -> None:
        self._app = app
        self._secret = secret
        self._doorkeeper = doorkeeper
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; raises `InputTooLarge` or `AuthenticationFailed`."""
        body = await _body(receive)
        headers = Headers(scope=scope)
        try:
            verify(self._secret, headers, body, self._clock.now())
        except AuthenticationFailed as error:
            await self._doorkeeper.refused(error)
            raise
        asked = AsyncBoltRequest(body=body.decode("utf-8", "replace"), headers=dict(headers.items()))
        await _response(await self._app.async_dispatch(asked))(scope, receive, send)


def door(events: Events, pages: dict[str, Page]) -> Router:
    """Return the application; `pages` are answered to browsers, by path."""
    routes = [Route("/events", events, methods=["POST"])]
    return Router([*routes, *[Route(path, page, methods=["GET"]) for path, page in pages.items()]])


async def _body(receive: Receive) -> bytes:
    read = bytearray()
    more = True
    while more:
        message = await receive()
        read += message.get("body", b"")
        more = message.get("more_body", False)
        if len(read) > LONGEST:
            raise InputTooLarge(f"expected a request of at most {LONGEST} bytes, found a longer one")
    return bytes(read)


def _response(answer: BoltResponse) -> Response:
    return Response(
        content=answer.body, status_code=answer.status, headers=answer.first_headers_without_set_cookie()
    )
