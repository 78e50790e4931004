"""PagerDuty and Opsgenie on loopback, over real HTTP, as far as it takes to be asked who is on call."""

import asyncio
import json
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

SECRETS = {"Token token=secret", "GenieKey secret"}


class FakeSchedules:
    """Serves both. `people` are those on call by schedule, each with their level."""

    def __init__(self) -> None:
        self.people: dict[str, Sequence[tuple[str, int]]] = {}
        self.asked: list[str] = []

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        path = first.split(" ")[1]
        self.asked.append(path)
        status, told = self._answer(path, headers.get("authorization", ""))
        body = json.dumps(told).encode()
        writer.write(
            f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            "Connection: close\r\n\r\n".encode()
            + body
        )
        await writer.drain()
        writer.close()

    def _answer(self, path: str, secret: str) -> tuple[int, dict[str, Any]]:
        if secret not in SECRETS:
            return 401, {"error": "unauthorised"}
        parts = urlsplit(path)
        asked = parse_qs(parts.query)
        if parts.path == "/oncalls":
            found = [each for name in asked.get("schedule_ids[]", ()) for each in self.people.get(name, ())]
            return 200, {"oncalls": [_on_call(person, level) for person, level in found], "more": False}
        name = parts.path.removeprefix("/v2/schedules/").removesuffix("/on-calls")
        if name not in self.people or asked.get("flat") != ["true"]:
            return 404, {"message": "no such schedule"}
        return 200, {"data": {"onCallRecipients": [person for person, _ in self.people[name]]}, "took": 0.1}


def _on_call(person: str, level: int) -> dict[str, Any]:
    return {
        "user": {"id": "U1", "type": "user", "summary": person.partition("@")[0], "email": person},
        "schedule": {"id": "P1", "summary": "primary"},
        "escalation_policy": {"id": "E1"},
        "escalation_level": level,
        "start": "2026-11-16T08:00:00Z",
        "end": "2026-11-23T08:00:00Z",
    }
