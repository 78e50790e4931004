"""Schemas that others wrote: what is understood is checked whole, what is not is refused with its place."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tools.declared.json_schema import Unsupported, arguments_of
from tools.policy.arguments import argument_types


def schema(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": [*properties]}


GOOD_AND_BAD: list[tuple[dict[str, Any], list[Any], list[Any]]] = [
    ({"type": "string", "minLength": 2, "maxLength": 3}, ["ab", "abc"], ["a", "abcd", 1, None, "a\x00b"]),
    ({"type": "string", "pattern": "^[a-z]+$"}, ["ab"], ["aB", "", "a\n"]),
    ({"type": "string", "enum": ["a", "b"]}, ["a"], ["c", 1]),
    ({"const": "a"}, ["a"], ["b"]),
    ({"type": "integer", "minimum": 1, "exclusiveMaximum": 4}, [1, 3], [0, 4, 1.5, "1", True]),
    ({"type": "number", "minimum": 0}, [0, 1.5], [-1, float("nan"), float("inf"), "x"]),
    ({"type": "boolean"}, [True], [1, "true", None]),
    ({"type": ["string", "null"]}, ["a", None], [1]),
    ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, [1, None], ["a"]),
    ({"type": "array", "items": {"type": "integer"}, "maxItems": 2}, [[], [1, 2]], [[1, 2, 3], ["a"], "a"]),
    (
        {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
        [{"a": 1}],
        [{}, {"a": "x"}, {"a": 1, "b": 2}],
    ),
]


@pytest.mark.parametrize(("described", "good", "bad"), GOOD_AND_BAD)
def test_what_is_understood_is_checked(described: dict[str, Any], good: list[Any], bad: list[Any]) -> None:
    model = arguments_of("Imported", schema(value=described))
    for value in good:
        model.model_validate({"value": value})
    for value in bad:
        with pytest.raises(ValidationError):
            model.model_validate({"value": value})


def test_what_is_required_is_and_what_is_unknown_is_refused() -> None:
    model = arguments_of("Imported", {**schema(a={"type": "string"}), "required": []})
    assert model.model_validate({}).model_dump(exclude_none=True) == {}
    with pytest.raises(ValidationError):
        model.model_validate({"b": 1})
    with pytest.raises(ValidationError):
        arguments_of("Imported", schema(a={"type": "string"})).model_validate({})


@pytest.mark.parametrize(
    ("described", "complaint"),
    [
        ({"type": "string", "$ref": "#/x"}, "uses \\$ref"),
        ({"type": "object", "patternProperties": {}}, "uses patternProperties"),
        ({"oneOf": [{"type": "string"}, {"type": "integer"}]}, "one of several forms"),
        ({"type": ["string", "integer"]}, "of several types"),
        ({"not": {"type": "string"}}, "of no type"),
        ({"type": "string", "pattern": "("}, "cannot be matched"),
        ({"type": "string", "pattern": "(?=a)b"}, "cannot be matched"),
        ({"type": "string", "minLength": "1"}, "no number"),
        ({"type": "array"}, r"value\[\] is not described"),
        ({"enum": [{}]}, "neither texts nor whole numbers"),
        ({"type": "null"}, "of no type"),
        (True, "is not described"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(described: Any, complaint: str) -> None:
    with pytest.raises(Unsupported, match=complaint):
        arguments_of("Imported", schema(value=described))


@pytest.mark.parametrize(
    "name", ["_a", "a-b", "a b", "é", "copy", "model_dump", "model_config", "x" * 61, "", "1a"]
)
def test_a_property_whose_name_cannot_be_an_arguments_is_refused(name: str) -> None:
    with pytest.raises(Unsupported, match="name"):
        arguments_of("Imported", schema(**{name: {"type": "string"}}))


def test_nesting_has_an_end() -> None:
    described: dict[str, Any] = {"type": "string"}
    for _ in range(6):
        described = {"type": "array", "items": described}
    with pytest.raises(Unsupported, match="nested too deeply"):
        arguments_of("Imported", schema(value=described))


def test_policies_see_the_arguments_typed() -> None:
    model = arguments_of(
        "Imported", schema(n={"type": "integer"}, b={"type": "boolean"}, s={"type": "string"}, l={"enum": ["x"]})
    )
    assert argument_types(model) == {"n": "Long", "b": "Bool", "s": "String", "l": "String"}


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
_WORDS = st.sampled_from(
    ["type", "properties", "required", "items", "enum", "anyOf", "pattern", "minimum", "string"]
)


@given(st.dictionaries(_WORDS, _VALUES | st.sampled_from(["object", "string", "integer", "array"]), max_size=5))
def test_no_schema_is_more_than_a_model_or_a_refusal(described: dict[str, Any]) -> None:
    for given_schema in (described, schema(value=described)):
        try:
            arguments_of("Imported", given_schema)
        except Unsupported:
            continue
