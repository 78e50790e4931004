"""What a model is asked and what it says, in the words of no provider."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from pydantic import Field

from agents.model.completion import Completion, ToolRequest
from agents.model.fleet import Data, Need
from agents.prompts import Prompt
from memory.model.people import Role
from memory.model.value import Identifier, JsonValue, Value

CHARACTERS_A_TOKEN = 3  # a careful guess: it is rather four in English


class Speaker(StrEnum):
    """Who says a line of the conversation with a model."""

    SYSTEM = "system"
    PERSON = "person"
    MODEL = "model"
    TOOL = "tool"


class Said(Value):
    """One line. `requests` are the tools a model asked for; `to` is the request that a tool's line answers."""

    speaker: Speaker
    text: str
    requests: tuple[ToolRequest, ...] = ()
    to: str = ""


class OfferedTool(Value):
    """A tool that a model may ask for: what it is called, what it is for, and the JSON schema of its arguments."""

    name: str
    description: str
    parameters: dict[str, JsonValue]

    @cached_property
    def length(self) -> int:
        """Return how many characters a model is told of it; asked of every model each time."""
        return len(self.description) + len(json.dumps(self.parameters))


class Question(Value):
    """One question. `schema_` is the form of the answer, `tools` what may be asked for instead.

    `choice` is "auto", "any" or a tool's name. Nothing here says which model is asked.
    """

    purpose: Identifier
    need: Need
    data: Data = Data.NAMES
    prompt: Prompt
    lines: tuple[Said, ...]
    schema_: dict[str, Any] | None = None
    tools: tuple[OfferedTool, ...] = ()
    choice: str = "auto"
    most_tokens: int = Field(default=2048, ge=1, le=100_000)

    def length(self) -> int:
        """Return about how many tokens it takes, the answer included."""
        characters = sum(
            len(line.text) + len(json.dumps([r.arguments for r in line.requests])) for line in self.lines
        )
        characters += sum(tool.length for tool in self.tools)
        characters += len(json.dumps(self.schema_)) if self.schema_ else 0
        return characters // CHARACTERS_A_TOKEN + self.most_tokens

    def shown(self) -> str:
        """Return everything the model is shown, as one text for the record."""
        return "\n\n".join(
            "\n".join([line.text, *(request.said() for request in line.requests)]) for line in self.lines
        )


@dataclass(frozen=True)
class Asker:
    """On whose behalf models are asked, and until when: `until` is on the running event loop's clock, in s."""

    tenant: Identifier
    correlation: Identifier
    person: Identifier | None = None
    roles: frozenset[Role] = frozenset()
    until: float | None = None


_ASKER: ContextVar[Asker | None] = ContextVar("_ASKER", default=None)


def asker() -> Asker | None:
    """Return on whose behalf this is, None where nobody said."""
    return _ASKER.get()


@contextmanager
def on_behalf_of(who: Asker) -> Iterator[None]:
    """Ask on behalf of somebody within the block."""
    token = _ASKER.set(who)
    try:
        yield
    finally:
        _ASKER.reset(token)


__all__ = [
    "Asker",
    "Completion",
    "OfferedTool",
    "Question",
    "Said",
    "Speaker",
    "ToolRequest",
    "asker",
    "on_behalf_of",
]
