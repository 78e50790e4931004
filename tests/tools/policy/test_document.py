"""Text and JSON are two forms of the same policies, and each policy is found where it was written."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policies import shipped
from memory.errors import PolicyInvalid
from tests.tools.policy.asking import PATIENT
from tools.policy.document import documents, formatted, to_json, to_text
from tools.policy.source import Library, Source, statements, unparsed

PRINCIPALS = ("principal", 'principal in Role::"viewer"', 'principal == User::"acme/a b\\"c"', "principal is User")
ACTIONS = ("action", 'action == Action::"approve"', 'action in [Action::"execute", Action::"write"]')
RESOURCES = ("resource", 'resource is Service in Estate::"acme"', 'resource == Service::"acme/ü"')
CONDITIONS = (
    "",
    "when { context.approvals >= 1 }",
    'unless { principal.teams.containsAny(["a", "b;c", "// no remark"]) }',
    'when { context.now.toTime() > duration("1h30m") } unless { resource.owner like "a*\\*" }',
    "when { if context has budget then context.budget.cents > -1 else !(1 + 2 * 3 == 7) }",
)


NOTES = st.text(st.characters(exclude_categories=["C"]), max_size=8)
POLICIES = st.builds(
    "@reason({}) {} ({}, {}, {}) {};".format,
    NOTES.map(lambda note: json.dumps(note, ensure_ascii=False)),
    st.sampled_from(["permit", "forbid"]),
    st.sampled_from(PRINCIPALS),
    st.sampled_from(ACTIONS),
    st.sampled_from(RESOURCES),
    st.sampled_from(CONDITIONS),
)


def _together(policies: list[str]) -> str:
    remark = '\n// a remark; with a " in it\n'
    return remark.join(f'@id("p{number}") {policy}' for number, policy in enumerate(policies))


def texts() -> st.SearchStrategy[str]:
    """Return a few policies with remarks and annotations of every kind."""
    return st.lists(POLICIES, min_size=1, max_size=4).map(_together)


@PATIENT
@given(texts())
def test_json_becomes_text_and_the_same_json_again(text: str) -> None:
    form = to_json(text)
    assert to_json(to_text(form)) == form
    assert to_text(to_json(to_text(form))) == to_text(form)


def test_the_shipped_policies_come_back_exactly() -> None:
    form = to_json(shipped().text())
    assert json.loads(to_json(to_text(form))) == json.loads(form)


@PATIENT
@given(texts())
def test_every_statement_is_found_whatever_its_strings_and_remarks_hold(text: str) -> None:
    found = list(statements(Source(name="x.cedar", text=text)))
    assert [each.name for each in found] == [each.name for each in documents(text)]
    assert all(len(documents(each.text)) == 1 for each in found)


def test_formatting_keeps_remarks_and_is_done_once() -> None:
    once = formatted('// why\n@id("a") permit(principal,action,resource);')
    assert once.startswith("// why\n")
    assert formatted(once) == once


def test_a_policy_is_found_at_its_file_and_line() -> None:
    library = Library(
        policies=(Source(name="a", text="// x\n"), Source(name="b", text='// y\n\n@id("q") permit;'))
    )
    written = library.written("q")
    assert written is not None
    assert (written.place, written.text) == ("b:3", '@id("q") permit;')
    assert library.written("r") is None


def test_what_does_not_parse_is_named_with_its_line() -> None:
    source = Source(name="p.cedar", text='@id("a") permit (principal, action, resource);\n\npermit (principal;\n')
    ((broken, said),) = unparsed(source)
    assert broken.place == "p.cedar:3"
    assert said


@pytest.mark.parametrize("form", ["{", "{}", '{"staticPolicies": {"a": {"effect": "maybe"}}}'])
def test_json_that_is_no_policy_set_is_refused(form: str) -> None:
    with pytest.raises(PolicyInvalid, match="JSON form"):
        to_text(form)
    with pytest.raises(PolicyInvalid, match="parse"):
        formatted("permit (")


@pytest.mark.parametrize(
    ("condition", "reads"),
    [
        ("", False),
        ("when { context.approvals > 0 }", True),
        ("unless { context has approvals }", True),
        ("when { [context].contains(context) }", True),
        ("when { context.arguments.approvals > 0 }", False),
        ("when { context.trust > 1 && principal.approvals == 1 }", False),
        ("when { if context has budget then context.budget.cents < context.approvals else true }", True),
    ],
)
def test_a_policy_is_known_to_read_the_approvals_wherever_it_does(condition: str, *, reads: bool) -> None:
    (found,) = documents(f'@id("a") permit (principal, action, resource) {condition};')
    assert found.counts_approvals is reads
