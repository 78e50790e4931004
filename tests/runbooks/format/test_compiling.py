"""The same file and inputs give the same plan, byte for byte; values are put in by type and keep their origin."""

from collections.abc import Mapping
from types import MappingProxyType

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from memory.canonical import canonical
from memory.errors import InvalidInput, RunbookOnlySuggests
from memory.model.catalogue import Catalogue, Service
from memory.model.intent import Argument, Provenance
from memory.model.plan import Budget, Comparison
from memory.model.value import JsonValue
from runbooks.format import Compiled, bound, compiled
from runbooks.format.references import filled
from tests.runbooks.format.written import SOUND, sound
from tools.capabilities import EVERY

SERVICES = Catalogue(
    services=(
        Service(name="checkout", depends_on=("payments", "search")),
        Service(name="payments"),
        Service(name="search"),
    )
)
TOOLS = {each.name: each for each in EVERY}
LOOP = """tool: service.restart
for_each: {each: one, in: "{{ service.depends_on }}", most: 5}
arguments:
  service: "{{ one }}"
  environment: "{{ environment }}"
"""
ROLLBACK = SOUND[SOUND.index("tool: deploy.rollback") : SOUND.index("when:")]
UNUSED = "  version: {type: version, says: which version, optional: true}\n"
RESTARTS = SOUND.replace(UNUSED, "").replace(ROLLBACK, LOOP)


def put_in(
    text: str = SOUND,
    origin: Provenance = Provenance.SAID,
    given: Mapping[str, JsonValue] = MappingProxyType({}),
    **named: JsonValue,
) -> Compiled:
    runbook, inputs = sound(text), {**given, **named}
    given_ = {name: Argument(value=value, provenance=origin) for name, value in inputs.items()}
    values = bound(runbook.head.inputs, given_, SERVICES)
    return compiled(runbook, values, SERVICES, TOOLS)


def test_it_looks_first_and_proposes_what_acts() -> None:
    made = put_in(service="checkout")
    assert [look.call.tool for look in made.looks] == ["metrics.signal"]
    assert [call.tool for call in made.proposal.calls] == ["deploy.rollback"]
    assert made.proposal.runbook == "calm-down@1.10"
    assert made.proposal.budget == Budget(seconds=600, calls=40)


def test_what_a_step_says_of_its_call_goes_with_it() -> None:
    terms = put_in(service="checkout", most=0.5).proposal.terms[0]
    assert terms.when is not None
    assert (terms.when.comparison, terms.when.bound) == (Comparison.ABOVE, 0.5)
    assert terms.checks is not None
    assert (terms.checks[0].within_s, terms.checks[0].settle_s) == (180, 30)
    assert terms.checks[0].says == "the errors of checkout are below 0.5"
    assert (terms.timeout_s, terms.attempts) == (60, 2)


def test_an_optional_input_that_is_absent_leaves_its_argument_out() -> None:
    call = put_in(service="checkout").proposal.calls[0]
    assert call.arguments == {"service": "checkout", "environment": "production"}


def test_every_value_says_where_it_came_from() -> None:
    made = put_in(service="checkout", origin=Provenance.UNTRUSTED)
    assert made.proposal.calls[0].provenance == {
        "service": Provenance.UNTRUSTED,
        "environment": Provenance.DEFAULT,
    }
    assert made.looks[0].call.provenance["signal"] is Provenance.RUNBOOK


def test_a_step_is_taken_for_each_of_a_services_list() -> None:
    made = put_in(RESTARTS, service="checkout")
    assert [call.arguments["service"] for call in made.proposal.calls] == ["payments", "search"]
    assert made.steps == (2, 2)
    assert {call.provenance["service"] for call in made.proposal.calls} == {Provenance.CATALOGUE}


def test_a_list_longer_than_its_bound_is_refused() -> None:
    with pytest.raises(InvalidInput, match="at most 1"):
        put_in(RESTARTS.replace("most: 5", "most: 1"), service="checkout")


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({}, "which service"),
        ({"service": "chekout"}, "a known service"),
        ({"service": "checkout", "most": 2}, "at most 1"),
        ({"service": "checkout", "most": "0.1"}, "a number"),
        ({"service": "checkout", "most": True}, "a number"),
        ({"service": "checkout", "version": "latest; rm -rf /"}, "a version"),
        ({"service": "checkout", "colour": "red"}, "inputs of the runbook"),
    ],
)
def test_inputs_that_do_not_fit_are_refused_by_name(inputs: dict[str, JsonValue], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        put_in(given=inputs)


def test_what_only_suggests_is_never_compiled() -> None:
    text = SOUND.replace("```action", "```yaml").replace("tier: execute", "tier: suggest")
    with pytest.raises(RunbookOnlySuggests):
        put_in(text, service="checkout")


def test_the_same_file_and_inputs_give_the_same_bytes() -> None:
    assert canonical(put_in(service="checkout")) == canonical(put_in(service="checkout"))


@for_any(st.text())
def test_a_value_is_put_in_as_it_is_and_never_read_again(value: str) -> None:
    assert filled("{{ a }}", {"a": value}) == value
    assert filled("<{{ a }}>", {"a": value}) == f"<{value}>"
    assert filled({"x": ["{{ a }}"]}, {"a": "{{ b }}"}) == {"x": ["{{ b }}"]}
