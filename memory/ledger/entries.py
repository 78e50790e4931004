"""Entries as the log holds them: canonical, in the schema of their kind, and in no other form.

Every entry is judged as `read_exactly` judges it; `read_entry` says the same of nearly all of them four times
sooner, and asks `read_exactly` where it cannot be sure.
"""

import operator
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache, reduce
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Protocol, get_args, get_origin

from pydantic import Field, TypeAdapter, ValidationError, create_model

from memory.canonical import canonical
from memory.errors import InvalidInput, LogMalformed
from memory.model.bodies import BODIES, Body, EntryKind
from memory.model.record import Entry
from memory.model.value import JsonValue, Value

_EXACT = 2**53 - 1  # beyond it, integers have no canonical form (RFC 8785 §3.2.2.3)
_SMALLEST, _LARGEST = 1e-4, 1e16  # between them, pydantic and RFC 8785 write a fraction alike


class Head(Protocol):
    """What an entry says of itself, whatever it tells."""

    @property
    def kind(self) -> EntryKind:
        """What it tells of."""

    @property
    def tenant(self) -> str:
        """Whose it is."""

    @property
    def logged(self) -> datetime:
        """When it was appended."""


def read_exactly(data: bytes) -> Entry:
    """Return the entry that `data` writes; raises `LogMalformed`.

    It is read only in the form in which it would be written: canonical JSON (RFC 8785) of the fields of `Entry`,
    its body in the schema of its kind and version, its subject and its causes those of its body.
    """
    try:
        entry = Entry.model_validate_json(data)
        written = canonical(entry)
    except ValidationError as error:
        raise LogMalformed(f"expected an entry, found {_first(error)}") from None
    except InvalidInput as error:
        raise LogMalformed(error.message) from error
    if written != data:
        raise LogMalformed("expected an entry in its canonical form (RFC 8785), found it in another")
    told = entry.told().model_dump(mode="json", exclude_unset=True)
    if canonical(told) != canonical(entry.body):
        raise LogMalformed(f"expected what {entry.kind.value} tells in its one form, found it in another")
    return entry


def read_entry(data: bytes) -> Head:
    """Return what the entry that `data` writes says of itself; raises `LogMalformed`, as `read_exactly` does."""
    validate, forms = _forms()
    try:
        head = validate(data, strict=True)
    except ValidationError:
        return read_exactly(data)
    schema, write, loose = forms[type(head)]
    body = head.body
    same = (
        (write(head) == data or write(head, exclude_unset=True) == data)
        and head.v <= schema.version
        and schema.subject(body) == head.subject
        and schema.causes(body) == head.causes
        and (not loose or all(_tame(getattr(body, name)) for name in loose))
    )
    return head if same else read_exactly(data)


class _Form(NamedTuple):
    """How entries of one kind are written, and the fields of the body whose schema leaves some of that open."""

    schema: Any
    write: Callable[..., bytes]
    loose: tuple[str, ...]


@cache
def _forms() -> tuple[Callable[..., Any], dict[type[Value], _Form]]:
    """Return what reads entries, and the form of each kind by the model that it is read as."""
    models = {body: _printed_entry(kind, body) for kind, body in BODIES.items()}
    every: Any = reduce(operator.or_, models.values())
    reader: TypeAdapter[Any] = TypeAdapter(Annotated[every, Field(discriminator="kind")])
    forms = {
        model: _Form(body, model.__pydantic_serializer__.to_json, tuple(_loose(body)))
        for body, model in models.items()
    }
    return reader.validator.validate_json, forms


def _printed_entry(kind: EntryKind, body: type[Body]) -> type[Value]:
    own = {"kind": (Literal[kind], ...), "body": (_printed(body), ...)}
    return _sorted(f"{body.__name__}Entry", _fields(Entry) | own)


def _printed(annotation: Any) -> Any:
    """Return the annotation with every model in it in the order in which it is printed and exact integers."""
    if isinstance(annotation, type) and issubclass(annotation, Value):
        return _sorted(annotation.__name__, _fields(annotation))
    if annotation is int:
        return Annotated[int, Field(ge=-_EXACT, le=_EXACT)]
    origin, arguments = get_origin(annotation), tuple(map(_printed, get_args(annotation)))
    if origin is None or arguments == get_args(annotation):
        return annotation
    return reduce(operator.or_, arguments) if origin is UnionType else origin[arguments]


def _fields(model: type[Value]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        annotation = reduce(lambda one, more: Annotated[one, more], field.metadata, _printed(field.annotation))
        fields[name] = (annotation, ... if field.is_required() else field.get_default(call_default_factory=True))
    return fields


def _sorted(name: str, fields: dict[str, Any]) -> type[Value]:
    return create_model(name, __base__=Value, **dict(sorted(fields.items())))


def _loose(body: type[Body]) -> Iterator[str]:
    for name, field in body.model_fields.items():
        annotation: Any = field.annotation
        if any(_open(TypeAdapter(annotation).json_schema())):
            yield name


def _open(schema: JsonValue) -> Iterator[bool]:
    """Yield whether parts of a schema leave open how they are written: floats, and names that are free."""
    if isinstance(schema, dict):
        yield schema.get("type") == "number" or schema.get("additionalProperties", False) is not False
        for part in schema.values():
            yield from _open(part)
    if isinstance(schema, list):
        for part in schema:
            yield from _open(part)


def _tame(value: object) -> bool:
    """Return whether a value of a loose field is surely written as RFC 8785 has it."""
    if isinstance(value, float):
        return _SMALLEST <= abs(value) < _LARGEST and not value.is_integer()
    if isinstance(value, dict):
        names = list(value)
        return names == sorted(names) and "".join(names).isascii() and all(map(_tame, value.values()))
    return value is None or isinstance(value, str)


def _first(error: ValidationError) -> str:
    """Return what is wrong first, without the value, which nobody vouches for."""
    found = error.errors(include_input=False, include_url=False)[0]
    return f"{found['msg']} at {'.'.join(map(str, found['loc'])) or 'its top'}"
