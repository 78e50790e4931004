"""An OpenAI-compatible endpoint on loopback, over real HTTP, that behaves and misbehaves on request.

It serves chat completions, whole or streamed, with tools, `tool_choice` and JSON schema, the list of models, a
health endpoint and metrics, and keeps every request. Its mind is a function from the person's message to a
reading, or a script of turns; its manners say how that goes wrong.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Mind = Callable[[str], dict[str, Any]]
Script = Callable[[dict[str, Any]], dict[str, Any]]  # from a whole request to an assistant's message

PATIENCE_S = 0.2
PIECE = 12  # characters of a streamed answer at a time
METRICS = """# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{model_name="a-model"} 2.0
vllm:num_requests_waiting{model_name="a-model"} 1.0
vllm:kv_cache_usage_perc{model_name="a-model"} 0.25
"""

OF_LLAMA_CPP = """llamacpp:requests_processing 1
llamacpp:predicted_tokens_seconds 42.5
"""
_OF_TENSORRT_LLM = """trtllm_request_success_total{model_name="a-model",finished_reason="stop"} 7.0
trtllm_time_to_first_token_seconds_sum{model_name="a-model"} 2.0
trtllm_time_to_first_token_seconds_count{model_name="a-model"} 8.0
"""


class Manners(StrEnum):
    """How the endpoint answers."""

    JSON = "structured output"
    FENCED = "JSON in a code fence"
    TOOL_CALL = "tool call"
    RATE_LIMITED = "429"
    BROKEN = "500"
    DENIED = "401"
    UNKNOWN_MODEL = "404"
    HANGS = "never answers"
    DRIPS = "sends a byte now and then and never ends"
    HANGS_UP = "closes the connection"
    HANGS_UP_MIDWAY = "closes the connection in the middle of a stream"
    SLOW_FIRST = "thinks for a while before the first token"
    TRUNCATED = "ends in the middle of the JSON"
    WRONG_TYPES = "JSON with values of other types"
    BAD_ARGUMENTS = "a tool call whose arguments are no JSON"
    REFUSES = "refuses"
    PROSE = "talks"
    NO_CHOICES = "an answer without choices"
    HTML = "an HTML page"
    NESTED = "JSON nested ten thousand deep"
    ENDLESS = "talks without end"


_ERRORS = {
    Manners.RATE_LIMITED: ("429 Too Many Requests", "slow down"),
    Manners.BROKEN: ("500 Internal Server Error", "boom"),
    Manners.DENIED: ("401 Unauthorized", "no such key"),
    Manners.UNKNOWN_MODEL: ("404 Not Found", "no such model"),
}


@dataclass
class FakeOpenAI:
    """The endpoint. `requests` holds the bodies it was sent, `keys` the authorization headers.

    `script` says whole messages where it is given. `failing` is how many requests the manners hold for; from then
    on it behaves. `retry_after` goes with errors; `slow_s` is how long a slow first token takes.
    `abandoned` counts the streams whose reader left before their end, `sent` the pieces that went out.
    """

    mind: Mind
    manners: Manners = Manners.JSON
    script: Script | None = None
    failing: int | None = None
    retry_after: str = ""
    slow_s: float = 0.2
    models: tuple[str, ...] = ("a-model",)
    well: bool = True
    heedless: bool = False  # says what its script says, whatever was offered
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    pauses_at: str = ""  # what a stream says before it pauses, until `resumed` is set or its reader leaves
    resumed: asyncio.Event = field(default_factory=asyncio.Event)
    paused: bool = False
    redirects_to: str = ""
    streams: bool = True  # whether it knows how; a request for a stream is a wrong one otherwise
    metrics: str = METRICS
    abandoned: int = 0
    sent: int = 0
    waiting: bool = False  # for its reader, for longer than a moment
    base_url: str = ""
    _closing: asyncio.Event = field(default_factory=asyncio.Event)

    def system(self) -> str:
        """Return what the model was told before the last message."""
        return str(self.requests[-1]["messages"][0]["content"])

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._exchange(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            self.abandoned += 1  # the client gave up, as some of these manners make it do
        finally:
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, path, _ = head.split(" ", 2)
        lower = {
            name.lower(): value for name, _, value in (line.partition(": ") for line in head.split("\r\n")[1:])
        }
        if method == "GET":
            writer.write(self._looked_up(path))
            await writer.drain()
            return
        self.paths.append(path)
        self.keys.append(lower.get("authorization", ""))
        self.requests.append(json.loads(await reader.readexactly(int(lower["content-length"]))))
        if self.redirects_to:
            there = f"{self.redirects_to}/chat/completions"
            writer.write(f"HTTP/1.1 307 Temporary Redirect\r\nlocation: {there}\r\n{_EMPTY}".encode())
            return
        if self.requests[-1].get("stream") and not self.streams:
            writer.write(_response("400 Bad Request", "application/json", b'{"error": {"message": "no streams"}}'))
            return
        await self._answer(self._manners(), writer)

    def _manners(self) -> Manners:
        return self.manners if self.failing is None or len(self.requests) <= self.failing else Manners.JSON

    def _looked_up(self, path: str) -> bytes:
        if path.endswith("/models"):
            listed = {"object": "list", "data": [{"id": name, "object": "model"} for name in self.models]}
            return _response("200 OK", "application/json", json.dumps(listed).encode())
        if path in {"/metrics", "/prometheus/metrics"}:
            return _response(
                "200 OK",
                "text/plain; version=0.0.4",
                (_OF_TENSORRT_LLM if path.startswith("/prom") else self.metrics).encode(),
            )
        if path == "/api/ps":
            running = {"models": [{"name": "a-model", "size": 400, "size_vram": 300}]}
            return _response("200 OK", "application/json", json.dumps(running).encode())
        status = "200 OK" if self.well else "503 Service Unavailable"
        return _response(status, "text/plain", b"")

    async def _answer(self, manners: Manners, writer: asyncio.StreamWriter) -> None:
        if manners is Manners.HANGS:
            await self._closing.wait()
            return
        if manners is Manners.HANGS_UP:
            return
        if manners is Manners.DRIPS:
            await self._drip(writer)
            return
        if manners is Manners.SLOW_FIRST:
            await self._wait(self.slow_s)
        if self.requests[-1].get("stream") and manners not in _ERRORS:
            await self._stream(manners, writer)
            return
        writer.write(_response(*self._whole(manners), retry_after=self.retry_after if manners in _ERRORS else ""))
        await writer.drain()

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._closing.wait()
        except TimeoutError:
            return

    async def _drip(self, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n")
        while not self._closing.is_set():
            writer.write(b"1\r\n \r\n")
            await writer.drain()
            await self._wait(0.02)

    async def _stream(self, manners: Manners, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n")
        said = ""
        for number, chunk in enumerate(self._chunks(manners)):
            if self._closing.is_set() or (manners is Manners.HANGS_UP_MIDWAY and number == 2):  # midway
                return
            writer.write(f"data: {json.dumps(chunk)}\n\n".encode())
            await self._taken(writer)
            self.sent += 1
            said += _said(chunk)
            if self.pauses_at and self.pauses_at in said:
                await self._pause(writer)
        writer.write(b"data: [DONE]\n\n")
        await writer.drain()

    async def _pause(self, writer: asyncio.StreamWriter) -> None:
        """Say nothing more for a while; comments show whether anybody still listens."""
        self.paused = True
        while not self.resumed.is_set() and not self._closing.is_set():
            writer.write(b": still there\n\n")
            await writer.drain()
            await self._wait(0.01)

    async def _taken(self, writer: asyncio.StreamWriter) -> None:
        """Wait until the reader has room for more."""
        draining = asyncio.ensure_future(writer.drain())
        try:
            self.waiting = not (await asyncio.wait((draining,), timeout=PATIENCE_S))[0]
            await draining
        finally:
            draining.cancel()
            self.waiting = False
        await asyncio.sleep(0)

    def _chunks(self, manners: Manners) -> Iterable[dict[str, Any]]:
        if manners is Manners.ENDLESS:
            while True:
                yield self._chunk({"content": "and so on " * 100})
        message = self._message(manners)
        text = message.get("content") or ""
        yield self._chunk({"role": "assistant", "content": ""})
        for start in range(0, len(text), PIECE):
            yield self._chunk({"content": text[start : start + PIECE]})
        if message.get("refusal"):
            yield self._chunk({"refusal": message["refusal"]})
        for number, call in enumerate(message.get("tool_calls", ())):
            yield from self._called(number, call)
        yield {**self._chunk({}, "stop"), "usage": _USAGE}

    def _called(self, number: int, call: dict[str, Any]) -> Iterable[dict[str, Any]]:
        arguments = call["function"]["arguments"]
        named = {**call, "function": {**call["function"], "arguments": ""}}
        yield self._chunk({"tool_calls": [{"index": number, **named}]})
        for start in range(0, len(arguments), PIECE):
            piece = {"arguments": arguments[start : start + PIECE]}
            yield self._chunk({"tool_calls": [{"index": number, "function": piece}]})

    def _chunk(self, delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return {**self._envelope("chat.completion.chunk"), "choices": [choice]}

    def _envelope(self, kind: str) -> dict[str, Any]:
        return {"id": "chatcmpl-1", "object": kind, "created": 0, "model": self.requests[-1]["model"]}

    def _whole(self, manners: Manners) -> tuple[str, str, bytes]:
        if manners in _ERRORS:
            status, why = _ERRORS[manners]
            return status, "application/json", json.dumps({"error": {"message": why}}).encode()
        if manners is Manners.HTML:
            return "200 OK", "text/html", b"<html><body>Sign in to continue</body></html>"
        if manners is Manners.NO_CHOICES:
            return "200 OK", "application/json", b'{"object": "chat.completion"}'
        message = self._message(manners)
        finish = "tool_calls" if message.get("tool_calls") else "stop"
        whole = {
            **self._envelope("chat.completion"),
            "choices": [{"index": 0, "message": message, "finish_reason": finish}],
            "usage": _USAGE,
        }
        return "200 OK", "application/json", json.dumps(whole).encode()

    def _message(self, manners: Manners) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": None}
        if manners is Manners.REFUSES:
            return {**message, "refusal": "I cannot help with that."}
        if self.script is not None and manners in {Manners.JSON, Manners.SLOW_FIRST}:
            return {**message, **self._allowed(self.script(self.requests[-1]))}
        reading = json.dumps(self.mind(str(self.requests[-1]["messages"][-1]["content"])))
        if manners in {Manners.TOOL_CALL, Manners.BAD_ARGUMENTS}:
            arguments = reading if manners is Manners.TOOL_CALL else reading[: len(reading) // 2]
            return {**message, "tool_calls": [call("reading", arguments)]}
        contents = {
            Manners.FENCED: f"```json\n{reading}\n```",
            Manners.TRUNCATED: reading[: len(reading) // 2],
            Manners.WRONG_TYPES: json.dumps(
                {"kind": ["tool"], "tool": 7, "arguments": "all", "confidence": "very"}
            ),
            Manners.PROSE: "Sure! I have rolled back payments for you.",
            Manners.NESTED: "[" * 10_000,
        }
        return {**message, "content": contents.get(manners, reading)}

    def _allowed(self, message: dict[str, Any]) -> dict[str, Any]:
        """Return the message as `tool_choice` leaves it: none, some tool, or the one that is named."""
        if self.heedless:
            return message
        choice = self.requests[-1].get("tool_choice", "auto")
        offered = [tool["function"]["name"] for tool in self.requests[-1].get("tools", ())]
        calls = [each for each in message.get("tool_calls", ()) if each["function"]["name"] in offered]
        if isinstance(choice, dict):
            named = choice["function"]["name"]
            calls = [each for each in calls if each["function"]["name"] == named] or [call(named, "{}")]
        elif choice == "required" and not calls:
            calls = [call(offered[0], "{}")]
        elif choice == "none":
            calls = []
        return (
            {**message, "tool_calls": calls} if calls else {k: v for k, v in message.items() if k != "tool_calls"}
        )


def _said(chunk: dict[str, Any]) -> str:
    """Return what a chunk adds to what is said, of text or of the arguments of a tool."""
    delta = chunk["choices"][0]["delta"]
    called = "".join(each["function"].get("arguments", "") for each in delta.get("tool_calls", ()))
    return str(delta.get("content") or "") + called


_EMPTY = "content-length: 0\r\nconnection: close\r\n\r\n"
_USAGE = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}


def call(name: str, arguments: str | dict[str, Any], id_: str = "call_1") -> dict[str, Any]:
    """Return a tool call as an assistant's message has it."""
    written = arguments if isinstance(arguments, str) else json.dumps(arguments)
    return {"id": id_, "type": "function", "function": {"name": name, "arguments": written}}


def _response(status: str, kind: str, body: bytes, *, retry_after: str = "") -> bytes:
    asked = f"retry-after: {retry_after}\r\n" if retry_after else ""
    head = f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n{asked}"
    return f"{head}connection: close\r\n\r\n".encode() + body


@asynccontextmanager
async def openai_server(
    mind: Mind = lambda _: {}, manners: Manners = Manners.JSON, *, script: Script | None = None
) -> AsyncIterator[FakeOpenAI]:
    """Start an endpoint on a free port and stop it after the block."""
    fake = FakeOpenAI(mind, manners, script)
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    fake.base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield fake
    finally:
        fake._closing.set()
        server.close()
        await server.wait_closed()
