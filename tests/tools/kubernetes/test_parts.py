"""What needs no control plane: differences, records, revisions, places."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory.errors import InvalidInput
from memory.model.run import Change
from tools.cluster.diff import changes
from tools.cluster.marks import MOST, Mark, mark_of, marked, marks
from tools.cluster.places import Place, placed
from tools.connectors.kubernetes.revisions import Revision, meant, tag_of, with_version

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1, max_size=3), inner),
    max_leaves=12,
)


@given(_JSON)
def test_nothing_differs_from_itself(value: Any) -> None:
    assert changes(value, value) == ()


@given(_JSON, _JSON)
@settings(max_examples=200)
def test_a_difference_reads_the_other_way_round_too(one: Any, other: Any) -> None:
    there = changes(one, other, "x")
    back = changes(other, one, "x")
    assert [(c.field, c.before, c.after) for c in there] == [(c.field, c.after, c.before) for c in back]


def test_entries_of_a_list_are_told_apart_by_name_and_absent_ones_say_so() -> None:
    before: Any = {"containers": [{"name": "a", "image": "x:1"}, {"name": "b", "image": "y:1"}], "args": ["1"]}
    after: Any = {"containers": [{"name": "b", "image": "y:2"}, {"name": "a", "image": "x:1"}], "empty": {}}
    assert changes(before, after) == (
        Change(field="args[0]", before="1", after="(none)"),
        Change(field="containers[b].image", before="y:1", after="y:2"),
        Change(field="empty", before="(none)", after="{}"),
    )


def mark(number: int) -> Mark:
    return Mark(key=f"run_{number}:0", kind="scale", at=datetime(2026, 11, 21, tzinfo=UTC), before="1", after="2")


def test_the_last_records_are_kept_and_one_key_stands_once() -> None:
    item: Any = {"metadata": {"annotations": {"other": "stays"}}}
    for number in [*range(MOST + 5), MOST + 4]:
        marked(item, mark(number))
    assert [each.key for each in marks(item)] == [f"run_{n}:0" for n in reversed(range(5, MOST + 5))]
    assert mark_of(item, "run_4:0") is None
    assert item["metadata"]["annotations"]["other"] == "stays"


@pytest.mark.parametrize("text", ["", "{", "[{}]", "null", '[{"key": "a"}]', "[1]"])
def test_a_record_somebody_wrote_over_is_no_record_and_no_error(text: str) -> None:
    item: Any = {"metadata": {"annotations": {"quarterdeck.dev/run-steps": text}}}
    assert marks(item) == ()


def revision(number: int, tag: str, earlier: tuple[int, ...] = ()) -> Revision:
    return Revision(number, frozenset(earlier), tag, {}, None, "")


def test_a_number_that_is_a_version_too_is_asked_about() -> None:
    known = (revision(3, "7"), revision(7, "1.0"))
    with pytest.raises(InvalidInput, match="found two that are '7'") as refused:
        meant("7", known, "checkout")
    assert refused.value.hint == "Say 7+r3 or 1.0+r7."
    assert meant("7+r3", known, "checkout").number == 3


def test_the_newest_of_several_revisions_of_one_version_is_meant() -> None:
    assert meant("1.0", (revision(5, "1.0"), revision(2, "1.0")), "checkout").number == 5


def test_an_exact_name_needs_both_its_version_and_its_number() -> None:
    known = (revision(5, "1.0", (2,)),)
    assert meant("1.0+r2", known, "checkout").number == 5
    with pytest.raises(InvalidInput, match="still there"):
        meant("1.1+r2", known, "checkout")


@pytest.mark.parametrize(
    ("image", "asked", "expected"),
    [
        ("host:5000/shop/checkout:1.4.1", "1.4.2", "host:5000/shop/checkout:1.4.2"),
        ("checkout:v1.4.1", "1.4.2", "checkout:v1.4.2"),
        ("checkout:1.4.1", "v1.4.2", "checkout:1.4.2"),
        ("checkout@sha256:abc", "1.4.2", "checkout:1.4.2"),
        ("host:5000/checkout", "v2", "host:5000/checkout:v2"),
    ],
)
def test_a_version_is_written_as_the_image_s_versions_are(image: str, asked: str, expected: str) -> None:
    template: Any = {"spec": {"containers": [{"name": "a", "image": image}, {"name": "b", "image": "side:1"}]}}
    changed: Any = with_version(template, "a", asked)
    assert [each["image"] for each in changed["spec"]["containers"]] == [expected, "side:1"]
    assert template["spec"]["containers"][0]["image"] == image


@pytest.mark.parametrize("tag", ["latest", "main_1", "", "a" * 60])
def test_a_tag_that_is_no_version_is_none(tag: str) -> None:
    assert tag_of({"spec": {"containers": [{"name": "a", "image": f"checkout:{tag}"}]}}, "a") == ""


def test_the_most_specific_place_wins() -> None:
    places = (
        Place(environment="production", context="prod", namespace="live"),
        Place(service="checkout", container="main"),
        Place(service="checkout", environment="production", namespace="shop", deployment="shop-checkout"),
    )
    found = placed(places, "checkout", "production")
    assert (found.context, found.namespace, found.deployment, found.container) == (
        "prod",
        "shop",
        "shop-checkout",
        "main",
    )
    other = placed(places, "payments", "staging")
    assert (other.context, other.namespace, other.deployment, other.release) == (
        "",
        "staging",
        "payments",
        "payments",
    )
