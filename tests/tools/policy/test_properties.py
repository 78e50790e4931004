"""What holds for every request: a fault, a stranger or one rule more never opens anything."""

from functools import cache
from typing import Any

import cedarpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.model.decision import Allow, Decision, NeedsApproval
from memory.model.plan import Effect, Tier
from tests.fakes.people import default_text
from tests.tools.policy.asking import PATIENT, STRANGERS, joined, questions
from tests.tools.policy.world import CATALOGUE, FACTS, PEOPLE, TOOLS, TUESDAY
from tools.policy import Assent, Policy, Promotion, Question, Ruling, Say, decide
from tools.policy.quorum import MOST_APPROVALS, decide_each
from tools.policy.refusals import NOT_EVALUATED
from tools.policy.schema import CONTEXT

POLICY = Policy(default_text(), FACTS)
GENEROUS = '@id("all") permit (principal, action, resource);\n'
EVERYTHING = Policy(GENEROUS, FACTS)
KNOWN = {each.id for each in PEOPLE if each.tenant == FACTS.tenant}
TOOL = {each.name: each for each in TOOLS}

# Each fits the schema and fails for some requests, or for all: no such entity, a sum that is too large.
FAILING = (
    'when { Freeze::"nowhere".ends < context.now }',
    'when { Tool::"gone".trust == 1 }',
    'when { User::"acme/ghost".kind == "person" }',
    "when { context.approvals * 9007199254740991 * 9007199254740991 < 0 }",
)
TRAPS = [
    Policy(f'{GENEROUS}@id("late") forbid (principal, action in Action::"call", resource) {each};', FACTS)
    for each in FAILING
]
WIDE = default_text() + (
    '@id("calm") permit (principal in Role::"operator", action == Action::"service.restart", resource)'
    ' when { context.environment == "staging" };'
    '@id("heal") permit (principal, action in Action::"autonomous", resource) when { context.approvals >= 3 };'
    '@id("exactly") permit (principal, action == Action::"flag.set", resource) when { context.approvals == 2 };'
    '@id("owners") permit (principal, action in Action::"execute", resource is Service)'
    " when { principal.teams.contains(resource.owner) || context.approvals >= 4 };"
)
SETS = {"shipped": POLICY, "wide": Policy(WIDE, FACTS)}
ONE_LESS = [
    (whole, Policy(joined(each for each in whole.documents() if each.name != permit.name), FACTS))
    for whole in SETS.values()
    for permit in whole.documents()
    if permit.permits
]
SCOPES = (
    'principal, action in Action::"call", resource',
    'principal in Role::"operator", action in Action::"call", resource',
    'principal, action in Action::"execute", resource is Service',
)
CONDITIONS = (
    "",
    "when { context.approvals < 3 }",
    "when { context.hour >= 9 && context.weekday <= 5 }",
    'when { context.environment == "staging" } unless { context has budget }',
    *FAILING,
)
ONE_MORE = [f'@id("added") forbid ({scope}) {condition};' for scope in SCOPES for condition in CONDITIONS]


@cache
def with_one_more(whole: str, added: str) -> Policy:
    return Policy(f"{SETS[whole].text} {added}", FACTS)


def cedar(policy: Policy, question: Question) -> cedarpy.AuthzResult | Ruling:
    """Return what Cedar itself says, or the no that never reached it."""
    request: dict[str, Any] | Ruling = policy._known.refuse(question) or policy._request(question)
    if isinstance(request, Ruling):
        return request
    return cedarpy.is_authorized(request, policy._policies, policy._entities, policy._schema)


@PATIENT
@given(questions(), st.sampled_from([*TRAPS, *SETS.values()]))
def test_no_request_with_an_evaluation_error_is_ever_allowed(question: Question, policy: Policy) -> None:
    said = cedar(policy, question)
    ruling = policy.rule(question)
    if isinstance(said, Ruling):
        assert not ruling.allowed
    else:
        assert ruling.allowed is (said.allowed and not said.diagnostics.errors)


@pytest.mark.parametrize("trap", TRAPS)
def test_what_cedar_allows_because_a_forbid_failed_is_a_no(trap: Policy) -> None:
    question = Question.model_validate(
        {"principal": "vic", "call": {"tool": "status.digest"}, "at": TUESDAY, "approvals": 5}
    )
    said = cedar(trap, question)
    assert isinstance(said, cedarpy.AuthzResult)
    assert said.allowed
    assert said.diagnostics.errors
    assert trap.rule(question).policies == (NOT_EVALUATED,)


