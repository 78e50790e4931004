"""Tools of MCP servers, behind the gate: as a person agreed to them, on the terms that the settings give them."""

from memory.model.plan import Effect
from tools.connectors.mcp.hands import McpAct, McpRead
from tools.connectors.mcp.pinned import Pinned, Watch, offered
from tools.connectors.mcp.session import Session
from tools.contract import Capability, Tool
from tools.declared.server import ToolTerms
from tools.once import Attempts

__all__ = ["Pinned", "Session", "Watch", "hand", "offered"]


def hand(capability: Capability, tool: str, terms: ToolTerms, pinned: Pinned, attempts: Attempts) -> Tool:
    """Return the hand of one imported tool."""
    if capability.effect is Effect.READ:
        return McpRead(capability, tool, terms, pinned)
    return McpAct(capability, tool, terms, pinned, attempts)
