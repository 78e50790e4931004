"""The capabilities that the settings declare: HTTP requests, programs, databases, tools of MCP servers."""

from bot.pins import pins
from bot.settings import Settings
from tools.capabilities import commands, mcp, sql, web
from tools.contract import Capability


def declared(settings: Settings) -> tuple[Capability, ...]:
    """Return them; raises `InvalidSettings` for a lock file that cannot be read."""
    imported = mcp.imported(settings.mcp_servers, pins(settings))[0] if settings.mcp_servers else {}
    return (
        *map(web.capability, settings.http_endpoints),
        *map(commands.capability, settings.commands),
        *map(sql.capability, settings.sql_sources),
        *imported.values(),
    )
