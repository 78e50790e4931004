"""The policies' text as Cedar's own JSON, and what can be read off it without asking. Pure.

Text to JSON and back loses nothing but layout and comments; JSON to text and back loses nothing at all.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cedarpy

from memory.errors import PolicyInvalid
from memory.model.value import JsonValue

Json = dict[str, Any]
WINDOW_MINUTES = 15
MOST_MINUTES = 240


@dataclass(frozen=True)
class Document:
    """One policy: its `@id`, and its JSON form as the Cedar JSON policy format has it."""

    name: str
    form: Json

    @cached_property
    def permits(self) -> bool:
        """Whether it is a `permit`; else it is a `forbid`."""
        return bool(self.form["effect"] == "permit")

    @cached_property
    def counts_approvals(self) -> bool:
        """Whether its answer may change with the approvals, or with how sure they are."""
        return self.reads("approvals") or self.reads("assurance")

    def reads(self, attribute: str) -> bool:
        """Return whether its answer may change with this attribute of the context. When in doubt, it may."""
        return _may_read(self.form["conditions"], attribute)

    def note(self, annotation: str) -> str:
        """Return an annotation such as `reason`, empty where it has none."""
        return str(self.form.get("annotations", {}).get(annotation, ""))

    def minutes(self) -> int:
        """Return for how long what it permits may be done: `@minutes`, from 1 to 240."""
        return int(self.note("minutes") or WINDOW_MINUTES)

    def covers(self, action: Collection[str]) -> bool:
        """Return whether its scope has an action that is, or is in, one of these."""
        return _in_scope(self.form["action"], action)

    def concerns(self, principal: Collection[str]) -> bool:
        """Return whether its scope can have a person who is, or is in, one of these entities' ids."""
        return _in_scope(self.form["principal"], principal)


def documents(text: str) -> tuple[Document, ...]:
    """Return the policies of a text in its order; raises `PolicyInvalid` where one cannot be relied on.

    There has to be at least one, none may be a template, and each has an `@id` of its own.
    """
    whole = json.loads(to_json(text))
    if whole["templates"]:
        raise PolicyInvalid("expected policies, found a template, which decides nothing until it is linked")
    found = tuple(Document(_name(key, form), form) for key, form in whole["staticPolicies"].items())
    if not found:
        raise PolicyInvalid("expected at least one policy, found none", hint="An empty set denies everything.")
    names = [document.name for document in found]
    if len(set(names)) < len(names) or any("@id" in name for name in names):
        raise PolicyInvalid(f"expected every policy to carry an @id of its own, found {sorted(names)}")
    for each in found:
        _check_minutes(each)
    return found


def to_json(text: str) -> str:
    """Return Cedar text as JSON; raises `PolicyInvalid` when it does not parse."""
    try:
        return cedarpy.policies_to_json_str(text)
    except ValueError as error:
        raise PolicyInvalid(f"expected Cedar policies that parse, found: {error}") from error


def to_text(form: str) -> str:
    """Return Cedar JSON as text; raises `PolicyInvalid` when it is no policy set."""
    try:
        return formatted(cedarpy.policies_from_json_str(form))
    except ValueError as error:
        raise PolicyInvalid(f"expected policies in Cedar's JSON form, found: {error}") from error


def formatted(text: str) -> str:
    """Return Cedar text in its one layout, comments kept; raises `PolicyInvalid` when it does not parse."""
    try:
        laid_out = cedarpy.format_policies(text, line_width=115, indent_width=2)
    except ValueError as error:
        raise PolicyInvalid(f"expected Cedar policies that parse, found: {error}") from error
    return f"{laid_out.strip()}\n"


def _name(key: str, form: Json) -> str:
    return str(form.get("annotations", {}).get("id") or f"{key} without @id")


def _check_minutes(document: Document) -> None:
    said = document.note("minutes")
    if said and not (said.isascii() and said.isdecimal() and 1 <= int(said) <= MOST_MINUTES):
        raise PolicyInvalid(f"expected @minutes from 1 to {MOST_MINUTES} in {document.name}, found {said[:20]!r}")


def _in_scope(scope: Json, ids: Collection[str]) -> bool:
    entities = [
        *scope.get("entities", ()),
        *filter(None, [scope.get("entity"), scope.get("in", {}).get("entity")]),
    ]
    return not entities or any(entity["id"] in ids for entity in entities)


def _may_read(form: JsonValue, attribute: str) -> bool:
    """Return whether an expression reads this attribute of the context, or the context as a whole."""
    if isinstance(form, list):
        return any(_may_read(each, attribute) for each in form)
    if not isinstance(form, dict):
        return False
    for operator in (".", "has"):
        inner = form.get(operator)
        if isinstance(inner, dict) and inner.get("left") == {"Var": "context"}:
            return inner.get("attr") == attribute
    return form == {"Var": "context"} or any(_may_read(each, attribute) for each in form.values())
