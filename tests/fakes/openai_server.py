"""An OpenAI-compatible endpoint on loopback, over real HTTP, that behaves and misbehaves on request.

It serves `POST /v1/chat/completions` and keeps every request. Its mind is a function from the person's message to
the reading it returns; its manners say how that goes wrong.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Mind = Callable[[str], dict[str, Any]]


class Manners(StrEnum):
    """How the endpoint answers."""

    JSON = "structured output"
    FENCED = "JSON in a code fence"
    TOOL_CALL = "tool call"
    RATE_LIMITED = "429"
    BROKEN = "500"
    HANGS = "never answers"
    DRIPS = "sends a byte now and then and never ends"
    HANGS_UP = "closes the connection"
    TRUNCATED = "ends in the middle of the JSON"
    REFUSES = "refuses"
    PROSE = "talks"
    NO_CHOICES = "an answer without choices"
    HTML = "an HTML page"
    NESTED = "JSON nested ten thousand deep"


@dataclass
class FakeOpenAI:
    """The endpoint. `requests` holds the bodies it was sent, `keys` the authorization headers."""

    mind: Mind
    manners: Manners = Manners.JSON
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    base_url: str = ""
    _closing: asyncio.Event = field(default_factory=asyncio.Event)

    def system(self) -> str:
        """Return what the model was told before the last message."""
        return str(self.requests[-1]["messages"][0]["content"])

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._exchange(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            return  # the client gave up, as some of these manners make it do
        finally:
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        lower = {name.lower(): value for name, value in headers.items()}
        self.keys.append(lower.get("authorization", ""))
        self.requests.append(json.loads(await reader.readexactly(int(lower["content-length"]))))
        if self.manners is Manners.HANGS:
            await self._closing.wait()
        elif self.manners is Manners.DRIPS:
            await self._drip(writer)
        elif self.manners is not Manners.HANGS_UP:
            status, kind, body = self._answer()
            writer.write(_response(status, kind, body))
            await writer.drain()

    async def _drip(self, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n")
        while not self._closing.is_set():
            writer.write(b"1\r\n \r\n")
            await writer.drain()
            await asyncio.sleep(0.02)

    def _answer(self) -> tuple[str, str, bytes]:
        match self.manners:
            case Manners.RATE_LIMITED:
                return "429 Too Many Requests", "application/json", b'{"error": {"message": "slow down"}}'
            case Manners.BROKEN:
                return "500 Internal Server Error", "application/json", b'{"error": {"message": "boom"}}'
            case Manners.HTML:
                return "200 OK", "text/html", b"<html><body>Sign in to continue</body></html>"
            case Manners.NO_CHOICES:
                return "200 OK", "application/json", b'{"object": "chat.completion"}'
            case _:
                return "200 OK", "application/json", json.dumps(self._completion()).encode()

    def _completion(self) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": None}
        reading = json.dumps(self.mind(str(self.requests[-1]["messages"][-1]["content"])))
        contents = {
            Manners.JSON: reading,
            Manners.FENCED: f"```json\n{reading}\n```",
            Manners.TRUNCATED: reading[: len(reading) // 2],
            Manners.PROSE: "Sure! I have rolled back payments for you.",
            Manners.NESTED: "[" * 10_000,
        }
        if self.manners is Manners.REFUSES:
            message["refusal"] = "I cannot help with that."
        elif self.manners is Manners.TOOL_CALL:
            call = {"name": "reading", "arguments": reading}
            message["tool_calls"] = [{"id": "call_1", "type": "function", "function": call}]
        else:
            message["content"] = contents[self.manners]
        return {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 0,
            "model": self.requests[-1]["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
        }


def _response(status: str, kind: str, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
    return head.encode() + body


@asynccontextmanager
async def openai_server(mind: Mind, manners: Manners = Manners.JSON) -> AsyncIterator[FakeOpenAI]:
    """Start an endpoint on a free port and stop it after the block."""
    fake = FakeOpenAI(mind, manners)
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    fake.base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield fake
    finally:
        fake._closing.set()
        server.close()
        await server.wait_closed()
