"""Policy says yes only where a policy permits, nothing forbids and nothing went wrong in between."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from pydantic import ValidationError

from bot.policies import shipped
from memory.errors import PolicyInvalid
from memory.model.catalogue import Freeze
from memory.model.intent import Provenance
from memory.model.people import Compliance
from memory.model.plan import Call, Tier
from memory.model.value import JsonValue
from tests.fakes.people import CATALOGUE, EVERYBODY, default_text, facts, policy
from tests.fakes.time import MIDNIGHT
from tests.tools.policy.asking import PATIENT, joined, questions
from tests.tools.policy.world import FACTS
from tools.capabilities import EVERY
from tools.policy import Assent, Facts, Policy, Question
from tools.policy.arguments import argument_types
from tools.policy.document import formatted
from tools.policy.schema import cedar_schema

POLICY = policy()


def call(tool: str, **arguments: object) -> Call:
    return Call.model_validate({"tool": tool, "arguments": arguments})


def asked(principal: str, call: Call, approvals: int) -> Question:
    return Question(principal=principal, call=call, at=MIDNIGHT, approvals=approvals)


ELSEWHERE = Policy(default_text(), FACTS)
YEAR_END = Freeze(name="year-end", starts_at=MIDNIGHT, ends_at=MIDNIGHT + timedelta(days=9))
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
    ruling = POLICY.rule(asked(principal=who, call=what, approvals=approvals))
    assert ruling.allowed is allowed, ruling
    assert ruling.policies
    assert bool(ruling.reason) is not allowed


@pytest.mark.parametrize(
    ("approver", "allowed"), [("bob", True), ("alice", False), ("vic", False), ("robot", False), ("nobody", False)]
)
def test_a_plan_of_alice_is_approved_by_people_who_may_and_never_by_herself(approver: str, allowed: bool) -> None:
    assert POLICY.rule_assent(Assent(principal=approver, requester="alice", at=MIDNIGHT)).allowed is allowed


def test_a_no_names_the_policy_and_what_would_be_needed() -> None:
    ruling = POLICY.rule(asked(principal="alice", call=CRITICAL, approvals=1))
    assert ruling.policies == ("critical-production-needs-two",)
    assert "two" in ruling.reason
    assert "two different people" in ruling.needed


def test_a_forbid_whose_evaluation_fails_still_means_no() -> None:
    broken = (
        default_text() + '@id("late") forbid (principal, action, resource) when { resource in Estate::"gone" };'
    )
    trap = policy(broken.replace('resource in Estate::"gone"', "principal.teams.contains(principal.kind)"))
    assert not trap.rule(asked(principal="ghost", call=ROLLBACK, approvals=5)).allowed


def test_a_tool_without_a_tier_is_no_action_at_all() -> None:
    tierless = tuple(c.model_copy(update={"tier": None}) if c.name == "deploy.rollback" else c for c in EVERY)
    assert '"deploy.rollback"' not in cedar_schema(tierless)
    without = policy(capabilities=tierless)
    assert not without.rule(asked(principal="alice", call=ROLLBACK, approvals=5)).allowed


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
    for source in shipped().policies:
        assert formatted(source.text) == source.text, source.name


def test_arguments_become_typed_context() -> None:
    kinds = {c.name: argument_types(c.arguments) for c in EVERY}
    assert kinds["service.scale"] == {"service": "String", "environment": "String", "replicas": "Long"}
    assert kinds["flag.set"] == {"flag": "String", "enabled": "Bool"}
    assert kinds["alerts.list"]["severity"] == "String"


@PATIENT
@given(questions())
def test_more_approvals_never_make_the_answer_worse(question: Question) -> None:
    if ELSEWHERE.rule(question).allowed:
        assert ELSEWHERE.rule(question.model_copy(update={"approvals": question.approvals + 1})).allowed


def test_a_number_without_a_canonical_form_is_refused_because_it_has_no_hash() -> None:
    with pytest.raises(PolicyInvalid, match="canonical"):
        policy('@id("a") permit (principal, action, resource) when { 9007199254740993 > 1 };')


def test_a_template_is_refused_because_it_would_decide_nothing() -> None:
    with pytest.raises(PolicyInvalid, match="template"):
        policy('@id("a") permit (principal == ?principal, action, resource);')


def test_the_hash_does_not_change_with_the_order_of_the_policies() -> None:
    assert policy(joined(reversed(POLICY.documents()))).hash == POLICY.hash


def test_policies_of_one_hash_are_equal() -> None:
    assert policy() == POLICY
    assert len({policy(), POLICY}) == 1
    assert policy(people=EVERYBODY[:-1]) != POLICY


@pytest.mark.parametrize(
    "changed",
    [
        {"catalogue": CATALOGUE.model_copy(update={"freezes": (YEAR_END,)})},
        {"trust": {"service.scale": 99}},
        {"timezone": "Europe/Berlin"},
        {"compliance": Compliance.REGIONAL},
        {"people": (EVERYBODY[0].model_copy(update={"region": "eu"}), *EVERYBODY[1:])},
    ],
)
def test_the_hash_changes_with_every_fact_a_decision_may_rest_on(changed: dict[str, object]) -> None:
    known = facts()
    assert Policy(default_text(), known.model_copy(update=changed)).hash != POLICY.hash


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"name": "execute"}, "taken"),
        ({"name": "approve"}, "taken"),
        ({"name": "break_glass"}, "taken"),
        ({"name": "promote"}, "taken"),
        ({"tier": Tier.OBSERVE}, "change nothing"),
    ],
)
def test_a_tool_that_would_confuse_policies_is_refused(changed: dict[str, object], found: str) -> None:
    restart = next(each for each in EVERY if each.name == "service.restart")
    with pytest.raises(PolicyInvalid, match=found):
        policy(capabilities=(*EVERY, restart.model_copy(update={"name": "service.kick"} | changed)))


def test_policies_see_weekdays_and_hours_in_the_timezone_of_the_tenant() -> None:
    text = """@id("a") permit (principal, action in Action::"call", resource)
    when { context.weekday == 7 && context.hour == 0 && context.now == datetime("2026-11-21T23:30:00Z") };"""
    at = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)  # a Saturday in London, already Sunday in Berlin
    question = Question(principal="vic", call=call("status.digest"), at=at)
    assert Policy(text, facts().model_copy(update={"timezone": "Europe/Berlin"})).rule(question).allowed
    assert not policy(text).rule(question).allowed


def test_durations_can_be_bounded() -> None:
    text = """@id("a") permit (principal, action, resource);
    @id("short") forbid (principal, action == Action::"silence.create", resource)
    when { context.arguments has duration && context.arguments.duration > duration("8h") };"""
    ruled = [
        policy(text).rule(asked("alice", call("silence.create", service="checkout", duration=length), 0)).allowed
        for length in ("8h", "480m", "481m", "1w")
    ]
    assert ruled == [True, True, False, False]


def test_what_is_not_known_to_the_facts_is_refused_with_the_facts_themselves() -> None:
    with pytest.raises(ValidationError, match="time zone"):
        Facts(tenant="acme", capabilities=EVERY, timezone="Mars/Olympus")
    with pytest.raises(ValidationError, match="0 to 100"):
        Facts(tenant="acme", capabilities=EVERY, trust={"service.scale": 101})


@pytest.mark.parametrize(
    "arguments",
    [
        {"service": False},
        {"service": 0},
        {"service": ""},
        {"service": ["payments"]},
        {"service": {"name": "payments"}},
        {"service": "payments", "environment": ""},
        {"service": "payments", "environment": 0},
        {"service": "payments", "environment": ["production"]},
    ],
)
def test_a_call_that_is_vague_about_where_does_not_escape_what_is_asked_there(
    arguments: dict[str, object],
) -> None:
    vague = call("deploy.rollback", **({"environment": "production"} | arguments))
    assert not policy('@id("a") permit (principal, action, resource);').rule(asked("alice", vague, 5)).allowed


@pytest.mark.parametrize(
    "odd", [float("nan"), float("inf"), "\ud800", [[[[]]]], 10**400, 2**63, -1.5, "x" * 100_000]
)
def test_a_value_cedar_cannot_read_is_a_no_and_spoils_no_other_answer(odd: JsonValue) -> None:
    questions_ = [
        asked("alice", LOOK, 0),
        asked("alice", Call.model_construct(tool="service.scale", arguments={"replicas": odd}, provenance={}), 5),
        asked("alice", LOOK, 0),
    ]
    assert [each.allowed for each in POLICY.rule_each(questions_)] == [True, False, True]


def test_two_people_of_one_name_are_refused() -> None:
    with pytest.raises(PolicyInvalid, match="facts"):
        policy(people=(*EVERYBODY, EVERYBODY[0].model_copy(update={"roles": ()})))


def test_what_help_lists_is_each_persons_own_and_the_same_when_asked_again() -> None:
    fresh = policy()
    viewer, operator = fresh.permitted("vic"), fresh.permitted("alice")
    assert set(viewer) < set(operator)
    assert (fresh.permitted("vic"), fresh.permitted("alice"), fresh.permitted("nobody")) == (viewer, operator, ())
