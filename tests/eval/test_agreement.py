"""Calls that mean the same are equal, and only those."""

import pytest

from memory.model.intent import Argument, Intent, IntentKind, Provenance
from memory.model.value import JsonValue
from tests.eval.agreement import exact, right, same_call, settled
from tests.eval.sets import Outcome, Utterance


def intent(kind: IntentKind, tool: str = "", **values: JsonValue) -> Intent:
    arguments = {name: Argument(value=value, provenance=Provenance.SAID) for name, value in values.items()}
    return Intent(text="", kind=kind, tool=tool, arguments=arguments)


@pytest.mark.parametrize(
    ("tool", "one", "other"),
    [
        ("metrics.signal", {"window": "60m"}, {"window": "1h"}),
        ("metrics.signal", {"window": "24h"}, {"window": "1d"}),
        ("metrics.signal", {"window": "1h"}, {}),
        (
            "logs.search",
            {"window": "2026-11-20T14:00:00Z/2026-11-20T15:00:00Z"},
            {"window": "2026-11-20T14:00:00+00:00/2026-11-20T15:00:00+00:00"},
        ),
        ("alerts.list", {"state": "firing", "service": None}, {}),
        ("deploys.list", {"window": "1d"}, {}),
        ("deploy.release", {"version": "v1.4.2"}, {"version": "1.4.2"}),
        ("silence.expire", {"silence": "DEADBEEF"}, {"silence": "deadbeef"}),
        ("metrics.query", {"query": "sum( up )\n"}, {"query": "sum( up )"}),
        ("metrics.signal", {"service": "email-worker", "environment": "production"}, {"service": "email-worker"}),
    ],
)
def test_other_words_for_the_same_call_are_equal(
    tool: str, one: dict[str, JsonValue], other: dict[str, JsonValue]
) -> None:
    assert settled(tool, one) == settled(tool, other)


@pytest.mark.parametrize(
    ("tool", "one", "other"),
    [
        ("metrics.signal", {"window": "today"}, {"window": "1d"}),
        ("metrics.signal", {"service": "checkout", "environment": "production"}, {"service": "checkout"}),
        ("service.restart", {"service": "email-worker", "environment": "production"}, {"service": "email-worker"}),
        ("service.scale", {"replicas": 0}, {}),
        ("flag.set", {"enabled": False}, {}),
        ("deploy.release", {"version": "1.4.2"}, {"version": "1.4.20"}),
    ],
)
def test_different_calls_are_not_equal(tool: str, one: dict[str, JsonValue], other: dict[str, JsonValue]) -> None:
    assert settled(tool, one) != settled(tool, other)


def test_the_right_tool_with_other_arguments_is_right_and_not_exact() -> None:
    asked = Utterance(
        text="", kind=IntentKind.TOOL, tool="service.restart", arguments={"service": "auth", "environment": "dev"}
    )
    found = intent(IntentKind.TOOL, "service.restart", service="auth", environment="production")
    assert right(asked, found)
    assert not exact(asked, found)


def test_any_accepted_outcome_counts() -> None:
    other = Outcome(kind=IntentKind.CLARIFY)
    asked = Utterance(text="", kind=IntentKind.OUT_OF_SCOPE, also=(other,))
    assert exact(asked, intent(IntentKind.CLARIFY, "service.restart"))
    assert not right(asked, intent(IntentKind.SMALLTALK))


def test_arguments_that_are_not_judged_do_not_matter() -> None:
    outcome = Outcome(kind=IntentKind.TOOL, tool="metrics.names", arguments=None)
    assert same_call(outcome, intent(IntentKind.TOOL, "metrics.names", contains="anything"))
