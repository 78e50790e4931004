"""The MCP surface: Quarterdeck as a server of tools. It asks the REST surface for the caller, and never approves.

What an MCP client says is a turn like any other: the same key, the same scopes, the same desk, the same log.
"""
