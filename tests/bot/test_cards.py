"""A card shows what people decide on, and to each person only the buttons they may press."""

from datetime import timedelta

import pytest

from bot.cards import card
from memory.model.approval import Approval, Assurance, Verdict
from memory.model.decision import Basis, NeedsApproval, Obligation
from memory.model.intent import Provenance
from memory.model.people import Principal, Surface
from memory.model.plan import Call, Effect, Plan, Step
from memory.model.run import Change, Preview, Run, RunStatus, StepRecord
from memory.model.talk import ButtonAction
from tests.fakes.people import ALICE, BOB, CARA, TENANT, VIC
from tests.fakes.time import MIDNIGHT

CALL = Call(
    tool="deploy.rollback",
    arguments={"service": "checkout", "version": "1.4.1", "environment": None},
    provenance={"service": Provenance.SAID, "version": Provenance.UNTRUSTED},
)
UNDO = Call(tool="deploy.release", arguments={"service": "checkout", "version": "1.4.2"})


def waiting(**changes: object) -> Run:
    step = Step(call=CALL, effect=Effect.WRITE, says="Roll back checkout", undo=UNDO)
    plan = Plan(tenant=TENANT, thread="t", message="m", requester="alice", goal="Roll back", steps=(step,))
    preview = Preview(
        call=CALL,
        summary="s",
        changes=(Change(field="version", before="1.4.2", after="1.4.1"),),
        blast_radius=("storefront leans on checkout",),
        warnings=("2 replicas restart",),
    )
    run = Run(
        id="run_1",
        tenant=TENANT,
        plan=plan,
        plan_digest=plan.digest(),
        correlation="c",
        status=RunStatus.WAITING,
        decision=NeedsApproval(
            basis=Basis(policies=("execute",), policy_hash="0" * 64), obligations=(Obligation(approvals=2),)
        ),
        previews=(preview,),
        steps=(StepRecord(index=0),),
        created_at=MIDNIGHT,
        expires_at=MIDNIGHT + timedelta(minutes=30),
    )
    return run.model_copy(update=changes)


def said(approver: str, verdict: Verdict = Verdict.APPROVE, reason: str = "") -> Approval:
    return Approval(
        id="a",
        tenant=TENANT,
        run="run_1",
        plan_digest=waiting().plan_digest,
        approver=approver,
        verdict=verdict,
        reason=reason,
        surface=Surface.REST,
        policy_hash="0" * 64,
        decided_at=MIDNIGHT,
        expires_at=MIDNIGHT + timedelta(minutes=30),
    )


def buttons(run: Run, viewer: Principal | None, *, may: bool = True, minutes: int = 0) -> list[str]:
    shown = card(run, viewer, MIDNIGHT + timedelta(minutes=minutes), may_approve=may)
    return [button.action.value for button in shown.buttons]


def test_it_shows_exact_arguments_changes_undo_reach_policy_and_quorum() -> None:
    shown = card(waiting(), BOB, MIDNIGHT, may_approve=True, name=str.capitalize)
    step = shown.steps[0]
    assert [(fact.name, fact.value) for fact in step.arguments] == [("service", "checkout"), ("version", "1.4.1")]
    assert step.changes[0].before == "1.4.2"
    assert step.undo == "deploy.release service=checkout, version=1.4.2"
    assert shown.untrusted == ("version",)
    assert shown.blast_radius == ("storefront leans on checkout",)
    assert shown.warnings == ("2 replicas restart",)
    assert (shown.requester, shown.policy, shown.quorum) == ("Alice", "execute", 2)


@pytest.mark.parametrize(
    ("viewer", "may", "expected"),
    [
        (BOB, True, ["approve", "deny", "why"]),
        (VIC, False, ["why"]),
        (ALICE, True, ["withdraw", "why"]),
        (None, True, ["why"]),
    ],
)
def test_each_person_sees_only_what_they_may_press(
    viewer: Principal | None, may: bool, expected: list[str]
) -> None:
    assert buttons(waiting(), viewer, may=may) == expected


def test_buttons_carry_the_digest_they_are_for() -> None:
    shown = card(waiting(), BOB, MIDNIGHT, may_approve=True)
    assert {button.plan_digest for button in shown.buttons[:2]} == {waiting().plan_digest}


def test_spent_buttons_are_gone_and_the_card_says_who_decided_and_when() -> None:
    half = waiting(approvals=(said("bob"),))
    assert buttons(half, BOB) == ["why"]
    assert buttons(half, CARA) == ["approve", "deny", "why"]
    assert card(half, CARA, MIDNIGHT, may_approve=True).decided == ("Approved by bob at 03:00 UTC",)


@pytest.mark.parametrize("status", [status for status in RunStatus if status is not RunStatus.WAITING])
def test_a_plan_that_no_longer_waits_has_no_decision_left(status: RunStatus) -> None:
    left = {RunStatus.RUNNING: ["pause", "cancel", "why"], RunStatus.UNDOING: ["pause", "why"]}
    assert buttons(waiting(status=status), BOB) == left.get(status, ["why", "receipts"])


def test_an_expired_plan_has_no_decision_left_even_before_anybody_noticed() -> None:
    assert buttons(waiting(), BOB, minutes=30) == ["why"]


def test_a_no_shows_its_reason() -> None:
    denied = waiting(approvals=(said("bob", Verdict.DENY, "not now"),), status=RunStatus.DENIED)
    assert card(denied, ALICE, MIDNIGHT, may_approve=False).decided == ("Denied by bob at 03:00 UTC: not now",)


def test_where_a_click_is_not_enough_the_card_leads_to_where_one_signs() -> None:
    shown = card(waiting(), BOB, MIDNIGHT, may_approve=True, assurance=Assurance.PASSKEY)
    assert [button.action for button in shown.buttons] == [ButtonAction.SIGN, ButtonAction.DENY, ButtonAction.WHY]
    assert shown.assurance is Assurance.PASSKEY


def test_whoever_may_break_the_glass_is_offered_to_the_requester_too() -> None:
    shown = card(waiting(), ALICE, MIDNIGHT, may_approve=True, may_go_alone=True)
    assert [button.action for button in shown.buttons] == [
        ButtonAction.WITHDRAW,
        ButtonAction.BREAK_GLASS,
        ButtonAction.WHY,
    ]


def test_going_ahead_alone_stands_on_the_card_for_everybody() -> None:
    alone = said("alice", reason="Everything is down.").model_copy(update={"break_glass": True})
    shown = card(waiting(approvals=(alone,)), VIC, MIDNIGHT, may_approve=False, name=str.capitalize)
    assert shown.break_glass.startswith("BREAK-GLASS by Alice until ")
    assert shown.break_glass.endswith("Everything is down. Somebody else has to review it.")
    assert shown.decided[0].startswith("Break-glass by Alice")


def test_a_yes_under_an_earlier_policy_is_shown_to_count_no_more_and_can_be_given_again() -> None:
    earlier = waiting(approvals=(said("bob"),))
    now = card(earlier, BOB, MIDNIGHT, may_approve=True, policy_hash="9" * 64)
    assert "counts no more" in now.decided[0]
    assert ButtonAction.APPROVE in [button.action for button in now.buttons]
    same = card(earlier, BOB, MIDNIGHT, may_approve=True, policy_hash=earlier.approvals[0].policy_hash)
    assert "counts no more" not in same.decided[0]
    assert [button.action for button in same.buttons] == [ButtonAction.WHY]
