"""The causal graph: what followed from what, in the log's order, whatever is missing from it."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.errors import LogMalformed
from memory.trace import causal_graph
from tests.memory.trace.story import logged, story

LOG = logged(story().values())


def test_everything_the_log_tells_of_is_a_node_below_its_causes() -> None:
    graph = causal_graph(LOG)
    nodes = graph.by_subject()
    assert graph.roots == ("message:m1",)
    assert nodes["grant:g1"].causes == ("decision:r1", "approval:by-bob", "approval:by-cara")
    assert nodes["interpretation:m1"].causes == ("message:m1", "recall:m1/thread", "model:m1/1")
    assert nodes["effect:r1/0"].effects == ("undo:r1/0",)
    assert graph.dangling == ()


def test_the_order_in_which_entries_are_given_changes_nothing() -> None:
    shuffled = random.Random(7).sample(LOG, len(LOG))  # noqa: S311 - repeatable, and no secret
    assert causal_graph(shuffled) == causal_graph(LOG)


def test_what_is_recorded_again_is_one_node_that_stands_where_it_was_first() -> None:
    told = story()
    graph = causal_graph(logged([*told.values(), told["interpretation"]]))
    node = graph.by_subject()["interpretation:m1"]
    assert [each.receipt.index for each in node.entries] == [3, 12]
    assert node.index == 3


def test_a_cause_nothing_tells_of_is_named() -> None:
    graph = causal_graph(logged(event for name, event in story().items() if name != "recall"))
    assert {(each.subject, each.cause) for each in graph.dangling} == {
        ("model:m1/1", "recall:m1/thread"),
        ("interpretation:m1", "recall:m1/thread"),
    }


def test_what_rests_on_something_else_follows_from_it() -> None:
    graph = causal_graph(LOG, [("run:r1", "recall:m1/thread")])
    assert graph.by_subject()["run:r1"].causes == ("recall:m1/thread", "interpretation:m1")


def test_a_circle_of_causes_is_refused() -> None:
    with pytest.raises(LogMalformed, match=r"expected causes that come before their effects, found .*run:r1"):
        causal_graph(LOG, [("run:r1", "effect:r1/0")])


def test_no_entries_make_an_empty_graph() -> None:
    graph = causal_graph(())
    assert (graph.nodes, graph.roots, graph.dangling) == ((), (), ())


@given(st.sets(st.integers(0, len(LOG) - 1), min_size=1))
def test_whatever_is_missing_every_cause_is_drawn_or_dangling_and_lies_above(kept: set[int]) -> None:
    entries = [LOG[index] for index in kept]
    graph = causal_graph(entries)
    nodes, depths = graph.by_subject(), graph.depths()
    drawn = {(node.subject, cause) for node in graph.nodes for cause in node.causes}
    missing = {(each.subject, each.cause) for each in graph.dangling}
    assert drawn | missing == {(each.entry.subject, cause) for each in entries for cause in each.entry.causes}
    assert not drawn & missing
    assert all(depths[cause] < depths[effect] for effect, cause in drawn)
    assert all(effect in nodes[cause].effects for effect, cause in drawn)
