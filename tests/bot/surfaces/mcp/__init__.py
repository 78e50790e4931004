"""Quarterdeck as an MCP server, spoken to by the package's own client."""
