"""What Quarterdeck did to an object, kept on that object: the proof that a step took effect. Pure.

The record is written together with the effect, in one replacement of the object, so neither is there without the
other. The last few are kept: a later act does not hide an earlier one from whoever still looks for it.
"""

import json
from collections.abc import Mapping
from typing import cast

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from memory.model.value import Identifier, JsonValue, Moment

ANNOTATION = "quarterdeck.dev/run-steps"
MOST = 20


class Mark(BaseModel):
    """One act: under which key (`run:step`), by whom, what kind, and from what to what."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    key: Identifier
    kind: str
    at: Moment
    by: str = ""
    before: str = ""
    after: str = ""
    done: bool = True


_MARKS = TypeAdapter(tuple[Mark, ...])


def marks(item: Mapping[str, JsonValue]) -> tuple[Mark, ...]:
    """Return what was done to an object, newest first; none where somebody wrote over the record."""
    meta = cast("dict[str, JsonValue]", item.get("metadata") or {})
    annotations = cast("dict[str, JsonValue]", meta.get("annotations") or {})
    try:
        return _MARKS.validate_json(str(annotations.get(ANNOTATION) or "[]"))
    except ValidationError:
        return ()


def mark_of(item: Mapping[str, JsonValue], key: str) -> Mark | None:
    """Return what was done to an object under this key, None where nothing was."""
    return next((mark for mark in marks(item) if mark.key == key), None)


def marked(item: dict[str, JsonValue], mark: Mark) -> None:
    """Write the record of an act into the object, before those that are there."""
    meta = cast("dict[str, JsonValue]", item.setdefault("metadata", {}))
    annotations = meta.get("annotations") or {}
    others = [each for each in marks(item) if each.key != mark.key]
    kept = [each.model_dump(mode="json") for each in [mark, *others][:MOST]]
    meta["annotations"] = {
        **cast("dict[str, JsonValue]", annotations),
        ANNOTATION: json.dumps(kept, separators=(",", ":")),
    }
