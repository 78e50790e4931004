"""A call's arguments as policies see them: typed after the capability's own arguments. Pure.

Whole numbers are `Long`, durations such as `2h` are Cedar durations, so policies can bound both.
"""

import types
from collections.abc import Mapping
from typing import Annotated, Union, get_args, get_origin

from memory.model.value import JsonValue
from memory.model.window import parse_duration
from tools.contract import Arguments, Slot

DURATION = "duration"


def argument_types(arguments: type[Arguments]) -> dict[str, str]:
    """Return each argument's Cedar type: `Bool`, `Long`, `duration`, `Set<…>`, or `String` for all else."""
    return {
        name: DURATION if Slot.DURATION in field.metadata else _cedar_type(field.annotation)
        for name, field in arguments.model_fields.items()
    }


def argument_values(values: Mapping[str, JsonValue], types_: Mapping[str, str]) -> dict[str, JsonValue]:
    """Return a call's arguments as Cedar context; what is absent stays absent, so policies test with `has`.

    Raises `InvalidWindow` for a duration that is none. Other values of a wrong type are left to Cedar, which
    refuses the request.
    """
    return {name: _value(value, types_[name]) for name, value in values.items() if value is not None}


def read_argument(text: str, kind: str) -> JsonValue:
    """Return what somebody typed as a value of this Cedar type; as text where it cannot be one."""
    if kind == "Bool" and text in {"true", "false"}:
        return text == "true"
    if kind == "Long" and text.removeprefix("-").isdecimal():
        return int(text)
    return text


def _value(value: JsonValue, kind: str) -> JsonValue:
    if kind == DURATION:
        milliseconds = parse_duration(str(value)).total_seconds() * 1000
        return {"__extn": {"fn": "duration", "arg": f"{milliseconds:.0f}ms"}}
    return str(value) if kind == "String" else value


def _cedar_type(annotation: object) -> str:
    members = [member for member in _members(annotation) if member is not type(None)]
    if members == [Slot.DURATION]:
        return DURATION
    if members == [bool]:
        return "Bool"
    if members == [int]:
        return "Long"
    if len(members) == 1 and get_origin(members[0]) in {list, tuple, set, frozenset}:
        return f"Set<{_cedar_type(get_args(members[0])[0])}>"
    return "String"


def _members(annotation: object) -> list[object]:
    """Return the plain types inside unions and `Annotated`."""
    origin = get_origin(annotation)
    if origin is Annotated:
        kind, *marks = get_args(annotation)
        return [Slot.DURATION] if Slot.DURATION in marks else _members(kind)
    if origin in {Union, types.UnionType}:
        return [inner for member in get_args(annotation) for inner in _members(member)]
    return [annotation]
