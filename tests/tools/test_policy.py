"""Policy says yes only where a policy permits, nothing forbids and nothing went wrong in between."""

import json
from importlib.resources import files

import cedarpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.errors import PolicyInvalid
from memory.model.intent import Provenance
from memory.model.plan import Call
from tests.fakes.people import CATALOGUE, EVERYBODY, default_text, policy
from tools.capabilities import EVERY
from tools.policy import Question
from tools.policy.schema import argument_types, cedar_schema

POLICY = policy()


def call(tool: str, **arguments: object) -> Call:
    return Call.model_validate({"tool": tool, "arguments": arguments})


SCALE = call("service.scale", service="checkout", environment="production", replicas=5)
ROLLBACK = call("deploy.rollback", service="checkout", environment="production")
CRITICAL = call("service.restart", service="payments", environment="production")
LOOK = call("metrics.signal", service="checkout", signal="error_rate")


@pytest.mark.parametrize(
    ("who", "what", "approvals", "allowed"),
    [
        ("vic", LOOK, 0, True),
        ("alice", LOOK, 0, True),
        ("bob", LOOK, 0, True),
        ("nobody", LOOK, 0, False),
        ("mallory", LOOK, 0, False),
        ("vic", ROLLBACK, 5, False),
        ("bob", ROLLBACK, 5, False),
        ("alice", ROLLBACK, 0, False),
        ("alice", ROLLBACK, 1, True),
        ("robot", ROLLBACK, 1, True),
        ("alice", CRITICAL, 1, False),
        ("alice", CRITICAL, 2, True),
        ("alice", SCALE.model_copy(update={"arguments": {**SCALE.arguments, "replicas": 50}}), 1, True),
        ("alice", SCALE.model_copy(update={"arguments": {**SCALE.arguments, "replicas": 51}}), 5, False),
        ("alice", SCALE.model_copy(update={"provenance": {"replicas": Provenance.UNTRUSTED}}), 5, False),
        ("alice", call("service.restart", service="nowhere", environment="production"), 5, False),
        ("alice", call("made.up", service="checkout"), 5, False),
        ("alice", call("service.restart", service="checkout", environment="production", force=True), 5, False),
    ],
)
def test_the_default_policies_decide_as_documented(who: str, what: Call, approvals: int, allowed: bool) -> None:
    ruling = POLICY.rule(Question(principal=who, call=what, approvals=approvals))
    assert ruling.allowed is allowed, ruling
    assert ruling.policies
    assert bool(ruling.reason) is not allowed


@pytest.mark.parametrize(
    ("approver", "allowed"), [("bob", True), ("alice", False), ("vic", False), ("robot", False), ("nobody", False)]
)
def test_a_plan_of_alice_is_approved_by_people_who_may_and_never_by_herself(approver: str, allowed: bool) -> None:
    assert POLICY.rule_approval(approver, "run_1", "alice").allowed is allowed


def test_a_no_names_the_policy_and_what_would_be_needed() -> None:
    ruling = POLICY.rule(Question(principal="alice", call=CRITICAL, approvals=1))
    assert ruling.policies == ("critical-production-needs-two",)
    assert "two" in ruling.reason
    assert "two different people" in ruling.needed


def test_a_forbid_whose_evaluation_fails_still_means_no() -> None:
    broken = (
        default_text() + '@id("late") forbid (principal, action, resource) when { resource in Estate::"gone" };'
    )
    trap = policy(broken.replace('resource in Estate::"gone"', "principal.teams.contains(principal.kind)"))
    assert not trap.rule(Question(principal="ghost", call=ROLLBACK, approvals=5)).allowed


def test_a_tool_without_a_tier_is_no_action_at_all() -> None:
    tierless = tuple(c.model_copy(update={"tier": None}) if c.name == "deploy.rollback" else c for c in EVERY)
    assert '"deploy.rollback"' not in cedar_schema(tierless)
    without = policy(capabilities=tierless)
    assert not without.rule(Question(principal="alice", call=ROLLBACK, approvals=5)).allowed


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "none"),
        ("permit (", "parse"),
        ("permit (principal, action, resource);", "@id"),
        ('@id("a") permit (principal, action == Action::"nope", resource);', "schema"),
        ('@id("a") permit (principal, action, resource) when { principal.shoe == 43 };', "schema"),
        ('@id("a") permit (principal, action, resource); @id("a") forbid (principal, action, resource);', "@id"),
    ],
)
def test_a_policy_set_that_cannot_be_relied_on_is_refused(text: str, found: str) -> None:
    with pytest.raises(PolicyInvalid, match=found):
        policy(text)


