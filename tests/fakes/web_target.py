"""A web service with a volume knob: remembers who turned it under which key, and counts what it did."""

import asyncio
import json
from types import TracebackType
from typing import Self

from tests.fakes.http import Request, _request


class WebTarget:
    """`GET /knob`, `PUT /knob/N` and `GET /done/KEY`; `dying` acts and then breaks off without an answer."""

    def __init__(self) -> None:
        self.level = 3
        self.requests: list[Request] = []
        self.effects: list[str] = []
        self.dying = False
        self.status = 200

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await _request(reader)
        self.requests.append(request)
        status, said = self._answer(request)
        if status:
            body = json.dumps(said).encode()
            head = f"HTTP/1.1 {status} Whatever\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
            writer.write(head.encode() + body)
            await writer.drain()
        writer.close()

    def _answer(self, request: Request) -> tuple[int, object]:
        if request.path.startswith("/done/"):
            known = request.path.removeprefix("/done/").replace("%3A", ":") in self.effects
            return (200, {"done": True}) if known else (404, {})
        if request.method == "PUT":
            if self.status != 200:
                return self.status, {}
            self.level = int(request.path.removeprefix("/knob/"))
            self.effects.append(request.headers["idempotency-key"])
            return (0, None) if self.dying else (200, {"level": self.level})
        return 200, {"level": self.level, "you sent": request.headers.get("authorization", "")}
