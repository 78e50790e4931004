"""An MCP server whose tools may be imported, and on which terms each of them is. Pure."""

from typing import Annotated, Self

from pydantic import Field, SecretStr, model_validator

from memory.model.plan import Effect, Tier
from memory.model.value import JsonValue, Value
from tools.declared.command import Argument, Program, Variable
from tools.declared.endpoint import JsonPath, origin_and_rest
from tools.declared.hand import DeclaredCall, DeclaredCheck, Name, Words

ToolName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,70}$")]


class ServerLook(Value):
    """The tool of the same server that says whether a call took effect: yes, unless `value` is missing or a no."""

    tool: ToolName
    arguments: dict[str, JsonValue] = Field(default_factory=dict)
    value: JsonPath = Field(min_length=1)


class ToolTerms(Value):
    """What a person says of a tool: how far it may go, what it does. The server's word counts for nothing.

    `key_argument` is the argument that takes the idempotency key, where the tool has one.
    """

    effect: Effect
    tier: Tier
    title: Words | None = None
    examples: tuple[str, ...] = ()
    key_argument: str = ""
    value: JsonPath = ""
    look: ServerLook | None = None
    undo: DeclaredCall | None = None
    checks: tuple[DeclaredCheck, ...] = ()

    @model_validator(mode="after")
    def _sound(self) -> Self:
        changes = self.effect in {Effect.WRITE, Effect.DESTRUCTIVE}
        if changes and self.tier is Tier.OBSERVE:
            raise ValueError("a tool that changes something is not of the tier observe")
        if changes and self.tier is Tier.AUTONOMOUS and self.look is None:
            raise ValueError("a tool that changes something and has no look may not run unattended")
        if self.effect is Effect.WRITE and self.undo is None:
            raise ValueError("a write needs an undo; without one its effect is destructive")
        return self


class Server(Value):
    """One server: a program that is started, or a URL that is spoken to. `tools` are those that may be called.

    `environment` and `secrets` are all the environment that the program has; `headers` go with every request.
    """

    name: Name
    title: Words
    command: tuple[Argument, ...] = ()
    url: str = ""
    environment: dict[Variable, str] = Field(default_factory=dict)
    secrets: dict[Variable, SecretStr] = Field(default_factory=dict)
    headers: dict[str, SecretStr] = Field(default_factory=dict)
    directory: Program = "/"
    timeout_s: float = Field(default=10.0, gt=0, le=600)
    max_bytes: int = Field(default=1_000_000, ge=1000, le=50_000_000)
    tools: dict[ToolName, ToolTerms] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.command) == bool(self.url):
            raise ValueError(f"{self.name} is either a command or a URL")
        if self.command and not self.command[0].startswith("/"):
            raise ValueError(f"{self.name} needs the whole path of its program, found {self.command[0]!r}")
        if self.url:
            origin_and_rest(self.url)
        return self
