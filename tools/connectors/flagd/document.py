"""A flagd file as text: its flags, and the text with one flag exchanged and every other byte as it was. Pure."""

import json
from collections.abc import Iterator

from memory.errors import InvalidInput
from memory.model.value import JsonValue
from tools.connectors.flagd.definition import Definition, definition

_BLANK = " \t\r\n"
_DECODER = json.JSONDecoder()
_INDENT = 2
FLAGS = "flags"


def flags(text: str) -> dict[str, Definition]:
    """Return the flags of a file; raises `InvalidInput` for what is no flagd file."""
    try:
        found = json.loads(text)
    except ValueError as error:
        raise InvalidInput(f"expected a flagd file in JSON, found: {error}") from None
    held = found.get(FLAGS) if isinstance(found, dict) else None
    if not isinstance(held, dict):
        raise InvalidInput(f"expected a flagd file with an object of {FLAGS}, found none")
    return {name: definition(name, value) for name, value in held.items()}


def with_flag(text: str, name: str, changed: Definition) -> str:
    """Return the file with that flag as given; raises `InvalidInput` where it has none of that name."""
    flags(text)
    begin, _ = _member(text, _skip(text, 0), FLAGS)
    begin, end = _member(text, begin, name)
    line = text[text.rfind("\n", 0, begin) + 1 : begin]
    margin = line[: len(line) - len(line.lstrip(" \t"))]
    plain = _ordered(changed.plain(), json.loads(text[begin:end]))
    written = json.dumps(plain, indent=_INDENT, ensure_ascii=False).replace("\n", f"\n{margin}")
    result = f"{text[:begin]}{written}{text[end:]}"
    flags(result)
    return result


def _ordered(new: dict[str, JsonValue], old: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the new members in the order the old ones have in the file."""
    return {name: new[name] for name in (*old, *new) if name in new}


def _member(text: str, opening: int, name: str) -> tuple[int, int]:
    """Return where a member's value begins and ends in the object that opens there."""
    found: tuple[int, int] | None = None
    for key, begin, end in _members(text, opening):
        if key == name and found is not None:
            raise InvalidInput(f"expected one {name} in the flagd file, found two")
        if key == name:
            found = begin, end
    if found is None:
        raise InvalidInput(f"expected {name} in the flagd file, found no such flag")
    return found


def _members(text: str, opening: int) -> Iterator[tuple[str, int, int]]:
    """Yield each member of an object: its name, where its value begins and where it ends."""
    at = _skip(text, opening + 1)
    while text[at] == '"':
        name, at = _DECODER.raw_decode(text, at)
        begin = _skip(text, _skip(text, at) + 1)  # after the colon
        _, end = _DECODER.raw_decode(text, begin)
        yield str(name), begin, end
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    while text[at] in _BLANK:
        at += 1
    return at
