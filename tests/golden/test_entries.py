"""What was recorded stays readable: an entry of every kind and version byte for byte, and the order of its fields.

A field is appended with a default and the kind's version goes up; then a line is added here, and none is changed.
"""

import json
import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

import pytest
from pydantic.fields import FieldInfo

from memory.ledger.entries import read_exactly
from memory.model.bodies import BODIES, Body, EntryKind
from memory.model.record import Entry

HERE = Path(__file__).parent
PINNED = (HERE / "entries.jsonl").read_bytes().splitlines()
FIELDS: dict[str, list[str]] = json.loads((HERE / "fields.json").read_text())

# Fields that are text of no closed form, and why no person's words get into them. Each is short.
CODED = {
    "Interpreted.tool": "a tool's name, or empty; the registry's own",
    "Interpreted.brain": "the embedded interpreter's name, or that of a model in the settings",
    "Interpreted.provenance": "names of a tool's arguments, which its schema has, and where each came from",
    "ModelCalled.model": "the model's name in the settings",
    "ModelCalled.code": "an error code of ours",
    "ModelCalled.model_version": "the model's version in the settings",
    "Observed.policies": "ids of policies, as their authors named them",
    "Observed.code": "an error code of ours",
    "Decided.policies": "likewise",
    "Granted.policies": "likewise",
    "Denied.policies": "likewise",
    "Denied.code": "an error code of ours",
    "Denied.tool": "a tool's name, or empty",
    "Acted.code": "an error code of ours",
    "TakenBack.code": "an error code of ours",
    "Checked.code": "an error code of ours",
    "Measured.code": "an error code of ours",
    "AccessChanged.scopes": "observe, propose, approve, admin",
    "KeyChanged.endorsement": "a signed note over two keys, made by this program",
    "HoldChanged.value": "the id, kind or pseudonym that is held; checked before it is placed",
    "DeadLettered.code": "an error code of ours",
    "CredentialChanged.public": "a public key, read and written again by this program",
    "CredentialChanged.handle": "the number by which an authenticator knows its own key",
    "CredentialChanged.site": "the host that a passkey is for, as the settings have it",
}


def entry_of(data: bytes) -> Entry:
    return Entry.model_validate_json(data)


def named(data: bytes) -> str:
    entry = entry_of(data)
    return f"{entry.kind.value} {entry.v}"


@pytest.mark.parametrize("data", PINNED, ids=named)
def test_a_recorded_entry_is_read_exactly_as_it_was_written(data: bytes) -> None:
    assert read_exactly(data) == entry_of(data)


def test_every_kind_has_a_pinned_entry_of_every_version() -> None:
    versions = [f"{kind.value} {v}" for kind, schema in BODIES.items() for v in range(1, schema.version + 1)]
    assert [named(data) for data in PINNED] == versions == list(FIELDS)
    assert set(BODIES) == set(EntryKind)


@pytest.mark.parametrize("data", PINNED, ids=named)
def test_a_pinned_entry_gives_every_field_a_value_of_its_own(data: bytes) -> None:
    entry = entry_of(data)
    assert sorted(entry.body) == sorted(FIELDS[named(data)])
    assert [name for name, value in entry.body.items() if value in (None, "", [], {})] == []


@pytest.mark.parametrize("name", FIELDS)
def test_fields_are_appended_and_never_moved_renamed_or_removed(name: str) -> None:
    kind, _, version = name.partition(" ")
    schema = BODIES[EntryKind(kind)]
    now = list(schema.model_fields)
    assert now[: len(FIELDS[name])] == FIELDS[name]
    if int(version) == schema.version:
        assert now == FIELDS[name], "a new field comes with a new version"
    assert all(not schema.model_fields[each].is_required() for each in now[len(FIELDS[f"{kind} 1"]) :])


def texts(schema: type[Body]) -> Iterator[str]:
    """Yield the fields of a schema that may hold a text of no closed form."""
    for name, field in schema.model_fields.items():
        if any(_open(each) for each in _parts(field.annotation, field)):
            yield f"{schema.__name__}.{name}"


def _parts(annotation: Any, field: FieldInfo | None = None) -> Iterator[tuple[Any, FieldInfo | None]]:
    """Yield the plain types that an annotation is made of, each with what its field says of it."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if hasattr(annotation, "__metadata__"):
        yield from _parts(annotation.__origin__, FieldInfo.from_annotation(annotation))
    elif origin is Literal or not arguments:
        yield annotation, field
    else:
        for each in arguments:
            inherits = field if origin is Union or "Union" in str(origin) else None
            yield from _parts(each, inherits)


def _open(part: tuple[Any, FieldInfo | None]) -> bool:
    kind, field = part
    if not (isinstance(kind, type) and issubclass(kind, str)) or issubclass(kind, Enum):
        return False
    patterns = [getattr(each, "pattern", None) for each in (field.metadata if field else ())]
    return not any(isinstance(each, str | re.Pattern) and _closed(each) for each in patterns)


def _closed(pattern: str | re.Pattern[str]) -> bool:
    """Return whether what fits a pattern has no spaces, and so is no sentence."""
    return re.compile(pattern).fullmatch("some words") is None


def test_no_entry_has_a_field_for_free_text() -> None:
    found = {name for schema in BODIES.values() for name in texts(schema)}
    assert found == set(CODED)


def test_a_field_for_free_text_would_be_found() -> None:
    class Told(Body):
        kind = EntryKind.MESSAGE
        words: str = ""
        several: tuple[str, ...] = ()
        maybe: str | None = None
        number: int = 0

    assert list(texts(Told)) == ["Told.words", "Told.several", "Told.maybe"]
