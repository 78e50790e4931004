"""Speaking to an MCP server elsewhere: Streamable HTTP, within its time and its length."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from mcp.client.streamable_http import streamable_http_client

from tools.declared.server import Server


class _Bounded(httpx2.AsyncByteStream):
    """A body that breaks off where it grows longer than allowed."""

    def __init__(self, inner: Any, most: int) -> None:
        self._inner = inner
        self._left = most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._inner:
            self._left -= len(chunk)
            if self._left < 0:
                raise httpx2.ReadError("longer than allowed")
            yield chunk

    async def aclose(self) -> None:
        await self._inner.aclose()


class BoundedTransport(httpx2.AsyncBaseTransport):
    """Sends requests and bounds their answers."""

    def __init__(self, most: int) -> None:
        self._inner = httpx2.AsyncHTTPTransport()
        self._most = most

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request. Packed answers are not asked for: their length would say nothing."""
        request.headers["accept-encoding"] = "identity"
        response = await self._inner.handle_async_request(request)
        response.stream = _Bounded(response.stream, self._most)
        return response

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


@asynccontextmanager
async def spoken_to(server: Server) -> AsyncIterator[Any]:
    """Give the streams of a session with the server."""
    headers = {name: secret.get_secret_value() for name, secret in server.headers.items()}
    async with (
        httpx2.AsyncClient(
            headers=headers,
            timeout=httpx2.Timeout(server.timeout_s),
            transport=BoundedTransport(server.max_bytes),
            trust_env=False,
        ) as http,
        streamable_http_client(server.url, http_client=http, max_sse_event_size=server.max_bytes) as streams,
    ):
        yield streams
