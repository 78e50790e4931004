"""What a standing approval covers is what was approved, and nothing that was not."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.errors import ApprovalRefused, InvalidInput
from memory.model.approval import Approval, Verdict
from memory.model.intent import Provenance
from memory.model.people import Surface
from memory.model.plan import Call, Effect, Plan, Step
from memory.model.run import Run, RunStatus
from memory.model.standing import StandingApproval, StandingEnd
from memory.model.value import JsonValue
from tests.fakes.time import MIDNIGHT
from tests.memory import samples
from tools.standing import applicable, covers, patterns, suggestion

HASH = "0" * 64
UNDO = Call(tool="undo")


def scale(replicas: JsonValue = 4, **others: JsonValue) -> Call:
    arguments: dict[str, JsonValue] = {"service": "checkout", "environment": "production", "replicas": replicas}
    return Call(tool="service.scale", arguments={**arguments, **others})


def plan(*calls: Call, requester: str = "alice", effect: Effect = Effect.WRITE, undo: Call | None = UNDO) -> Plan:
    steps = tuple(Step(call=call, effect=effect, says="do it", undo=undo) for call in calls)
    return Plan(tenant="acme", thread="t", message="m", requester=requester, goal="g", steps=steps)


def standing(approver: str = "bob", **changes: object) -> StandingApproval:
    given = StandingApproval(
        id=f"standing_{approver}",
        tenant="acme",
        approver=approver,
        calls=patterns(plan(scale()), {}),
        run="run_1",
        approval="approval_1",
        surface=Surface.REST,
        policy_hash=HASH,
        given_at=MIDNIGHT,
        expires_at=MIDNIGHT + timedelta(minutes=30),
        most_uses=3,
    )
    return given.model_copy(update=changes)


@pytest.mark.parametrize(
    ("call", "same"),
    [
        (scale(), True),
        (scale(5), False),
        (scale("4"), False),
        (scale(replicas=True), False),
        (scale(service="payments"), False),
        (scale(environment="staging"), False),
        (scale(extra=1), False),
        (Call(tool="service.scale", arguments={"service": "checkout"}), False),
        (Call(tool="service.restart", arguments=scale().arguments), False),
    ],
)
def test_only_the_same_call_is_covered(call: Call, same: bool) -> None:
    assert covers(patterns(plan(scale()), {}), plan(call)) is same


@pytest.mark.parametrize(("replicas", "same"), [(3, False), (4, True), (6, True), (6.5, False), (True, False)])
def test_a_number_may_grow_up_to_its_bound_and_never_shrink(replicas: float, same: bool) -> None:
    assert covers(patterns(plan(scale()), {"replicas": 6}), plan(scale(replicas))) is same


def test_every_step_has_to_be_covered_and_a_plan_without_steps_is_not() -> None:
    known = patterns(plan(scale(), scale(7)), {})
    assert covers(known, plan(scale(7)))
    assert not covers(known, plan(scale(), scale(5)))
    assert not covers(known, plan())


@pytest.mark.parametrize("effect", [Effect.DESTRUCTIVE, Effect.EGRESS, Effect.READ])
def test_only_what_can_be_taken_back_is_approved_for_the_future(effect: Effect) -> None:
    with pytest.raises(ApprovalRefused, match="taken back"):
        patterns(plan(scale(), effect=effect), {})
    assert not covers(patterns(plan(scale()), {}), plan(scale(), effect=effect))


def test_a_step_without_an_undo_is_approved_each_time() -> None:
    with pytest.raises(ApprovalRefused, match="taken back"):
        patterns(plan(scale(), undo=None), {})
    assert not covers(patterns(plan(scale()), {}), plan(scale(), undo=None))


def test_a_value_from_untrusted_text_is_approved_each_time() -> None:
    tainted = scale().model_copy(update={"provenance": {"replicas": Provenance.UNTRUSTED}})
    with pytest.raises(ApprovalRefused, match="untrusted"):
        patterns(plan(tainted), {})
    assert not covers(patterns(plan(scale()), {}), plan(tainted))


@pytest.mark.parametrize("bounds", [{"replicas": 3.0}, {"service": 9.0}, {"cores": 9.0}])
def test_a_bound_is_of_a_number_of_the_plan_and_not_below_it(bounds: dict[str, float]) -> None:
    with pytest.raises(InvalidInput, match="bound"):
        patterns(plan(scale()), bounds)


@pytest.mark.parametrize(
    "changes",
    [
        {"expires_at": MIDNIGHT},
        {"uses": 3},
        {"policy_hash": "1" * 64},
        {"ended": StandingEnd.REVOKED},
        {"tenant": "evil"},
        {"approver": "alice"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_is_over_or_another_tenants_or_the_requesters_own_counts_nothing(changes: dict[str, object]) -> None:
    assert applicable([standing().model_copy(update=changes)], plan(scale()), MIDNIGHT, HASH) == ()


def test_two_of_one_person_count_as_one_person() -> None:
    given = [standing(), standing(id="standing_2"), standing("cara")]
    assert [each.approver for each in applicable(given, plan(scale()), MIDNIGHT, HASH)] == ["bob", "cara"]


calls = st.builds(
    scale,
    st.integers(min_value=0, max_value=9),
    service=st.sampled_from(["checkout", "payments"]),
    environment=st.sampled_from(["production", "staging"]),
)


@given(calls, calls, st.integers(min_value=0, max_value=9))
def test_nothing_but_the_bounded_number_may_differ(approved: Call, asked: Call, bound: int) -> None:
    least = approved.arguments["replicas"]
    assert isinstance(least, int)
    known = patterns(plan(approved), {"replicas": max(bound, least)})
    others = {**asked.arguments, "replicas": 0} == {**approved.arguments, "replicas": 0}
    replicas = asked.arguments["replicas"]
    assert isinstance(replicas, int)
    assert covers(known, plan(asked)) is (others and least <= replicas <= max(bound, least))


def ended(number: int, **changes: object) -> Run:
    asked = plan(scale())
    yes = Approval(
        id=f"approval_{number}",
        tenant="acme",
        run=f"run_{number}",
        plan_digest=asked.digest(),
        approver="bob",
        verdict=Verdict.APPROVE,
        surface=Surface.REST,
        policy_hash=HASH,
        decided_at=MIDNIGHT,
        expires_at=MIDNIGHT,
    )
    run = samples.run(
        name=f"run_{number}", minutes=-number, plan=asked, approvals=(yes,), status=RunStatus.SUCCEEDED
    )
    return run.model_copy(update=changes)


def test_it_is_suggested_to_whoever_approved_the_same_often_enough() -> None:
    history = [ended(1), ended(2), ended(3)]
    found = suggestion(history, "bob", history[0], MIDNIGHT)
    assert found is not None
    assert (found.times, found.run) == (3, "run_1")
    assert suggestion(history[:2], "bob", history[0], MIDNIGHT) is None
    assert suggestion(history, "cara", history[0], MIDNIGHT) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"status": RunStatus.FAILED},
        {"created_at": MIDNIGHT - timedelta(days=8)},
        {"plan": plan(scale(5))},
        {"approvals": ()},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_went_wrong_or_is_old_or_other_suggests_nothing(changes: dict[str, object]) -> None:
    history = [ended(1), ended(2), ended(3, **changes)]
    assert suggestion(history, "bob", history[0], MIDNIGHT) is None


def test_what_cannot_be_taken_back_is_never_suggested() -> None:
    history = [ended(number, plan=plan(scale(), effect=Effect.DESTRUCTIVE)) for number in range(5)]
    assert suggestion(history, "bob", history[0], MIDNIGHT) is None
