"""Calling the estate's hands by name, as the gate does."""

from collections.abc import Iterable
from datetime import UTC, datetime

from memory.model.plan import Call
from memory.model.run import Outcome, Preview
from memory.model.value import JsonValue
from tools.contract import Actor, CallContext, Reader, Tool
from tools.registry import Registry


class Hands:
    """The hands, and who calls them."""

    def __init__(self, tools: Iterable[Tool]) -> None:
        self.registry = Registry(tools)

    async def read(self, tool: str, **arguments: JsonValue) -> Outcome:
        hand = self.registry.tool(tool)
        assert isinstance(hand, Reader)
        return await hand.read(self.registry.arguments(tool, arguments), context("look:0"))

    async def preview(self, tool: str, **arguments: JsonValue) -> Preview:
        return await self.actor(tool).preview(self.registry.arguments(tool, arguments), context("preview:0"))

    async def act(self, key: str, call: Call) -> Outcome:
        arguments = self.registry.arguments(call.tool, call.arguments)
        return await self.actor(call.tool).act(arguments, context(key))

    async def look(self, key: str, tool: str) -> Outcome | None:
        return await self.actor(tool).look(context(key))

    def actor(self, tool: str) -> Actor:
        hand = self.registry.tool(tool)
        assert isinstance(hand, Actor)
        return hand


def context(key: str) -> CallContext:
    return CallContext(tenant="acme", principal="ana", correlation="cor_1", key=key, now=datetime.now(UTC))
