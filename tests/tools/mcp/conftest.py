"""A server of notes, its tools as somebody agreed to them, and who is told when one changes."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from memory.model.attempt import Suspension
from tests.fakes import mcp_server
from tests.fakes.attempts import FakeAttempts
from tools.capabilities.mcp import imported, tool_name
from tools.connectors.mcp import Pinned, Session, hand, offered
from tools.connectors.mcp.hands import McpAct, McpRead
from tools.declared.pins import Pin, Pins
from tools.declared.server import Server

REMOVE = {"tool": "mcp.notes.remove", "arguments": {"text": "{text}"}}
TERMS: dict[str, dict[str, Any]] = {
    "count": {"effect": "read", "tier": "observe", "value": "count"},
    "environment": {"effect": "read", "tier": "observe"},
    "done": {"effect": "read", "tier": "observe"},
    "add": {
        "effect": "write",
        "tier": "execute",
        "undo": REMOVE,
        "key_argument": "key",
        "look": {"tool": "done", "arguments": {"key": "{key}"}, "value": "done"},
    },
    "remove": {"effect": "destructive", "tier": "execute"},
}


class FakeWatch:
    """Remembers who was suspended, and counts how often it was told."""

    def __init__(self) -> None:
        self.told: list[Suspension] = []

    async def suspended(self, tenant: str) -> tuple[Suspension, ...]:
        return tuple(self.told)

    async def changed(self, suspension: Suspension) -> None:
        self.told.append(suspension)


class Notes:
    """The server and what is known of it."""

    def __init__(self, folder: Path, session: Session, pins: Pins) -> None:
        self.folder = folder
        self.session = session
        self.pins = pins
        self.watch = FakeWatch()
        self.attempts = FakeAttempts()
        self.pinned = Pinned(session, pins, self.watch, "acme")

    def hand(self, tool: str) -> Any:
        server = self.session.server
        capability = imported([server], self.pins)[0][tool_name(server.name, tool)]
        return hand(capability, tool, server.tools[tool], self.pinned, self.attempts)

    def reading(self, tool: str) -> McpRead:
        made = self.hand(tool)
        assert isinstance(made, McpRead)
        return made

    def acting(self, tool: str = "add") -> McpAct:
        made = self.hand(tool)
        assert isinstance(made, McpAct)
        return made

    def mood(self, mood: str) -> None:
        (self.folder / "mode").write_text(mood)

    def kept(self) -> list[str]:
        path = self.folder / "notes"
        return path.read_text().splitlines() if path.exists() else []

    def pid(self) -> int:
        return int((self.folder / "pid").read_text())


def server(**changes: object) -> Server:
    told = {"name": "notes", "title": "the notes", "tools": TERMS, "timeout_s": 5.0}
    return Server.model_validate({**told, **changes})


async def agreed(session: Session) -> Pins:
    """Agree to everything that a server offers."""
    pins = Pins()
    for tool in await session.tools():
        told = offered(tool)
        pins = pins.having(
            session.server.name, Pin(tool=told, digest=told.digest(), by="ada", at=datetime.now(UTC))
        )
    return pins


@pytest.fixture
async def notes(tmp_path: Path) -> AsyncIterator[Notes]:
    environment = {"LISTED": "yes"}
    made = server(command=mcp_server.notes(tmp_path), environment=environment, secrets={"TOKEN": "s3cr3t"})
    session = Session(made)
    yield Notes(tmp_path, session, await agreed(session))
    await session.close()
