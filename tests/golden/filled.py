"""A body of any kind with a value in every field; and `python -m tests.golden.filled`, which pins what is not yet.

It only ever adds lines: what was pinned stays as it is.
"""

import json
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from memory.canonical import canonical
from memory.model.bodies import BODIES, Body
from memory.model.record import Entry, Record

AT = datetime(2026, 11, 20, 3, 0, 0, 123456, tzinfo=UTC)
HERE = Path(__file__).parent
ENTRIES, FIELDS = HERE / "entries.jsonl", HERE / "fields.json"
KEY = "quarterdeck.test/acme+1b2735d3+AYG4bzuXGT6DJ2/5N1gGcbG8mZ3cRh7sIEbHkJwPS6jW"


def filled(schema: type[Body]) -> Body:
    """Return a body in which no field is empty."""
    return schema.model_validate(_model(schema))


def entry(schema: type[Body]) -> bytes:
    """Return the canonical bytes of an entry of this kind."""
    record = Record(tenant="acme", at=AT, actor="alice", correlation="cor_1", body=filled(schema))
    return canonical(Entry.of(record, actor="p_" + "0" * 40, logged=AT))


def _model(schema: type[BaseModel]) -> dict[str, Any]:
    return {name: _value(name, field.annotation, field) for name, field in schema.model_fields.items()}


def _value(name: str, annotation: Any, field: FieldInfo | None = None) -> Any:  # noqa: PLR0911  # one form after the other
    arguments, origin = get_args(annotation), get_origin(annotation)
    if hasattr(annotation, "__metadata__"):
        return _value(name, annotation.__origin__, FieldInfo.from_annotation(annotation))
    if origin is Literal:
        return arguments[-1]
    if origin is tuple:
        return [_value(name, arguments[0])]
    if origin is dict:
        return {"service": _value(name, arguments[1])}
    if arguments:
        return _value(name, arguments[0], field)
    if name.endswith("_at"):
        return AT.isoformat()
    if issubclass(annotation, Enum):
        return list(annotation)[-1].value
    if issubclass(annotation, BaseModel):
        return _model(annotation)
    plain = {bool: True, int: 7, float: 0.25}
    return plain.get(annotation) or _text(name, field)


def _text(name: str, field: FieldInfo | None) -> str:
    patterns = "".join(str(getattr(each, "pattern", "")) for each in (field.metadata if field else ()))
    if "[0-9a-f]{64}" in patterns:
        return f"{len(name) % 16:x}" * 64
    return KEY if "[0-9a-f]{8}" in patterns else f"{name}_1"


def main() -> None:
    """Add a line for every kind and version that has none, each at its place."""
    fields = json.loads(FIELDS.read_text()) if FIELDS.exists() else {}
    pinned = ENTRIES.read_bytes().splitlines(keepends=True) if ENTRIES.exists() else []
    lines = dict(zip(fields, pinned, strict=True))
    for kind, schema in BODIES.items():
        name = f"{kind.value} {schema.version}"
        if name not in fields:
            fields[name] = list(schema.model_fields)
            lines[name] = entry(schema) + b"\n"
    order = [f"{kind.value} {v}" for kind, schema in BODIES.items() for v in range(1, schema.version + 1)]
    ENTRIES.write_bytes(b"".join(lines[name] for name in order))
    FIELDS.write_text(json.dumps({name: fields[name] for name in order}, indent=1) + "\n")


if __name__ == "__main__":
    main()
