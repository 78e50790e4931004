"""An action is traced to its beginning, and every link that is missing or does not agree is named."""

import pytest

from memory.model.approval import Verdict
from memory.model.bodies import Acted, Body, BrokeGlass
from memory.trace import Chain, causal_graph, chains
from tests.fakes.time import MIDNIGHT
from tests.memory.trace.story import BACK, CALL, PLAN, POLICY, Event, acted, logged, story

EFFECT, UNDO = "effect:r1/0", "undo:r1/0"


def found(events: dict[str, Event]) -> dict[str, Chain]:
    return {chain.action: chain for chain in chains(causal_graph(logged(events.values())))}


def without(*names: str) -> dict[str, Event]:
    return {name: event for name, event in story().items() if name not in names}


def altered(name: str, actor: str | None = None, **changes: object) -> dict[str, Event]:
    events = story()
    before, body = events[name]
    changed: Body = type(body).model_validate(body.model_dump() | changes)
    return events | {name: (actor or before, changed)}


def test_both_an_effect_and_its_taking_back_are_traced_to_the_message() -> None:
    traced = found(story())
    assert set(traced) == {EFFECT, UNDO}
    assert traced[EFFECT].links == (0, 1, 2, 3, 4, 5, 6, 7, 8)
    assert traced[UNDO].links == (0, 1, 2, 3, 4, 5, 6, 7, 9, 10)
    assert all(chain.complete for chain in traced.values())


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("message", {"message:m1"}),
        ("recall", {"recall:m1/thread"}),
        ("model", {"model:m1/1"}),
        ("interpretation", {"interpretation:m1"}),
        ("plan", {"run:r1", "decision:r1"}),
        ("decision", {"decision:r1"}),
        ("bob", {"approval:by-bob", "2 approvals by other people, found 1"}),
        ("grant", {"grant:g1"}),
    ],
)
def test_a_missing_link_is_named(name: str, missing: set[str]) -> None:
    chain = found(without(name))[EFFECT]
    assert set(chain.missing) == missing
    assert not chain.complete


@pytest.mark.parametrize(
    ("events", "missing"),
    [
        (altered("grant", call_digest="e" * 64), "grant:g1"),
        (altered("grant", undo=True), "grant:g1"),
        (altered("grant", step=1), "grant:g1"),
        (altered("decision", decision="deny"), "decision:r1"),
        (altered("decision", plan_digest="e" * 64), "decision:r1"),
        (altered("bob", verdict=Verdict.DENY), "approval:by-bob"),
        (altered("bob", plan_digest="e" * 64), "approval:by-bob"),
        (altered("bob", actor="alice"), "2 approvals by other people, found 1"),
        (altered("bob", actor="cara"), "2 approvals by other people, found 1"),
        (altered("plan", actor="mallory"), "interpretation:m1 of the person who asked for the plan"),
    ],
)
def test_a_link_that_does_not_agree_is_as_good_as_missing(events: dict[str, Event], missing: str) -> None:
    assert missing in found(events)[EFFECT].missing


def test_what_was_recorded_only_afterwards_led_to_nothing() -> None:
    events = story()
    late = {name: event for name, event in events.items() if name != "bob"} | {"bob": events["bob"]}
    assert "approval:by-bob" in found(late)[EFFECT].missing


def test_an_effect_without_a_grant_is_never_complete() -> None:
    lawless = without("grant") | {"outcome": acted(Acted, None, CALL)}
    assert found(lawless)[EFFECT].missing == ("the grant of effect:r1/0, which took effect without one",)


def test_a_call_that_failed_before_it_was_granted_needs_no_grant() -> None:
    stopped = without("grant", "undo grant", "undo") | {"outcome": acted(Acted, None, CALL, ok=False)}
    assert found(stopped)[EFFECT].complete


def test_a_person_who_broke_glass_makes_up_for_those_who_are_missing() -> None:
    events = story()
    alone = BrokeGlass(
        review="w1",
        run="r1",
        approval="by-bob",
        plan_digest=PLAN,
        missing=1,
        window_ends_at=MIDNIGHT,
        policy_hash=POLICY,
    )
    order = [name for name in events if name != "cara"]
    order.insert(order.index("grant"), "glass")
    actor, granted = events["grant"]
    events |= {"glass": ("bob", alone), "grant": (actor, granted.model_copy(update={"approvals": ("by-bob",)}))}
    assert found({name: events[name] for name in order})[EFFECT].complete
    order.remove("glass")
    assert not found({name: events[name] for name in order})[EFFECT].complete


def test_taking_back_what_never_took_effect_is_not_complete() -> None:
    events = story() | {"outcome": acted(Acted, "g1", CALL, ok=False)}
    assert EFFECT in found(events)[UNDO].missing


def test_a_grant_to_act_is_no_grant_to_take_back() -> None:
    events = altered("undo", grant="g1", call_digest=BACK)
    assert "grant:g1" in found(events)[UNDO].missing


def test_an_action_that_stands_in_the_log_twice_is_traced_twice() -> None:
    events = story()
    twice = chains(causal_graph(logged([*events.values(), events["outcome"]])))
    assert [chain.index for chain in twice] == [9, 11, 12]
