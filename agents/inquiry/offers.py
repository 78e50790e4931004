"""The tools a model may look with, as it is told of them: those that read and that this person may use. Pure."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from pydantic import BaseModel

from agents.inquiry.claims import FINISH, SCHEMA
from agents.model.question import OfferedTool
from memory.model.plan import Effect
from memory.model.value import JsonValue
from tools.contract import Capability

# Answered by thinking and not by looking, so that asking for one would go round in a circle.
OF_THE_TALK = frozenset({"service.health", "status.digest", "runs.list"})
_TURN = "turn."
_SEPARATOR = "__"


def readable(capabilities: Iterable[Capability], permitted: frozenset[str]) -> dict[str, Capability]:
    """Return the tools that only read, by the names that a model knows them by."""
    return {
        each.name.replace(".", _SEPARATOR): each
        for each in capabilities
        if each.effect is Effect.READ
        and each.name in permitted
        and each.name not in OF_THE_TALK
        and not each.name.startswith(_TURN)
    }


def offered(tools: dict[str, Capability]) -> tuple[OfferedTool, ...]:
    """Return them as they are offered, and how to finish."""
    looks = (_offered(name, each.summary, each.arguments) for name, each in tools.items())
    return (*looks, _FINISH)


_FINISH = OfferedTool(name=FINISH, description="Give your answer. Call this once, at the end.", parameters=SCHEMA)


@cache
def _offered(name: str, summary: str, arguments: type[BaseModel]) -> OfferedTool:
    """Return a tool with the schema of its arguments; making one takes a millisecond."""
    plain: dict[str, JsonValue] = _plain(arguments.model_json_schema())
    return OfferedTool(name=name, description=summary, parameters=plain)


def _plain(schema: Any) -> Any:
    """Return a schema without the titles, which say nothing and cost tokens."""
    if isinstance(schema, dict):
        return {
            name: {inner: _plain(value) for inner, value in part.items()} if name == "properties" else _plain(part)
            for name, part in schema.items()
            if name != "title" or not isinstance(part, str)
        }
    return [_plain(part) for part in schema] if isinstance(schema, list) else schema