@PATIENT
@given(questions(), st.sampled_from(ONE_LESS))
def test_removing_any_single_permit_never_widens(question: Question, sets: tuple[Policy, Policy]) -> None:
    whole, less = sets
    assert whole.rule(question).allowed or not less.rule(question).allowed


@PATIENT
@given(questions(), st.sampled_from(sorted(SETS)), st.sampled_from(ONE_MORE))
def test_adding_a_forbid_never_widens(question: Question, whole: str, added: str) -> None:
    assert SETS[whole].rule(question).allowed or not with_one_more(whole, added).rule(question).allowed


@PATIENT
@given(questions())
def test_whatever_is_not_known_is_a_no_even_where_a_policy_permits_everything(question: Question) -> None:
    call = question.call
    tool = TOOL.get(call.tool)
    service, environment = call.arguments.get("service"), call.arguments.get("environment")
    known = (
        question.principal in KNOWN
        and tool is not None
        and tool.tier is not None
        and call.arguments.keys() <= tool.arguments.model_fields.keys()
        and (not service or service in CATALOGUE.names())
        and (not environment or environment in CATALOGUE.environments())
    )
    assert known or not EVERYTHING.rule(question).allowed


@pytest.mark.parametrize("who", [*STRANGERS, "eve"])
def test_a_stranger_approves_and_promotes_nothing_even_where_a_policy_permits_everything(who: str) -> None:
    for say in Say:
        assent = Assent(principal=who, requester="alice", at=TUESDAY, say=say)
        assert not EVERYTHING.rule_assent(assent).allowed
    assert not EVERYTHING.rule_promotion(Promotion(principal=who, proposer="alice", at=TUESDAY)).allowed


@PATIENT
@given(questions())
def test_nothing_acts_without_an_operator_an_approval_and_trusted_words(question: Question) -> None:
    if POLICY.rule(question).allowed:
        tool = TOOL[question.call.tool]
        assert tool.tier in {Tier.OBSERVE, Tier.EXECUTE} or tool.ours
        assert tool.effect is Effect.READ or not question.call.untrusted()
        assert tool.tier is Tier.OBSERVE or (
            (question.approvals or tool.ours) and question.principal in {"olaf", "ada", "alice", "robot"}
        )


def by_brute_force(policy: Policy, question: Question) -> str:
    """Return the verdict by asking with each number of approvals in turn."""
    for count in range(question.approvals, max(MOST_APPROVALS, question.approvals) + 1):
        if policy.rule(question.model_copy(update={"approvals": count})).allowed:
            return "allow" if count == question.approvals else f"needs {count}"
    return "deny"


def told(decision: Decision) -> str:
    if isinstance(decision, NeedsApproval):
        return f"needs {decision.quorum()}"
    return "allow" if isinstance(decision, Allow) else "deny"


@PATIENT
@given(st.lists(questions(), max_size=4), st.sampled_from([*SETS.values(), *TRAPS]))
def test_the_quorum_is_the_least_that_policy_says_yes_to(asked: list[Question], policy: Policy) -> None:
    expected = [by_brute_force(policy, question) for question in asked]
    assert [told(decide(policy, question)) for question in asked] == expected
    assert [told(decision) for decision in decide_each(policy, asked)] == expected


NOSY = Policy(
    default_text()
    + """@id("nosy") forbid (principal, action in Action::"call", resource) when {
    context.now < datetime("1970-01-01") && context.weekday == 9 && context.hour == 25 && context.trust < 0 &&
    context.environment == "?" && context.untrusted.contains("?") && context.inferred.contains("?") &&
    context.freezes.contains("?") && context.approvals < 0 && context.assurance < 0 && context has budget };""",
    FACTS,
)


@PATIENT
@given(questions())
def test_what_no_policy_reads_changes_no_answer_and_is_not_told(question: Question) -> None:
    assert set(NOSY._told) == set(CONTEXT)
    assert set(POLICY._told) == set(CONTEXT) - {"assurance", "now", "weekday", "hour"}
    told, told_all = POLICY.rule(question), NOSY.rule(question)
    assert (told.allowed, told.policies, told.reason) == (told_all.allowed, told_all.policies, told_all.reason)


@PATIENT
@given(questions())
def test_what_a_person_may_do_is_among_what_help_lists_for_them(question: Question) -> None:
    for policy in SETS.values():
        if policy.rule(question).allowed:
            assert question.call.tool in {each.name for each in policy.permitted(question.principal)}


@PATIENT
@given(questions())
def test_every_no_says_who_decided_why_and_what_would_be_needed(question: Question) -> None:
    ruling = POLICY.rule(question)
    assert ruling.policies
    assert ruling.allowed or (ruling.reason and (ruling.needed or ruling.policies == (NOT_EVALUATED,)))
