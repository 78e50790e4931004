"""From a JSON Schema that somebody else wrote to a model that takes arguments. Pure.

What is not understood whole is refused: an argument that is not checked is not an argument to pass on.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, create_model
from pydantic_core import SchemaError

from memory.model.value import JsonValue
from tools.contract import Arguments, Slot
from tools.declared.parameters import PRINTABLE

LONGEST_TEXT = 10_000
MOST_ITEMS = 200
DEEPEST = 4
_WORDS = frozenset(
    {"title", "description", "default", "examples", "$schema", "$id", "$comment", "deprecated", "format"}
)
_READ = {
    "string": frozenset({"minLength", "maxLength", "pattern"}),
    "integer": frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}),
    "number": frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}),
    "boolean": frozenset[str](),
    "null": frozenset[str](),
    "array": frozenset({"items", "minItems", "maxItems"}),
    "object": frozenset({"properties", "required", "additionalProperties"}),
}
_BOUNDS = {
    "minLength": "min_length",
    "maxLength": "max_length",
    "minimum": "ge",
    "maximum": "le",
    "exclusiveMinimum": "gt",
    "exclusiveMaximum": "lt",
    "minItems": "min_length",
    "maxItems": "max_length",
}

Schema = Mapping[str, JsonValue]


class Unsupported(ValueError):
    """A schema that cannot be checked whole; says what in it, and where."""


def arguments_of(name: str, schema: Schema, *, without: str = "") -> type[Arguments]:
    """Return the model of an object's schema, the property `without` left out; raises `Unsupported`."""
    if schema.get("type") != "object":
        raise Unsupported("its arguments are not an object")
    try:
        return _object(name, schema, "arguments", 0, without)
    except SchemaError as error:
        raise Unsupported(f"a pattern in it cannot be matched: {str(error).splitlines()[0][:100]}") from None


def _object(name: str, schema: Schema, where: str, depth: int, without: str = "") -> type[Arguments]:
    _known(schema, "object", where)
    properties, required = schema.get("properties", {}), schema.get("required", [])
    if not isinstance(properties, dict) or not isinstance(required, list):
        raise Unsupported(f"{where} has no readable properties")
    if unknown := {str(each) for each in required} - set(properties):
        raise Unsupported(f"{where} requires {', '.join(sorted(unknown))}, which it does not describe")
    fields: dict[str, Any] = {}
    for key, each in properties.items():
        if without and key == without:
            continue
        _named(key, where)
        inside = f"{where}.{key}"
        kind = _type(f"{name}_{key}", _schema(each, inside), inside, depth + 1)
        needed = key in required
        fields[key] = (kind if needed else kind | None, Field(default=... if needed else None))
    return create_model(name, __base__=Arguments, **fields)


def _named(key: str, where: str) -> None:
    if not key.isidentifier() or not key.isascii() or key.startswith("_") or len(key) > 60:  # noqa: PLR2004 - as tools do
        raise Unsupported(f"{where} has a property whose name cannot be an argument's")
    if hasattr(Arguments, key):
        raise Unsupported(f"{where}.{key} has a name that every model has something of")


def _schema(given: JsonValue, where: str) -> Schema:
    if not isinstance(given, dict):
        raise Unsupported(f"{where} is not described")
    return given


def _known(schema: Schema, kind: str, where: str) -> None:
    unknown = set(schema) - _WORDS - _READ[kind] - {"type", "enum", "const"}
    if unknown:
        raise Unsupported(f"{where} uses {', '.join(sorted(unknown)[:3])}, which is not checked here")


def _type(name: str, schema: Schema, where: str, depth: int) -> Any:
    if depth > DEEPEST:
        raise Unsupported(f"{where} is nested too deeply")
    schema, nullable = _without_null(schema, where)
    made = _choices(schema, where) or _plain(name, schema, where, depth)
    return made | None if nullable else made


def _without_null(schema: Schema, where: str) -> tuple[Schema, bool]:
    """Return a schema without its "or null", and whether it had one."""
    members = schema.get("anyOf") or schema.get("oneOf")
    if isinstance(members, list):
        rest = [each for each in members if each != {"type": "null"}]
        beside = set(schema) - _WORDS - {"anyOf", "oneOf"}
        if len(rest) != 1 or beside:
            raise Unsupported(f"{where} is one of several forms")
        return _schema(rest[0], where), len(rest) < len(members)
    kinds = schema.get("type")
    if isinstance(kinds, list):
        rest_of_kinds = [each for each in kinds if each != "null"]
        if len(rest_of_kinds) != 1:
            raise Unsupported(f"{where} is of several types")
        return {**schema, "type": rest_of_kinds[0]}, len(rest_of_kinds) < len(kinds)
    return schema, False


def _choices(schema: Schema, where: str) -> Any:
    choices = schema.get("enum", [schema["const"]] if "const" in schema else None)
    if choices is None:
        return None
    kind = schema.get("type", "null")
    _known(schema, kind if isinstance(kind, str) and kind in _READ else "null", where)
    if not isinstance(choices, list) or not choices or not all(isinstance(each, str | int) for each in choices):
        raise Unsupported(f"{where} has choices that are neither texts nor whole numbers")
    return Literal[tuple(choices)]


def _plain(name: str, schema: Schema, where: str, depth: int) -> Any:
    kind = schema.get("type")
    if not isinstance(kind, str) or kind not in _READ or kind == "null":
        raise Unsupported(f"{where} is of no type that is checked here")
    _known(schema, kind, where)
    bounds: dict[str, Any] = {_BOUNDS[word]: schema[word] for word in _READ[kind] & set(_BOUNDS) & set(schema)}
    if not all(isinstance(each, int | float) for each in bounds.values()):
        raise Unsupported(f"{where} has a bound that is no number")
    match kind:
        case "object":
            return _object(name, schema, where, depth)
        case "array":
            inside = _type(name, _schema(schema.get("items"), f"{where}[]"), f"{where}[]", depth + 1)
            return Annotated[tuple[inside, ...], Field(**{"max_length": MOST_ITEMS, **bounds})]  # type: ignore[valid-type]  # made here
        case "string":
            pattern = schema.get("pattern", PRINTABLE if schema.get("format") else r"^[^\x00]*$")
            return Annotated[str, Field(**{"max_length": LONGEST_TEXT, **bounds}, pattern=str(pattern)), Slot.TEXT]
        case "boolean":
            return Annotated[bool, Field(strict=True), Slot.SWITCH]
        case "integer":
            return Annotated[int, Field(**bounds, strict=True), Slot.NUMBER]
    return Annotated[float, Field(**bounds, allow_inf_nan=False), Slot.NUMBER]
