"""References in arguments: `{{ name }}` stands for an input's value. Values are put in, never evaluated. Pure.

A reference that is the whole of a value keeps the input's type; within a text, the value is written into it.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from memory.model.intent import Argument, Provenance
from memory.model.value import JsonValue

NAME = r"[a-z][a-z0-9_]*"
REFERENCE = re.compile(rf"\{{\{{ *({NAME}(?:\.{NAME})?) *\}}\}}")
_TRUST = tuple(Provenance)  # from most to least trusted

Path = tuple[str | int, ...]


def whole(text: str) -> str | None:
    """Return the name in a value that is one reference and nothing else."""
    match = REFERENCE.fullmatch(text.strip())
    return match[1] if match else None


def references(value: JsonValue, path: Path = ()) -> Iterator[tuple[Path, str, str]]:
    """Yield (where, name, the text around it) of every reference in a value."""
    if isinstance(value, str):
        for match in REFERENCE.finditer(value):
            yield path, match[1], value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from references(each, (*path, name))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from references(each, (*path, number))


def malformed(value: JsonValue, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield every text with braces that are no reference and would be sent as they are."""
    if isinstance(value, str):
        rest = REFERENCE.sub("", value)
        if "{{" in rest or "}}" in rest:
            yield path, value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from malformed(each, (*path, name))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from malformed(each, (*path, number))


def filled(value: JsonValue, values: Mapping[str, JsonValue]) -> JsonValue:
    """Return a value with its references replaced. A name that is not there is a `KeyError`; lint finds it."""
    if isinstance(value, str):
        name = whole(value)
        if name is not None:
            return values[name]
        return REFERENCE.sub(lambda match: written(values[match[1]]), value)
    if isinstance(value, dict):
        return {name: filled(each, values) for name, each in value.items()}
    if isinstance(value, list):
        return [filled(each, values) for each in value]
    return value


def written(value: JsonValue) -> str:
    """Return a value as it is written into a text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(map(written, value))
    return "" if value is None else str(value)


def origins(arguments: Mapping[str, JsonValue], given: Mapping[str, Argument]) -> dict[str, Provenance]:
    """Return where each argument came from: the least trusted of its references, else the file itself."""
    return {name: _origin(value, lambda each: given[each].provenance) for name, value in arguments.items()}


def _origin(value: JsonValue, provenance: Callable[[str], Provenance]) -> Provenance:
    found = [provenance(name) for _, name, _ in references(value)]
    return max(found, key=_TRUST.index) if found else Provenance.RUNBOOK