def test_the_hash_changes_with_the_text_the_tools_the_people_and_the_services() -> None:
    hashes = {
        POLICY.hash,
        policy(default_text().replace("> 50", "> 40")).hash,
        policy(people=EVERYBODY[:-1]).hash,
        policy(capabilities=EVERY[:-1]).hash,
        policy(catalogue=CATALOGUE.model_copy(update={"services": CATALOGUE.services[:-1]})).hash,
    }
    assert len(hashes) == 5
    assert policy().hash == POLICY.hash


def test_the_hash_does_not_change_with_layout_and_comments() -> None:
    assert policy("// a remark\n\n" + default_text()).hash == POLICY.hash


def test_the_shipped_policies_are_formatted() -> None:
    text = files("tools.policy").joinpath("default.cedar").read_text()
    assert cedarpy.format_policies(text, line_width=115, indent_width=2).strip() == text.strip()


def test_arguments_become_typed_context() -> None:
    kinds = {c.name: argument_types(c.arguments) for c in EVERY}
    assert kinds["service.scale"] == {"service": "String", "environment": "String", "replicas": "Long"}
    assert kinds["flag.set"] == {"flag": "String", "enabled": "Bool"}
    assert kinds["alerts.list"]["severity"] == "String"


PRINCIPALS = st.sampled_from(["vic", "alice", "bob", "cara", "robot", "ghost", "mallory", "", "a/b", "ali\nce"])
TOOLS = st.sampled_from([capability.name for capability in EVERY] + ["made.up", "approve", "execute"])
VALUES = st.one_of(
    st.sampled_from(["checkout", "payments", "nowhere", "production"]), st.integers(-5, 100), st.booleans()
)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    names = draw(st.lists(st.sampled_from(["service", "environment", "replicas", "version", "odd"]), unique=True))
    origin = st.sampled_from([Provenance.SAID, Provenance.UNTRUSTED])
    made = Call(
        tool=draw(TOOLS),
        arguments={name: draw(VALUES) for name in names},
        provenance={name: draw(origin) for name in names},
    )
    return Question(principal=draw(PRINCIPALS), call=made, approvals=draw(st.integers(0, 6)))


@given(questions())
def test_no_request_with_an_evaluation_error_an_unknown_person_or_an_untrusted_value_acts(
    question: Question,
) -> None:
    ruling = POLICY.rule(question)
    if ruling.allowed:
        assert question.principal in {p.id for p in EVERYBODY}
        tier = {c.name: c.tier for c in EVERY}[question.call.tool]
        assert tier == "observe" or not question.call.untrusted()
        assert tier == "observe" or question.approvals >= 1


def _without(text: str, name: str) -> str:
    documents = json.loads(cedarpy.policies_to_json_str(text))
    kept = {k: v for k, v in documents["staticPolicies"].items() if v["annotations"]["id"] != name}
    return str(cedarpy.policies_from_json_str(json.dumps({**documents, "staticPolicies": kept})))


PERMITS = [
    "observe-is-for-viewers",
    "execute-is-for-operators-with-approval",
    "approvers-approve",
]
NARROWER = {name: policy(_without(default_text(), name)) for name in PERMITS}


@given(questions(), st.sampled_from(PERMITS))
def test_removing_a_permit_never_widens(question: Question, removed: str) -> None:
    if NARROWER[removed].rule(question).allowed:
        assert POLICY.rule(question).allowed


@given(questions())
def test_more_approvals_never_make_the_answer_worse(question: Question) -> None:
    if POLICY.rule(question).allowed:
        assert POLICY.rule(question.model_copy(update={"approvals": question.approvals + 1})).allowed
