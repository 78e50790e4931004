"""The tools a tenant has, by name. A name is matched exactly; there are no patterns."""

from collections.abc import Iterable, Iterator

from pydantic import ValidationError

from memory.errors import InvalidInput, NotFound
from memory.model.value import JsonValue
from tools.contract import Arguments, Capability, Tool


class Registry:
    """An immutable set of tools. Two tools of one name are an error at construction."""

    def __init__(self, tools: Iterable[Tool]) -> None:
        self._tools: dict[str, Tool] = {}
        for tool in tools:
            name = tool.capability.name
            if name in self._tools:
                raise InvalidInput(f"expected one tool named {name}, found two")
            self._tools[name] = tool

    def __iter__(self) -> Iterator[Tool]:
        return iter(self._tools.values())

    def tool(self, name: str) -> Tool:
        """Return the tool of exactly this name; raises `NotFound`."""
        try:
            return self._tools[name]
        except KeyError:
            raise NotFound(f"expected the name of a known tool, found {name!r}") from None

    def capabilities(self) -> tuple[Capability, ...]:
        """Return what the tools can do, in registration order."""
        return tuple(tool.capability for tool in self)

    def arguments(self, name: str, values: dict[str, JsonValue]) -> Arguments:
        """Return the validated arguments of a call; raises `NotFound` or `InvalidInput`."""
        return validated(self.tool(name).capability, values)


def validated(capability: Capability, values: dict[str, JsonValue]) -> Arguments:
    """Return `values` as the capability's arguments; raises `InvalidInput` naming the first that does not fit."""
    try:
        return capability.arguments.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "arguments"
        raise InvalidInput(
            f"{capability.name} expected {first['msg'].lower()} for {where}, found {first.get('input')!r}"
        ) from error
