"""An explanation has the decision, the text of the policies that decided it, and what would really help."""

import json

import pytest

from bot.policies import shipped
from memory.errors import InvalidInput
from tests.tools.policy.world import FACTS, MOMENTS, TUESDAY
from tools.policy.explaining import Explanation, explain
from tools.policy.request import parse_request
from tools.policy.source import Library, Source

RESTART = {"tool": "service.restart", "arguments": {"service": "checkout", "environment": "production"}}


def explained(**request: object) -> Explanation:
    asked = {"principal": "olaf", **RESTART} | request
    return explain(shipped(), FACTS, parse_request(json.dumps(asked), "a test"), TUESDAY)


def helps(explanation: Explanation) -> dict[tuple[str, ...], str]:
    return {remedy.changes: remedy.verdict for remedy in explanation.remedies}


def test_a_yes_shows_the_policy_that_permits_as_it_is_written() -> None:
    explanation = explained(approvals=1)
    assert explanation.verdict == "allow"
    (policy,) = explanation.policies
    assert policy.name == "execute-is-for-operators-with-approval"
    assert policy.place.startswith("shipped/roles.cedar:")
    assert policy.text.endswith("when { context.approvals >= 1 };")
    assert not explanation.remedies


def test_what_needs_approvals_shows_why_fewer_are_not_enough() -> None:
    explanation = explained(arguments={"service": "payments", "environment": "production"})
    assert explanation.verdict == "needs 2"
    assert explanation.until is not None
    assert explanation.until.policies == ("critical-production-needs-two",)
    assert [each.name for each in explanation.policies][-1] == "critical-production-needs-two"


def test_a_no_for_want_of_a_role_names_the_least_role_that_helps() -> None:
    assert helps(explained(principal="vic")) == {("the role operator",): "needs 1"}
    assert helps(explained(principal="guest", tool="status.digest", arguments={})) == {
        ("the role viewer",): "allow"
    }


def test_a_no_for_an_untrusted_value_is_helped_by_ones_own_words() -> None:
    explanation = explained(provenance={"service": "untrusted"})
    assert helps(explanation) == {("the values in the person's own words",): "needs 1"}


def test_a_no_in_a_freeze_is_helped_by_waiting() -> None:
    release = {"service": "checkout", "environment": "production", "version": "1.4.2"}
    explanation = explained(tool="deploy.release", arguments=release, at=MOMENTS["frozen"].isoformat())
    ((changes, verdict),) = helps(explanation).items()
    assert changes[0].startswith("waiting until the freeze ends, at 2027-01-03")
    assert verdict == "needs 1"


def test_two_changes_are_named_where_one_is_not_enough() -> None:
    explanation = explained(principal="vic", budget={"actions": 0, "cents": 0, "tokens": 0})
    assert helps(explanation) == {("the role operator", "a larger budget"): "needs 1"}


@pytest.mark.parametrize("request_", [{"tool": "shell.run", "arguments": {}}, {"principal": "ghost"}])
def test_a_no_that_nothing_would_change_says_so_by_naming_nothing(request_: dict[str, object]) -> None:
    explanation = explained(**request_)
    assert (explanation.verdict, explanation.remedies, explanation.policies) == ("deny", (), ())


def test_an_approval_is_explained_too() -> None:
    asked = parse_request('{"principal": "olaf", "approves": "alice"}', "a test")
    explanation = explain(shipped(), FACTS, asked, TUESDAY)
    assert helps(explanation) == {("the role approver",): "allow"}


def test_a_yes_that_is_not_sure_enough_is_told_which_would_be() -> None:
    asked = parse_request('{"principal": "ada", "promotes": "olaf"}', "a test")
    head = '@id("sure") forbid (principal, action == Action::"promote", resource)'
    text = Source(name="more.cedar", text=f"{head} when {{ context.assurance < 2 }};")
    explanation = explain(Library(policies=(*shipped().policies, text)), FACTS, asked, TUESDAY)
    assert helps(explanation) == {("a yes by passkey",): "allow", ("a yes by key",): "allow"}


@pytest.mark.parametrize(
    "text",
    ["", "{}", '{"principal": "a"}', '{"principal": "a", "tool": "t", "promotes": "b"}', '{"tool": 1}', "[]"],
)
def test_what_is_no_request_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"^requests\.jsonl:3: expected a request"):
        parse_request(text, "requests.jsonl:3")
