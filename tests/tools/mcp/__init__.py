"""Tools of MCP servers, and servers that lie."""
