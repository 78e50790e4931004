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
LOOK = {"service": "checkout", "window": "1d"}
FINISH = {"sentences": [{"text": "Checkout looks as usual", "evidence": ["e1"]}], "proposal": ""}


def _message(asked: dict[str, Any]) -> dict[str, Any]:
    tools = [tool["function"]["name"] for tool in asked.get("tools", ())]
    looked = any(message["role"] == "tool" for message in asked["messages"])
    if tools and not looked:
        name = "deploys__list" if "deploys__list" in tools else tools[0]
        return _calling(name, LOOK)
    if "finish" in tools:
        return _calling("finish", FINISH)
    return {"role": "assistant", "content": json.dumps(READING)}


def _calling(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    function = {"name": name, "arguments": json.dumps(arguments)}
    return {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": "call_1", "type": "function", "function": function}],
    }


def answer(asked: dict[str, Any]) -> bytes:
    """Return the whole response to a request."""
    completion = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": asked["model"],
        "choices": [{"index": 0, "message": _message(asked), "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }
    body = json.dumps(completion).encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


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
