"""The systems that the examples beside the library's runbooks speak to, over real HTTP on one port.

Shares of traffic, queues, limits, quotas and certificates. `effects` is their own ledger: they do as often as they
are told, and count under which key, so that whatever is done twice shows.
"""

import asyncio
import json
import re
from collections import Counter
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

from tests.fakes.http import Request, _request

Said = tuple[int, dict[str, Any]]


class FakeOperations:
    """`state` is all that can be changed: what is not there is 0."""

    def __init__(self) -> None:
        self.state: Counter[str] = Counter()
        self.effects: Counter[str] = Counter()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        await self._server.wait_closed()

    def share(self, service: str, environment: str) -> int:
        """Return how much of a service's traffic a place has, in percent."""
        return self.state[f"/services/{service}/shares/{environment}"]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        status, said = self._answer(await _request(reader))
        body = json.dumps(said).encode()
        head = f"HTTP/1.1 {status} Whatever\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    def _answer(self, request: Request) -> Said:
        path = unquote(request.path)
        if request.method == "GET" and path.startswith("/changes/"):
            return (200, {}) if self.effects[path.removeprefix("/changes/")] else (404, {})
        if request.method == "GET":
            return 200, {_field(path): self.state[path]}
        self.effects[request.headers["idempotency-key"]] += 1
        if request.method == "PUT":
            self.state[path] = int(json.loads(request.body)[_field(path)])
        else:
            self._done(path)
        return 200, {}

    def _done(self, path: str) -> None:
        _, _, name, what = path.split("/")
        here, aside = f"queue {name}", f"queue {name} aside"
        match what:
            case "park":
                self.state[aside] += self.state.pop(here, 0)
            case "unpark":
                self.state[here] += self.state.pop(aside, 0)
            case "purge":
                self.state.pop(here, 0)
            case "renew":
                self.state[f"certificate {name}"] = 90


def _field(path: str) -> str:
    return "percent" if re.search("/shares/", path) else "per_second"
