"""Whether a server's tool still is what a person agreed to, looked at before every call.

Where it is not, it is suspended there and then, and stays so: a server that turns back is not believed either.
"""

from datetime import datetime
from typing import Protocol

from mcp_types import Tool

from memory.errors import ToolChanged
from memory.model.attempt import Suspension
from tools.capabilities.mcp import tool_name
from tools.connectors.mcp.session import Session
from tools.declared.pins import OfferedTool, Pins


class Watch(Protocol):
    """Who is told that a tool changed, and who remembers."""

    async def suspended(self, tenant: str) -> tuple[Suspension, ...]:
        """Return the tools that nobody may call."""

    async def changed(self, suspension: Suspension) -> None:
        """Suspend a tool, and say so loudly, once."""


class Pinned:
    """One server's tools, as agreed to."""

    def __init__(self, session: Session, pins: Pins, watch: Watch, tenant: str) -> None:
        self.session = session
        self._pins = pins
        self._watch = watch
        self._tenant = tenant
        self._server = session.server

    async def verify(self, tool: str, now: datetime) -> None:
        """See that the tool is what was agreed to, now; raises `ToolChanged` where it is not."""
        pin = self._pins.find(self._server.name, tool)
        name = tool_name(self._server.name, tool)
        if pin is None:
            raise ToolChanged(f"expected a tool that somebody agreed to, found {name}", hint=_HINT)
        for each in await self._watch.suspended(self._tenant):
            if (each.tool, each.pinned) == (name, pin.digest):
                raise _changed(name, each.found)
        found = {each.name: offered(each).digest() for each in await self.session.tools()}.get(tool)
        if found != pin.digest:
            suspension = Suspension(tenant=self._tenant, tool=name, pinned=pin.digest, found=found, at=now)
            await self._watch.changed(suspension)
            raise _changed(name, found)

    async def check(self, now: datetime) -> str:
        """Return how many tools are as agreed; raises `ToolChanged` for the first that is not."""
        wanted = [tool for tool in self._server.tools if self._pins.find(self._server.name, tool)]
        for tool in wanted:
            await self.verify(tool, now)
        unpinned = len(self._server.tools) - len(wanted)
        return f"{len(wanted)} tools as agreed" + (f", {unpinned} nobody agreed to" if unpinned else "")


_HINT = "See what changed: quarterdeck mcp diff. Agree to it: quarterdeck mcp approve."


def _changed(name: str, found: str | None) -> ToolChanged:
    now = f"it has the digest {found[:12]}… now" if found else "it is gone"
    return ToolChanged(f"expected {name} as it was agreed to, found it changed: {now}", hint=_HINT)


def offered(tool: Tool) -> OfferedTool:
    """Return a tool as its server describes it, for a digest over all that is told of it."""
    annotations = (
        tool.annotations.model_dump(mode="json", by_alias=True, exclude_none=True) if tool.annotations else {}
    )
    return OfferedTool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=tool.input_schema,
        output_schema=tool.output_schema,
        annotations=annotations,
    )
