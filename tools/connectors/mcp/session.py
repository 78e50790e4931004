"""A session with one MCP server: begun when it is needed, begun anew when it broke, never waited for too long.

The session lives in a task of its own, since what it holds open has to be closed where it was opened.
"""

import asyncio
from collections.abc import Awaitable
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar, cast

import httpx2
from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp_types import CONNECTION_CLOSED, REQUEST_TIMEOUT, CallToolResult, RequestParamsMeta, Tool
from pydantic import ValidationError

from memory.errors import ConnectorError, ConnectorRejected, ConnectorUnreachable
from memory.model.value import JsonValue
from tools.connectors.mcp import over_http, stdio
from tools.declared.server import Server
from tools.once import not_begun

MOST_PAGES = 20
MOST_TOOLS = 500
KEY_IN_META = "quarterdeck/idempotency-key"

_BROKEN = {CONNECTION_CLOSED, REQUEST_TIMEOUT}
_AWAY = (OSError, TimeoutError, httpx2.HTTPError, ExceptionGroup)
_TROUBLE = (MCPError, ValidationError, RuntimeError, ValueError, *_AWAY)
T = TypeVar("T")


class Session:
    """Speaks to one server."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.source = f"mcp.{server.name}"
        self._beginning = asyncio.Lock()
        self._holder: asyncio.Task[None] | None = None
        self._client: Client | None = None
        self._over = asyncio.Event()

    async def tools(self) -> tuple[Tool, ...]:
        """Return what the server offers now; raises `ConnectorUnreachable`, or `ConnectorError` for nonsense."""
        client = await self._begun()
        return await self._within(self._listed(client))

    async def call(self, tool: str, arguments: dict[str, JsonValue], key: str) -> CallToolResult:
        """Call a tool; raises `ConnectorRejected` where the server refuses.

        `ConnectorUnreachable` and `ConnectorError` say that it may have taken effect.
        """
        client = await self._begun()
        meta = cast("RequestParamsMeta", {KEY_IN_META: key})
        return await self._within(client.call_tool(tool, dict(arguments), meta=meta))

    async def close(self) -> None:
        """End the session, and with it a server that we started."""
        holder, self._holder, self._client = self._holder, None, None
        if holder is not None:
            self._over.set()
            await asyncio.gather(holder, return_exceptions=True)

    async def _listed(self, client: Client) -> tuple[Tool, ...]:
        found: list[Tool] = []
        cursor: str | None = None
        for _ in range(MOST_PAGES):
            page = await client.list_tools(cursor=cursor, cache_mode="bypass")
            found += page.tools
            cursor = page.next_cursor
            if cursor is None:
                break
        if cursor is not None or len(found) > MOST_TOOLS:
            raise ConnectorError(f"expected at most {MOST_TOOLS} tools of {self.source}, found more")
        names = [each.name for each in found]
        if len(set(names)) < len(names):
            raise ConnectorError(f"expected each tool of {self.source} to have a name of its own, found two alike")
        return tuple(found)

    async def _begun(self) -> Client:
        async with self._beginning:
            if self._holder is not None and not self._holder.done() and self._client is not None:
                return self._client
            await self.close()
            ready: asyncio.Future[Client] = asyncio.get_running_loop().create_future()
            self._over = asyncio.Event()
            self._holder = asyncio.create_task(self._hold(ready, self._over))
            try:
                async with asyncio.timeout(self.server.timeout_s):
                    self._client = await asyncio.shield(ready)
            except TimeoutError:
                self._holder.cancel()
                await self.close()
                raise not_begun(f"{self.source} did not answer within {self.server.timeout_s:.3g} s") from None
            return self._client

    async def _hold(self, ready: "asyncio.Future[Client]", over: asyncio.Event) -> None:
        """Keep a session open until it is over; what goes wrong before it stands is told to whoever waits."""
        try:
            async with Client(_way(self.server), read_timeout_seconds=self.server.timeout_s, cache=None) as client:
                if not ready.done():
                    ready.set_result(client)
                await over.wait()
        except ConnectorUnreachable as error:
            _fail(ready, not_begun(error.message, hint=error.hint))
        except _TROUBLE as error:
            _fail(ready, not_begun(f"{self.source} could not be spoken to: {type(error).__name__}"))

    async def _within(self, work: Awaitable[T]) -> T:
        try:
            async with asyncio.timeout(self.server.timeout_s):
                return await work
        except TimeoutError:
            self._break()
            raise ConnectorUnreachable(
                f"{self.source} did not answer within {self.server.timeout_s:.3g} s"
            ) from None
        except MCPError as error:
            if error.code in _BROKEN:
                self._break()
                raise ConnectorUnreachable(f"{self.source} broke off in the middle") from error
            raise ConnectorRejected(
                f"{self.source} refused with the code {error.code}", body=error.message[:400]
            ) from error
        except (ValidationError, RuntimeError, ValueError) as error:
            raise ConnectorError(
                f"expected an answer of {self.source} in the form of the protocol, found another",
                body=str(error)[:400],
            ) from error
        except _AWAY as error:
            self._break()
            raise ConnectorUnreachable(f"{self.source} broke off: {type(error).__name__}") from error

    def _break(self) -> None:
        """Leave this session: the next call begins another."""
        self._client = None
        self._over.set()


def _way(server: Server) -> "AbstractAsyncContextManager[Any]":
    """Return the way to a server, as the client takes it."""
    return stdio.spoken_to(server) if server.command else over_http.spoken_to(server)


def _fail(ready: "asyncio.Future[Client]", error: ConnectorUnreachable) -> None:
    if not ready.done():
        ready.set_exception(error)
