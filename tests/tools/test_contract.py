"""A capability is data that says what it takes and reads as a sentence; a hand either looks or acts."""

from datetime import UTC, datetime
from string import Formatter
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, TypeAdapter, ValidationError

from memory.errors import InvalidWindow
from memory.model.plan import Call, Effect, Tier
from memory.model.window import NAMED
from tests.fakes.estate import FakeEstate
from tools.capabilities import EVERY
from tools.capabilities.deploys import DEPLOY_ROLLBACK, Rollback
from tools.capabilities.metrics import METRICS_SIGNAL
from tools.contract import (
    Actor,
    Arguments,
    CallContext,
    Capability,
    DurationText,
    Reader,
    ServiceName,
    Slot,
    Version,
    WindowText,
    slots,
    statement,
)
from tools.unconnected import missing

every = pytest.mark.parametrize("capability", EVERY, ids=lambda capability: capability.name)


class Mixed(Arguments):
    """Arguments that carry their slots in every way there is."""

    plain: ServiceName
    absent: ServiceName | None = None
    around: Annotated[int | None, Slot.NUMBER] = None
    within: Annotated[str, Field(max_length=9), Slot.TEXT] | None = None
    unmarked: str = ""


def capability(says: str) -> Capability:
    return METRICS_SIGNAL.model_copy(update={"says": says, "arguments": Mixed})


def test_a_slot_is_found_wherever_the_annotation_carries_it() -> None:
    assert slots(capability("")) == {
        "plain": Slot.SERVICE,
        "absent": Slot.SERVICE,
        "around": Slot.NUMBER,
        "within": Slot.TEXT,
    }


@every
def test_every_argument_of_every_capability_can_be_read_from_words(capability: Capability) -> None:
    assert set(slots(capability)) == set(capability.arguments.model_fields)


@every
def test_a_sentence_has_gaps_for_its_own_arguments_only(capability: Capability) -> None:
    gaps = {name for _, name, _, _ in Formatter().parse(capability.says) if name is not None}
    assert gaps <= set(capability.arguments.model_fields)


@every
def test_what_reads_is_observed_and_what_acts_asks_for_more(capability: Capability) -> None:
    assert (capability.effect is Effect.READ) == (capability.tier is Tier.OBSERVE)
    changes_our_records = capability.ours and capability.effect is not Effect.READ
    assert (capability.tier is Tier.AUTONOMOUS) == changes_our_records


def test_a_call_reads_as_a_sentence_with_its_arguments() -> None:
    call = Call(
        tool="deploy.rollback", arguments={"service": "checkout", "environment": "production", "version": "1.4.1"}
    )
    assert statement(DEPLOY_ROLLBACK, call) == "Roll back checkout in production to 1.4.1"


@pytest.mark.parametrize("arguments", [{}, {"version": None}])
def test_an_argument_that_is_not_given_reads_as_current(arguments: dict[str, None]) -> None:
    call = Call(
        tool="deploy.rollback", arguments={"service": "checkout", "environment": "production", **arguments}
    )
    assert statement(DEPLOY_ROLLBACK, call) == "Roll back checkout in production to current"


@given(st.text())
def test_an_argument_stands_in_the_sentence_as_it_is_and_is_never_a_template(value: str) -> None:
    for text in (value, "{unmarked}", "{plain.__class__}", "{", "}}"):
        call = Call.model_construct(tool="x", arguments={"plain": text}, provenance={})
        assert statement(capability("Show {plain}."), call) == f"Show {text}."


@pytest.mark.parametrize("version", ["1", "v2", "1.4.1", "1.2.3.4", "1.4.1-rc.1", "1.4.1+build.7"])
def test_a_version_is_numbers_with_dots_and_perhaps_a_suffix(version: str) -> None:
    assert TypeAdapter(Version).validate_python(version) == version


@pytest.mark.parametrize(
    "version",
    ["", "latest", "1.", "1..2", "1.2.3.4.5", "1.4.1\n", "1.4.1 ", "1.4.1-", "1;rm", "1-" + "a" * 60, "\u0661"],
)
def test_what_is_no_version_is_refused(version: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Version).validate_python(version)


@pytest.mark.parametrize("window", [*NAMED, "15m", "7d", "2026-11-20T14:00:00Z/2026-11-20T15:00:00Z"])
def test_a_window_is_a_name_a_duration_or_an_interval(window: str) -> None:
    assert TypeAdapter(WindowText).validate_python(window) == window


@pytest.mark.parametrize("text", ["", "soon", "0m", "15", "401d", "15m ", "TODAY"])
def test_what_is_no_length_of_time_is_refused_as_window_and_as_duration(text: str) -> None:
    for kind in (WindowText, DurationText):
        with pytest.raises(InvalidWindow):
            TypeAdapter(kind).validate_python(text)


@pytest.mark.parametrize("text", ["today", "2026-11-20T14:00:00Z/2026-11-20T15:00:00Z"])
def test_a_range_is_no_duration(text: str) -> None:
    with pytest.raises(InvalidWindow):
        TypeAdapter(DurationText).validate_python(text)


def test_arguments_do_not_change_and_take_nothing_unknown() -> None:
    given = Rollback(service="checkout", environment="production")
    with pytest.raises(ValidationError):
        given.service = "payments"  # type: ignore[misc]  # the claim is that it cannot
    with pytest.raises(ValidationError):
        Rollback.model_validate({"service": "checkout", "environment": "production", "force": True})


@pytest.mark.parametrize(
    "changes",
    [{"tenant": ""}, {"principal": "a b"}, {"key": "run_1\n"}, {"now": datetime(2026, 11, 20)}],  # noqa: DTZ001 - the claim is that it is refused
)
def test_a_context_names_its_caller_and_its_moment(changes: dict[str, object]) -> None:
    fields = {"tenant": "acme", "principal": "alice", "correlation": "c", "key": "run_1:0"}
    now = {"now": datetime(2026, 11, 20, tzinfo=UTC)}
    assert CallContext.model_validate(fields | now).deadline_s > 0
    with pytest.raises(ValidationError):
        CallContext.model_validate(fields | now | changes)


@every
def test_the_hand_of_a_system_that_is_missing_looks_where_the_capability_reads_and_acts_elsewhere(
    capability: Capability,
) -> None:
    hand = missing(capability, "QUARTERDECK_X")
    assert isinstance(hand, Reader) is (capability.effect is Effect.READ)
    assert isinstance(hand, Actor) is not isinstance(hand, Reader)


def test_a_hand_that_looks_cannot_act_and_one_that_acts_cannot_look() -> None:
    for hand in FakeEstate().hands():
        assert isinstance(hand, Reader) is not isinstance(hand, Actor)
