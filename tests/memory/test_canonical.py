"""One value, one sequence of bytes, one digest."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.canonical import canonical, digest
from memory.errors import InvalidInput
from memory.ids import RandomIds, derived

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=20,
)


@given(VALUES)
def test_reading_the_bytes_gives_the_same_bytes_again(value: object) -> None:
    assert canonical(json.loads(canonical(value), parse_int=float)) == canonical(value)


@given(st.dictionaries(TEXTS, st.integers(0, 9)))
def test_the_order_of_keys_does_not_matter(value: dict[str, int]) -> None:
    assert canonical(dict(reversed(value.items()))) == canonical(value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 2**60, "\ud800", object(), {1: 2}, b"bytes"])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(InvalidInput):
        canonical(value)


def test_the_examples_of_rfc_8785_hold() -> None:
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 1e-27],
        "string": '€$\x0f\nA\'B"\\\\"/',
        "literals": [None, True],
    }
    assert (
        canonical(value)
        == (
            '{"literals":[null,true],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
            '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
        ).encode()
    )


def test_a_digest_is_that_of_the_canonical_bytes() -> None:
    assert digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_derived_ids_depend_on_every_part_and_its_place() -> None:
    assert derived("run", "a", "b") == derived("run", "a", "b")
    others = {derived("run", "b", "a"), derived("run", "ab"), derived("msg", "a", "b")}
    assert len(others | {derived("run", "a", "b")}) == 4
    assert derived("run", "a", "b") == "run_kg3c833p99ndxy7g"


def test_random_ids_differ_and_name_their_kind() -> None:
    made = {RandomIds().new("msg") for _ in range(100)}
    assert len(made) == 100
    assert all(name.startswith("msg_") and len(name) == 20 for name in made)
