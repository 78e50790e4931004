"""A simulation decides past requests under both policies and lists exactly the answers that change."""

from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.people import default_text
from tests.tools.policy.asking import PATIENT, questions
from tests.tools.policy.world import FACTS, TUESDAY
from tools.policy import Policy, Question
from tools.policy.request import Request, decided, verdict
from tools.policy.simulating import Kind, simulate

OLD = Policy(default_text(), FACTS)
BOLD = '@id("heal") permit (principal in Role::"operator", action == Action::"service.heal", resource);'
NEW = Policy(
    default_text().replace("> 50", "> 40").replace("resource.criticality == 1 &&", "resource.criticality == 2 &&")
    + BOLD,
    FACTS,
)


def restart(service: str) -> dict[str, object]:
    return {"tool": "service.restart", "arguments": {"service": service, "environment": "production"}}


REQUESTS = [
    Request.model_validate({"principal": "olaf", "at": TUESDAY} | each)
    for each in (
        {"tool": "service.scale", "arguments": {"service": "website", "environment": "staging", "replicas": 45}},
        {
            "principal": "ada",
            "tool": "service.scale",
            "arguments": {"service": "website", "environment": "staging", "replicas": 45},
        },
        restart("checkout"),
        restart("payments"),
        {"tool": "service.heal", "arguments": {"service": "checkout", "environment": "staging"}},
        {"tool": "status.digest"},
        {"principal": "bob", "approves": "olaf"},
    )
]


def test_every_kind_of_change_is_found_with_who_what_and_why() -> None:
    found = simulate(OLD, NEW, REQUESTS, TUESDAY)
    told = [
        (change.number, change.principal, change.before, change.after, change.kind) for change in found.changes
    ]
    assert told == [
        (2, "ada", "needs 1", "deny", Kind.TO_DENY),
        (3, "olaf", "needs 1", "needs 2", Kind.MORE_APPROVALS),
        (4, "olaf", "needs 2", "needs 1", Kind.FEWER_APPROVALS),
        (5, "olaf", "deny", "allow", Kind.TO_ALLOW),
    ]
    assert (found.requests, found.old_hash, found.new_hash) == (7, OLD.hash, NEW.hash)
    assert found.kinds() == dict.fromkeys(map(str, Kind), 1)
    assert found.people() == {"olaf": 3, "ada": 1}
    assert found.tools() == {"service.restart": 2, "service.scale": 1, "service.heal": 1}
    assert found.changes[0].policies_after == ("scale-within-bounds",)
    assert "two approvals" in found.changes[1].reason


def test_nothing_changes_under_the_same_policies_and_nothing_is_asked_of_no_requests() -> None:
    assert simulate(OLD, OLD, REQUESTS, TUESDAY).changes == ()
    assert simulate(OLD, NEW, [], TUESDAY).requests == 0


def test_a_change_of_the_facts_alone_is_found_too() -> None:
    fewer = FACTS.model_copy(update={"people": tuple(each for each in FACTS.people if each.id != "ada")})
    found = simulate(OLD, Policy(OLD.text, fewer), REQUESTS, TUESDAY)
    assert [(change.number, change.kind) for change in found.changes] == [(2, Kind.TO_DENY)]


def as_request(question: Question) -> Request:
    call = question.call
    return Request(
        principal=question.principal, tool=call.tool, **call.model_dump(exclude={"tool"}), at=question.at
    )


@PATIENT
@given(st.lists(questions(), max_size=5))
def test_a_request_is_listed_exactly_when_its_verdict_changes(asked: list[Question]) -> None:
    requests = [as_request(question) for question in asked]
    verdicts = [tuple(verdict(decided(policy, each, TUESDAY)) for policy in (OLD, NEW)) for each in requests]
    changed = [number for number, (before, after) in enumerate(verdicts, 1) if before != after]
    assert [change.number for change in simulate(OLD, NEW, requests, TUESDAY).changes] == changed
