"""A real HTTP server on 127.0.0.1 that fails as servers fail: late, broken, endless, too large, elsewhere."""

import asyncio
import gzip
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

Behaviour = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Request:
    """One request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class FaultyServer:
    """Answers each request with the next of `behaviours`, and with the last of them from then on."""

    def __init__(self, *behaviours: Behaviour) -> None:
        self.behaviours = list(behaviours)
        self.requests: list[Request] = []
        self._open: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self.requests.append(await _request(reader))
            behave = self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]
            await behave(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client had enough, which is what some tests want
        finally:
            writer.close()


async def _request(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _ = head[0].split(" ")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, path, headers, body)


def answer(status: int, body: bytes = b"", **headers: str) -> Behaviour:
    """Answer properly, with this status, body and headers (underscores read as dashes)."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        writer.write(_head(status, {"content-length": f"{len(body)}", **headers}) + body)
        await writer.drain()

    return behave


def endless(chunk: bytes, sent: list[int], **headers: str) -> Behaviour:
    """Answer with `chunk` again and again, never saying how long it will be; `sent` gets each chunk's size."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        writer.write(_head(200, headers))
        while True:
            writer.write(chunk)
            await writer.drain()
            sent.append(len(chunk))

    return behave


def hanging() -> Behaviour:
    """Take the request and never say a word."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        del writer
        await asyncio.Event().wait()

    return behave


def dripping(every_s: float) -> Behaviour:
    """Answer one byte at a time: never silent, never done."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        writer.write(_head(200, {}))
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(every_s)

    return behave


def hanging_up() -> Behaviour:
    """Close the connection without an answer."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    return behave


def bomb(size: int) -> bytes:
    """Return `size` spaces, packed: a thousandth of it on the wire."""
    return gzip.compress(b" " * size)


def _head(status: int, headers: dict[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} Whatever", "connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()
