"""Tools of MCP servers: one session each, begun when it is first needed."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from bot.pins import pins
from bot.tool_watch import ToolWatch
from bot.wiring.systems.opened import Check, Opened, Surroundings
from memory.clock import Clock
from memory.errors import InvalidSettings
from tools.capabilities.mcp import imported, tool_name
from tools.contract import Tool

if TYPE_CHECKING:
    from tools.connectors.mcp import Pinned


@asynccontextmanager
async def opened(around: Surroundings) -> AsyncIterator[Opened]:
    """Give a hand for each tool that somebody agreed to, and a check for each server."""
    if not around.settings.mcp_servers:
        yield Opened()
        return
    from tools.connectors.mcp import Pinned, Session, hand  # the protocol, for those who have a server

    settings, agreed = around.settings, pins(around.settings)
    capabilities, refused = imported(settings.mcp_servers, agreed)
    watch = ToolWatch(around.store, around.clock, around.ids, around.announce)
    hands: list[Tool] = []
    checks: dict[str, Check] = {}
    async with AsyncExitStack() as stack:
        for server in settings.mcp_servers:
            session = Session(server)
            stack.push_async_callback(session.close)
            pinned = Pinned(session, agreed, watch, settings.tenant)
            for tool, terms in server.tools.items():
                capability = capabilities.get(tool_name(server.name, tool))
                if capability is not None:
                    hands.append(hand(capability, tool, terms, pinned, around.store.attempts))
            beginning = tool_name(server.name, "")
            mine = {name: why for name, why in refused.items() if name.startswith(beginning)}
            checks[session.source] = _check(pinned, mine, around.clock)
        yield Opened(hands=tuple(hands), checks=checks)


def _check(pinned: "Pinned", refused: dict[str, str], clock: Clock) -> Check:
    async def check() -> str:
        said = await pinned.check(clock.now())
        for name, why in refused.items():
            raise InvalidSettings(
                f"expected {name} to be a tool that can be called, found that {why}",
                hint="See them all: quarterdeck mcp list",
            )
        return said

    return check
