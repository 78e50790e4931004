"""A tool is found by exactly its name, and is called with arguments that fit or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.errors import InvalidInput, InvalidWindow, NotFound
from memory.model.value import JsonValue
from tests.fakes.estate import FakeEstate, RollbackHand
from tools.capabilities import EVERY
from tools.capabilities.deploys import DEPLOY_ROLLBACK, Rollback
from tools.contract import Arguments, Capability, Tool
from tools.registry import Registry, validated

NAMES = ["metrics.signal", "deploy.rollback", "deploy.release", "service.scale"]
FITTING: dict[str, JsonValue] = {"service": "checkout", "environment": "production"}


@pytest.fixture
def registry() -> Registry:
    return Registry(FakeEstate().hands())


def test_tools_come_in_the_order_they_were_registered(registry: Registry) -> None:
    assert [capability.name for capability in registry.capabilities()] == NAMES
    assert [tool.capability for tool in registry] == list(registry.capabilities())


def test_a_tool_is_found_by_its_name(registry: Registry) -> None:
    assert isinstance(registry.tool("deploy.rollback"), RollbackHand)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "deploy",
        "deploy.*",
        "deploy.rollback2",
        "Deploy.Rollback",
        " deploy.rollback",
        "deploy.rollback\n",
        "*",
    ],
)
def test_a_name_is_matched_exactly_or_not_at_all(registry: Registry, name: str) -> None:
    with pytest.raises(NotFound, match="known tool"):
        registry.tool(name)
    with pytest.raises(NotFound, match="known tool"):
        registry.arguments(name, FITTING)


def test_two_tools_of_one_name_are_refused_from_the_start() -> None:
    estate = FakeEstate()
    with pytest.raises(InvalidInput, match=r"one tool named deploy\.rollback"):
        Registry([*estate.hands(), RollbackHand(estate)])


def test_a_registry_without_tools_knows_none() -> None:
    assert Registry([]).capabilities() == ()
    with pytest.raises(NotFound):
        Registry([]).tool("deploy.rollback")


def test_what_becomes_of_the_list_afterwards_changes_nothing() -> None:
    hands: list[Tool] = list(FakeEstate().hands())
    registry = Registry(hands)
    hands.clear()
    assert len(registry.capabilities()) == len(NAMES)


def test_arguments_that_fit_come_back_as_the_capabilitys_own(registry: Registry) -> None:
    assert registry.arguments("deploy.rollback", FITTING) == Rollback(service="checkout", environment="production")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"service": None}, "for service, found None"),
        ({"service": "two words"}, "for service, found 'two words'"),
        ({"service": ["checkout"]}, "for service"),
        ({"version": "latest"}, "for version, found 'latest'"),
        ({"force": True}, "for force, found True"),
        ({"service": "", "version": ""}, "for service"),
    ],
)
def test_an_argument_that_does_not_fit_is_named_with_what_was_found(
    registry: Registry, changes: dict[str, JsonValue], said: str
) -> None:
    with pytest.raises(InvalidInput, match=r"^deploy\.rollback expected") as refused:
        registry.arguments("deploy.rollback", {**FITTING, **changes})
    assert said in refused.value.message


def test_an_argument_that_is_missing_is_named() -> None:
    with pytest.raises(InvalidInput, match="field required for environment"):
        validated(DEPLOY_ROLLBACK, {"service": "checkout"})


def test_a_time_range_that_cannot_be_read_says_what_one_looks_like(registry: Registry) -> None:
    with pytest.raises(InvalidWindow, match="such as 15m"):
        registry.arguments("metrics.signal", {"service": "checkout", "signal": "traffic", "window": "soon"})


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
GOOD = st.sampled_from(["checkout", "production", "error_rate", "1.4.1", "15m", "up", 3, True])
FIELDS = sorted({name for capability in EVERY for name in capability.arguments.model_fields} | {"odd"})


@given(st.sampled_from(EVERY), st.dictionaries(st.sampled_from(FIELDS), GOOD | VALUES, max_size=5))
def test_whatever_is_given_either_fits_and_stays_itself_or_is_refused(
    capability: Capability, values: dict[str, JsonValue]
) -> None:
    try:
        first = validated(capability, values)
    except InvalidInput:
        return
    assert isinstance(first, Arguments)
    assert validated(capability, first.model_dump(mode="json")) == first
