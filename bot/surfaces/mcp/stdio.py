"""Serving MCP over standard input and output, for a client that starts `quarterdeck mcp serve`."""

import httpx
from mcp.server.stdio import stdio_server

from bot.surfaces.mcp.asking import Rest
from bot.surfaces.mcp.server import server


async def speak(http: httpx.AsyncClient) -> None:
    """Serve until standard input ends; `http` reaches Quarterdeck in the name of whoever started this."""
    serving = server(Rest(http))
    async with stdio_server() as (read, write):
        await serving.run(read, write, serving.create_initialization_options())
