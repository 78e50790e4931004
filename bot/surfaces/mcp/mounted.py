"""MCP over Streamable HTTP, under /mcp: a key first, then the protocol, then the REST surface in the key's name.

Every request stands alone: a session that outlives the key it began with would be a door left open.
"""

import httpx
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.error_classes import http_status
from bot.surfaces.desk import Doorkeeper
from bot.surfaces.inbound import LONGEST_BODY
from memory.errors import AuthenticationFailed, QuarterdeckError

HOST = "http://quarterdeck.internal"


class McpMount:
    """Serves MCP clients by asking `inner`, the application with the REST surface."""

    def __init__(self, inner: ASGIApp, doorkeeper: Doorkeeper, public_url: str) -> None:
        self._inner = inner
        self._doorkeeper = doorkeeper
        self._origin = public_url.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        given = Headers(scope=scope)
        try:
            key = await self._known(given.get("Authorization", ""))
        except QuarterdeckError as error:
            await _refusal(error)(scope, receive, send)
            return
        await self._speak(key, given.get("Host", ""), scope, receive, send)

    async def _speak(self, key: str, host: str, scope: Scope, receive: Receive, send: Send) -> None:
        from mcp.server.streamable_http_manager import (
            StreamableHTTPSessionManager,
        )  # half a second, for those who ask
        from mcp.server.transport_security import TransportSecuritySettings

        from bot.surfaces.mcp.asking import Rest
        from bot.surfaces.mcp.server import server

        # Whatever name a client knows us by: a page in somebody's browser does not have the key, nor our origin.
        security = TransportSecuritySettings(allowed_hosts=[host], allowed_origins=[self._origin])
        transport = httpx.ASGITransport(app=self._inner, raise_app_exceptions=False)
        headers = {"Authorization": f"Bearer {key}", "User-Agent": "quarterdeck-mcp"}
        async with httpx.AsyncClient(
            transport=transport,
            base_url=HOST,
            headers=headers,
            timeout=None,  # noqa: S113 - nothing is sent anywhere: the work has deadlines of its own
        ) as http:
            manager = StreamableHTTPSessionManager(
                server(Rest(http)),
                json_response=True,
                stateless=True,
                security_settings=security,
                max_request_body_size=LONGEST_BODY,
            )
            async with manager.run():
                await manager.handle_request(scope, receive, send)

    async def _known(self, authorization: str) -> str:
        """Return the key; raises `AuthenticationFailed`, before anything else of the request is read."""
        kind, _, secret = authorization.partition(" ")
        if kind.lower() != "bearer" or not secret.strip():
            raise AuthenticationFailed(
                "expected an API key, found none", hint="Send the header: Authorization: Bearer qd_…"
            )
        await self._doorkeeper.by_api_key(secret.strip())
        return secret.strip()


def _refusal(error: QuarterdeckError) -> JSONResponse:
    status = http_status(error)
    body = {"code": error.code, "detail": error.message, "hint": error.hint, "status": status}
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}  # noqa: PLR2004 - Unauthorized
    return JSONResponse(body, status, headers, media_type="application/problem+json")
