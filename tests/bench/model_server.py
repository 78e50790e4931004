"""A model that takes no time: answers made before, over kept connections, in a process of its own.

Asked with tools, it asks for the first of them once and then finishes; asked for a reading, it reads a question.
"""

import asyncio
import json
import sys
from typing import Any

READING = {
    "kind": "tool",
    "tool": "service.health",
    "arguments": {"service": "checkout"},
    "question": "",
    "confidence": 0.9,
}
ALERTS = {**READING, "tool": "alerts.list"}
LOOK = {"service": "checkout", "window": "1d"}
USAGE = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
PIECE = 24  # characters of a streamed answer at a time
FINISH = {"sentences": [{"text": "Checkout looks as usual", "evidence": ["e1"]}], "proposal": ""}


def _message(asked: dict[str, Any]) -> dict[str, Any]:
    tools = [tool["function"]["name"] for tool in asked.get("tools", ())]
    looked = any(message["role"] == "tool" for message in asked["messages"])
    if tools and not looked:
        name = "deploys__list" if "deploys__list" in tools else tools[0]
        return _calling(name, LOOK)
    if "finish" in tools:
        return _calling("finish", FINISH)
    reading = ALERTS if "alerts" in str(asked["messages"][-1]["content"]) else READING
    return {"role": "assistant", "content": json.dumps(reading)}


def _calling(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    function = {"name": name, "arguments": json.dumps(arguments)}
    return {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": "call_1", "type": "function", "function": function}],
    }


def answer(asked: dict[str, Any]) -> bytes:
    """Return the whole response to a request, streamed where that is asked for."""
    if asked.get("stream"):
        return _streamed(asked)
    completion = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": asked["model"],
        "choices": [{"index": 0, "message": _message(asked), "finish_reason": "stop"}],
        "usage": USAGE,
    }
    body = json.dumps(completion).encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


def _streamed(asked: dict[str, Any]) -> bytes:
    """Return a whole stream, a few words at a time."""
    message = _message(asked)
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": message["content"] or ""}]
    for call in message.get("tool_calls", ()):
        arguments = call["function"]["arguments"]
        deltas.append({"tool_calls": [{"index": 0, **call, "function": {**call["function"], "arguments": ""}}]})
        for start in range(0, len(arguments), PIECE):
            piece = {"arguments": arguments[start : start + PIECE]}
            deltas.append({"tool_calls": [{"index": 0, "function": piece}]})
    ends = [None] * len(deltas) + ["stop"]
    lines = [_line(asked, delta, end) for delta, end in zip([*deltas, {}], ends, strict=True)]
    body = "".join([*lines, "data: [DONE]\n\n"]).encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


def _line(asked: dict[str, Any], delta: dict[str, Any], end: str | None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": end}
    chunk = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 0, "model": asked["model"]}
    return f"data: {json.dumps({**chunk, 'choices': [choice], 'usage': USAGE if end else None})}\n\n"


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
            writer.write(answer(json.loads(await reader.readexactly(length))))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def _main() -> None:
    server = await asyncio.start_server(_serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201  # whoever started it reads the port
    await asyncio.to_thread(sys.stdin.read)  # until whoever started it lets go
    server.close()


if __name__ == "__main__":
    asyncio.run(_main())
