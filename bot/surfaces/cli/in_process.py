"""Speaks to an application in this process, and gets what it streams as it comes.

The library's own transport gives an answer once it is whole. Whoever stops reading makes the application hear that
the client has left.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
from starlette.types import ASGIApp, Message, Scope

from memory.tasks import stopped


class InProcess(httpx.AsyncBaseTransport):
    """A transport to one application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and return its answer once it begins; raises `ReadError` where it never does."""
        exchange = _Exchange(await request.aread())
        task = asyncio.create_task(exchange.run(self._app, _scope(request)))
        try:
            await exchange.begun.wait()
        except BaseException:
            await stopped(task)
            raise
        if not exchange.status:
            await stopped(task)
            raise httpx.ReadError("the application broke off", request=request)
        return httpx.Response(exchange.status, headers=exchange.headers, stream=_Body(exchange, task))


class _Exchange:
    """One request and its answer."""

    def __init__(self, body: bytes) -> None:
        self.begun = asyncio.Event()
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.pieces: asyncio.Queue[bytes | None] = asyncio.Queue(maxsize=1)
        self.left = asyncio.Event()
        self._body: bytes | None = body

    async def run(self, app: ASGIApp, scope: Scope) -> None:
        try:
            await app(scope, self._receive, self._send)
        finally:
            self.begun.set()
            if not self.left.is_set():
                await self.pieces.put(None)

    async def _receive(self) -> Message:
        if self._body is None:
            await self.left.wait()
            return {"type": "http.disconnect"}
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message.get("headers", []))
            self.begun.set()
        elif message.get("body") and not self.left.is_set():
            await self.pieces.put(message["body"])


class _Body(httpx.AsyncByteStream):
    """The body of an answer, a piece at a time."""

    def __init__(self, exchange: _Exchange, task: "asyncio.Task[None]") -> None:
        self._exchange = exchange
        self._task = task

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (piece := await self._exchange.pieces.get()) is not None:
            yield piece

    async def aclose(self) -> None:
        self._exchange.left.set()
        await stopped(self._task)


def _scope(request: httpx.Request) -> Scope:
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "scheme": request.url.scheme,
        "path": request.url.path,
        "raw_path": request.url.raw_path.split(b"?")[0],
        "query_string": request.url.query,
        "server": (request.url.host, request.url.port),
        "client": ("127.0.0.1", 0),
        "root_path": "",
    }
    return scope
