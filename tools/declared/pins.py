"""What a person agreed to when they let a server's tool in: its description and schemas, by digest. Pure."""

from pydantic import Field

from memory.canonical import digest
from memory.model.value import Digest, Identifier, JsonValue, Moment, Value


class OfferedTool(Value):
    """A tool as its server describes it. Every word of it is the server's, and untrusted."""

    name: str
    title: str | None = None
    description: str | None = None
    input_schema: dict[str, JsonValue]
    output_schema: dict[str, JsonValue] | None = None
    annotations: dict[str, JsonValue] = Field(default_factory=dict)

    def digest(self) -> str:
        """Return the SHA-256 of all of it."""
        return digest(self)


class Pin(Value):
    """A tool as somebody agreed to it."""

    tool: OfferedTool
    digest: Digest
    by: Identifier
    at: Moment

    def sound(self) -> bool:
        """Return whether the digest is that of the tool."""
        return self.digest == self.tool.digest()


class Pins(Value):
    """Every pinned tool, by server and name."""

    servers: dict[str, dict[str, Pin]] = Field(default_factory=dict)

    def find(self, server: str, tool: str) -> Pin | None:
        """Return what was agreed to of a tool, None where nothing was."""
        return self.servers.get(server, {}).get(tool)

    def having(self, server: str, pin: Pin) -> "Pins":
        """Return these pins with this one in its place."""
        of_server = {**self.servers.get(server, {}), pin.tool.name: pin}
        return Pins(servers={**self.servers, server: dict(sorted(of_server.items()))})
