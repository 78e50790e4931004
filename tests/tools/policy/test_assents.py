"""A person's yes to a plan, a going ahead alone, a promotion: faults and strangers never open any of them."""

import cedarpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.errors import PolicyInvalid
from memory.model.approval import Assurance
from tests.fakes.people import default_text, glass
from tests.tools.policy.asking import PATIENT, STRANGERS, calls, joined
from tests.tools.policy.world import FACTS, MOMENTS, PEOPLE, TOOLS, TUESDAY
from tools.policy import Assent, Given, Policy, Promotion, Question, Ruling, Say, decide_given
from tools.policy.refusals import NOT_EVALUATED

SAYS = 'action in [Action::"approve", Action::"break_glass", Action::"promote"]'
GENEROUS = Policy('@id("all") permit (principal, action, resource);', FACTS)
RICH = Policy(
    default_text()
    + glass()
    + """
@id("owners") permit (principal, action == Action::"approve", resource)
when { context has owner && principal.teams.contains(context.owner) || context.assurance == 3 };
@id("any") permit (principal in Role::"viewer", action == Action::"promote", resource) when { context.hour < 9 };
""",
    FACTS,
)
FAILING = (
    'when { Freeze::"nowhere".ends < context.now }',
    'when { User::"acme/ghost".kind == "person" }',
    "when { context.assurance * 9007199254740991 * 9007199254740991 < 0 }",
)
TRAPS = [
    Policy(f'{GENEROUS.text}@id("late") forbid (principal, {SAYS}, resource) {each};', FACTS) for each in FAILING
]
ONE_LESS = [
    Policy(joined(each for each in RICH.documents() if each.name != permit.name), FACTS)
    for permit in RICH.documents()
    if permit.permits
]
WHO = [*(each.id for each in PEOPLE), *STRANGERS]
KNOWN = {each.id for each in PEOPLE if each.tenant == FACTS.tenant}
TIERED = {each.name for each in TOOLS if each.tier is not None}
LEVELS = st.sampled_from(Assurance)


@st.composite
def says(draw: st.DrawFn) -> Assent | Promotion:
    """Return a question about a yes, by somebody known about half the time."""
    who, at, sure = draw(st.sampled_from(WHO)), draw(st.sampled_from([TUESDAY, *MOMENTS.values()])), draw(LEVELS)
    other = draw(st.sampled_from(WHO))
    if draw(st.booleans()):
        return Promotion(principal=who, proposer=other, at=at, assurance=sure, changed=draw(st.integers(0, 20)))
    return Assent(
        principal=who,
        requester=other,
        at=at,
        say=draw(st.sampled_from(Say)),
        call=draw(st.none() | calls()),
        assurance=sure,
        approvals=draw(st.integers(0, 3)),
        teams=draw(st.sampled_from([(), ("shop",)])),
    )


def ruled(policy: Policy, say: Assent | Promotion) -> Ruling:
    return policy.rule_assent(say) if isinstance(say, Assent) else policy.rule_promotion(say)


@PATIENT
@given(says(), st.sampled_from(TRAPS))
def test_no_say_with_an_evaluation_error_is_ever_allowed(say: Assent | Promotion, trap: Policy) -> None:
    ruling = ruled(trap, say)
    assert not ruling.allowed
    if ruled(GENEROUS, say).allowed:
        assert ruling.policies == (NOT_EVALUATED,)


@PATIENT
@given(says(), st.sampled_from(ONE_LESS))
def test_removing_any_single_permit_never_widens_who_says_yes(say: Assent | Promotion, less: Policy) -> None:
    assert ruled(RICH, say).allowed or not ruled(less, say).allowed


@PATIENT
@given(says())
def test_a_stranger_or_an_unknown_tool_is_a_no_even_where_everything_is_permitted(say: Assent | Promotion) -> None:
    known = say.principal in KNOWN
    if isinstance(say, Assent) and say.call is not None:
        known = known and say.call.tool in TIERED
    assert known or not ruled(GENEROUS, say).allowed


@PATIENT
@given(says())
def test_programs_and_whoever_asked_or_proposed_never_say_yes_themselves(say: Assent | Promotion) -> None:
    own = say.requester if isinstance(say, Assent) else say.proposer
    alone = isinstance(say, Assent) and say.say is Say.BREAK_GLASS
    if say.principal == "robot" or (say.principal == own and not alone):
        assert not ruled(RICH, say).allowed


def test_nobody_goes_ahead_alone_under_the_shipped_policies() -> None:
    policy = Policy(default_text(), FACTS)
    for person in KNOWN:
        assent = Assent(principal=person, requester="olaf", at=TUESDAY, say=Say.BREAK_GLASS)
        assert not policy.rule_assent(assent).allowed


@pytest.mark.parametrize("said", ["0", "241", "-5", "soon", "٣"])
def test_a_window_that_is_none_is_refused(said: str) -> None:
    text = default_text() + glass().replace('"15"', f'"{said}"')
    with pytest.raises(PolicyInvalid, match="@minutes from 1 to 240"):
        Policy(text, FACTS)


LEVELLED = Policy(
    default_text()
    + """
@id("keys") forbid (principal, action in Action::"execute", resource)
when { context.approvals < 2 && context.assurance < 3 };
""",
    FACTS,
)


@PATIENT
@given(st.lists(LEVELS, max_size=4), LEVELS, st.sampled_from([LEVELLED, Policy(default_text(), FACTS)]))
def test_one_approval_more_never_takes_a_yes_away(
    given_: list[Assurance], more: Assurance, policy: Policy
) -> None:
    call = {"tool": "service.restart", "arguments": {"service": "checkout", "environment": "production"}}
    question = Question.model_validate({"principal": "olaf", "call": call, "at": TUESDAY})
    before = decide_given(policy, question, Given(levels=tuple(given_)))
    after = decide_given(policy, question, Given(levels=(*given_, more)))
    assert (before.kind, after.kind) != ("allow", "needs_approval")
    enough = len(given_) >= 2 or Assurance.KEY in given_
    if policy is LEVELLED:
        assert (before.kind == "allow") is enough


def test_cedar_itself_would_have_allowed_what_a_failing_forbid_let_slip() -> None:
    say = Assent(principal="ada", requester="olaf", at=TUESDAY)
    assert ruled(GENEROUS, say).allowed
    assert isinstance(TRAPS[0]._policies, cedarpy.PolicySet)
    assert not ruled(TRAPS[0], say).allowed
